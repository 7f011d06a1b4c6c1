//! What the audit log says about the account of a key.

use std::sync::Arc;

use affiant_account::{Activity, Doer, Program};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::handler::Answer;
use crate::api::wire;
use crate::app::App;
use crate::error::WebError;
use crate::handler::account::activity::Before;

/// Entries at once.
const PAGE: u32 = 100;

/// Entries of the audit log about an account, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Activities {
    pub(crate) entries: Vec<Noted>,
    /// What to send as `before` for the older ones, if there are more.
    pub(crate) next: Option<i64>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Noted {
    pub(crate) number: i64,
    /// When, in seconds of the Unix epoch.
    pub(crate) at: i64,
    /// What happened, a word; `null` for one that this version does not know.
    pub(crate) event: Option<String>,
    /// How many, where that is to be known.
    pub(crate) count: Option<u64>,
    /// Which one, or why, where that is to be known: a word.
    pub(crate) word: Option<String>,
    /// `account`, or `another`: somebody else did it. `to-another`: the account did it, and it is
    /// about somebody else.
    pub(crate) by: String,
}

fn noted(it: &Activity) -> Noted {
    let by = match it.doer {
        Doer::Themselves => "account",
        Doer::Another => "another",
        Doer::ToAnother => "to-another",
    };
    let event = it.event.map(|it| it.word().to_owned());
    let word = it.word.clone();
    Noted { number: it.number, at: it.at, event, count: it.count, word, by: by.to_owned() }
}

/// What was done in the account, and when. Scope `profile:read`.
#[utoipa::path(get, path = "/api/v1/account/activity", security(("key" = [])),
    params(("before" = Option<i64>, Query)),
    responses((status = 200, body = Activities), (status = 401, body = wire::Problem), (status = 403, body = wire::Problem)))]
pub(crate) async fn activity(
    State(app): State<Arc<App>>,
    Extension(program): Extension<Arc<Program>>,
    before: Result<Query<Before>, QueryRejection>,
) -> Answer {
    let before = before.ok().and_then(|it| it.0.before).unwrap_or(i64::MAX);
    let (account, now) = (program.account.id, app.clock.seconds());
    let found = app.accounts.activity(account, before, PAGE + 1, now).await;
    let found = found.map_err(WebError::from)?;
    let is_more = found.len() > PAGE as usize;
    let entries: Vec<Noted> = found.iter().take(PAGE as usize).map(noted).collect();
    let next = entries.last().filter(|_| is_more).map(|it| it.number);
    Ok(Json(Activities { entries, next }).into_response())
}
