//! The audit log for administrators: all entries, and whether they are what was written.

use std::sync::Arc;

use affiant_audit::{Broken, Event, Unverified, Whole};
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse as _};
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::error::WebError;
use crate::handler::{Answer, failed};
use crate::page::activity::All;
use crate::page::admin::Desk;

/// Entries on one page.
const PAGE: u32 = 100;

/// What is to be shown.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    kind: String,
    before: Option<i64>,
    #[serde(default)]
    check: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer {
    let wanted = wanted.map(|it| it.0).unwrap_or_default();
    let all = all(&app, &wanted).await.map_err(|it| failed(&app, &it))?;
    let context = Desk::of(&app, &caller).audit(&all);
    Ok(Html(app.theme.draw("admin/audit.html", context)).into_response())
}

async fn all(app: &App, wanted: &Wanted) -> Result<All, WebError> {
    let kind = Event::from_word(&wanted.kind);
    let before = wanted.before.unwrap_or(i64::MAX);
    let mut rows = app.store.audit_before(before, kind.map(Event::word), PAGE + 1).await?;
    let is_more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let older = rows.last().filter(|_| is_more).map(|it| it.seq);
    let chain = if wanted.check == "yes" { Some(chain(app).await?) } else { None };
    Ok(All { rows, kind, older, is_older: wanted.before.is_some(), chain })
}

/// Reads the whole log.
async fn chain(app: &App) -> Result<Result<Whole, Broken>, WebError> {
    match app.accounts.ledger().verify(&*app.store, None).await {
        Ok(whole) => Ok(Ok(whole)),
        Err(Unverified::Broken(broken)) => {
            tracing::error!(%broken, "the audit log is not what was written");
            Ok(Err(broken))
        }
        Err(Unverified::Storage(error)) => Err(error.into()),
    }
}
