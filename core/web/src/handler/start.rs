//! The start page of an interview, and the start itself.

use std::sync::Arc;

use affiant_account::Person;
use affiant_backend::GrantRole;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use crate::app::App;
use crate::form::Form;
use crate::handler::{Answer, failed, language, see_other, see_other_with, visitor};
use crate::session::Holder;
use crate::{caller, cookie, csrf, error, learning, page, session};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let entry = app.catalogue.get(&interview).ok_or_else(|| failed(&app, &error::not_found()))?;
    let loaded = match entry.loaded.clone() {
        Some(loaded) if !page::shows_mistakes(&app, &entry) => loaded,
        _ => return Ok(page::broken(&app, &entry).into_response()),
    };
    let open = visitor(&app, &interview, &headers, None).await.map_err(|it| failed(&app, &it))?;
    let open_step = open.map(|(session, _)| session.row.last_step);
    let person = caller::person(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let stored = match (&open_step, &person) {
        (None, Some(person)) => {
            newest(&app, &interview, person).await.map_err(|it| failed(&app, &it))?
        }
        _ => None,
    };
    let beginning = page::Beginning {
        step: open_step,
        stored,
        is_signed_in: person.is_some(),
        is_read: app.in_force().reading().is_some(),
        account_days: app.keep_account_days(),
    };
    let wanted = language::wanted(&app, &interview, &headers).map(|it| it.language);
    let body = page::start(&app, &interview, loaded.interview(), &beginning, wanted);
    Ok(Html(body).into_response())
}

/// The session of this interview that somebody who is signed in used last: its id, and the code of
/// the form that opens it.
async fn newest(
    app: &App,
    interview: &str,
    person: &Person,
) -> Result<Option<(String, Option<String>)>, error::WebError> {
    let all = app.accounts.interviews(person, app.clock.seconds()).await?;
    let found = all.iter().find(|it| {
        !it.is_locked && it.session.interview == interview && it.grant.role == GrantRole::Owner
    });
    Ok(found.map(|it| (cookie::encode_id(it.session.id.0), csrf::code(app, person))))
}

/// What the form of the start page says when it told that administrators can read answers.
pub(crate) const TOLD: &str = "administrators";

/// Begins. What somebody who is signed in begins belongs to their account from the start. Where
/// administrators can read it, nothing begins before the page said so.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let person = caller::answering(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    if let Some(person) = person {
        let organisation = app.in_force().reading().map(|it| it.0);
        let is_told = Form::read(request).await.is_ok_and(|it| it.own("told") == TOLD);
        if organisation.is_some() && !is_told {
            return Ok(see_other(&format!("/i/{interview}")));
        }
        let holder = Holder::Person(Arc::clone(&person));
        let session = session::create_owned(&app, &interview, &person, holder, organisation).await;
        let (session, _) = session.map_err(|it| failed(&app, &it))?;
        learning::started(&app, &session);
        let cookie =
            cookie::open(&app.settings, &interview, session.row.id, app.keep_account_days());
        return Ok(see_other_with(&format!("/i/{interview}/0"), cookie));
    }
    let (session, _) = session::create(&app, &interview).await.map_err(|it| failed(&app, &it))?;
    learning::started(&app, &session);
    let Holder::Visitor(token) = &session.holder else {
        return Err(failed(&app, &error::internal("a new session has no token")));
    };
    let cookie = cookie::set(&app.settings, &interview, token, app.keep_days());
    Ok(see_other_with(&format!("/i/{interview}/0"), cookie))
}
