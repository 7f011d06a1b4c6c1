//! What the audit log says about a person, for that person.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse as _};
use serde::Deserialize;

use super::{frame, person};
use crate::app::App;
use crate::caller::Caller;
use crate::error::WebError;
use crate::handler::{Answer, failed};
use crate::page::activity::{Own, own_context};

/// Entries on one page.
const PAGE: u32 = 50;

/// Where a page of the log begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Before {
    pub(crate) before: Option<i64>,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    before: Result<Query<Before>, QueryRejection>,
) -> Answer {
    let before = before.ok().and_then(|it| it.0.before);
    let own = own(&app, &caller, before).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let context = own_context(&app.theme, &frame(&app, person), &own);
    Ok(Html(app.theme.draw("account/activity.html", context)).into_response())
}

async fn own(app: &App, caller: &Caller, before: Option<i64>) -> Result<Own, WebError> {
    let (person, now) = (person(caller)?, app.clock.seconds());
    let from = before.unwrap_or(i64::MAX);
    let mut entries = app.accounts.activity(person.id(), from, PAGE + 1, now).await?;
    let is_more = entries.len() > PAGE as usize;
    entries.truncate(PAGE as usize);
    let older = entries.last().filter(|_| is_more).map(|it| it.number);
    Ok(Own { entries, older, is_older: before.is_some() })
}
