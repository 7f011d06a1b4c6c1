//! Reading answers for the organisation: finding a session, saying why, and its answers for one page.

use std::sync::Arc;

use affiant_account::Reason;
use affiant_backend::SessionId;
use affiant_vault::OrganisationKey;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use jiff::civil::Date;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::error::{WebError, not_found, not_signed_in};
use crate::handler::account::title;
use crate::handler::{Answer, failed};
use crate::page::admin::Desk;
use crate::page::reading::{Asked, Found, Search};

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    interview: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    year: String,
}

impl Wanted {
    /// The day; `None` if it is none.
    fn date(&self) -> Option<Date> {
        let part = |it: &str| it.trim().parse::<i8>().ok();
        let year = self.year.trim().parse().ok()?;
        Date::new(year, part(&self.month)?, part(&self.day)?).ok()
    }
}

/// Where a session is looked for, and what was found.
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer {
    let wanted = wanted.map(|it| it.0).unwrap_or_default();
    let search = find(&app, &wanted).await.map_err(|it| failed(&app, &it))?;
    let context = Desk::of(&app, &caller).reading(&search);
    Ok(Html(app.theme.draw("admin/reading.html", context)).into_response())
}

async fn find(app: &App, wanted: &Wanted) -> Result<Search, WebError> {
    let names = app.catalogue.all().into_iter().map(|(name, _)| name);
    let mut search = Search {
        is_possible: app.organisation().is_some(),
        interviews: names.map(|it| (title(app, &it), it)).collect(),
        interview: wanted.interview.clone(),
        day: [&wanted.day, &wanted.month, &wanted.year].map(|it| it.trim().to_owned()),
        ..Search::default()
    };
    if wanted.interview.is_empty() {
        return Ok(search);
    }
    let Some(day) = wanted.date() else {
        search.is_wrong = true;
        return Ok(search);
    };
    let found = app.readable(&wanted.interview, day).await?;
    search.found = Some(found.iter().map(|it| self::found(app, it)).collect());
    Ok(search)
}

fn found(app: &App, it: &crate::reading::Listed) -> Found {
    Found {
        id: cookie::encode_id(it.session.id.0),
        title: title(app, &it.session.interview),
        begun: crate::day::day(it.session.created),
        used: crate::day::day(it.session.touched),
        steps: it.session.last_step,
        owner: it.owner,
    }
}

fn session_of(id: &str) -> Result<SessionId, WebError> {
    cookie::id(id).map(SessionId).ok_or_else(not_found)
}

/// The form that says why, and takes the key.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let page = async {
        let listed = app.readable_session(session_of(&id)?).await?;
        Ok(asked(&app, &caller, &Asked { found: found(&app, &listed), ..Asked::default() }))
    };
    page.await.map_err(|it| failed(&app, &it))
}

fn asked(app: &App, caller: &Caller, asked: &Asked) -> Response {
    let context = Desk::of(app, caller).reading_asked(asked);
    let status =
        if asked.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, Html(app.theme.draw("admin/reading-asked.html", context))).into_response()
}

/// The answers. Everybody whom they concern can see that they were read, and why.
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let page = async {
        let (form, _) = caller.form(request).await?;
        let session = session_of(&id)?;
        let listed = app.readable_session(session).await?;
        let reason = Reason::from_word(form.own("reason"));
        let key = OrganisationKey::parse(form.own("key"));
        let found = found(&app, &listed);
        let mut wanted = Asked { found, reason: form.own("reason").to_owned(), wrong: Vec::new() };
        if reason.is_none() {
            wanted.wrong.push(("reason", "read_reason_empty"));
        }
        if key.is_none() {
            wanted.wrong.push(("key", "read_key_wrong"));
        }
        let (Some(reason), Some(key)) = (reason, key) else {
            return Ok(asked(&app, &caller, &wanted));
        };
        let by = caller.id().ok_or_else(not_signed_in)?;
        match app.read(session, &key, reason, by).await {
            Ok(answers) => {
                let context = Desk::of(&app, &caller).reading_answers(&answers, &wanted.found);
                Ok(Html(app.theme.draw("admin/reading-answers.html", context)).into_response())
            }
            Err(error) if error.is_wrong_organisation_key() => {
                wanted.wrong.push(("key", "read_key_other"));
                Ok(asked(&app, &caller, &wanted))
            }
            Err(error) => Err(error),
        }
    };
    page.await.map_err(|it| failed(&app, &it))
}
