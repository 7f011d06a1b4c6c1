//! The stored interviews of a person: opening, deleting, and the locked vault.

use std::sync::Arc;

use affiant_account::{Interview, Merged};
use affiant_backend::{GrantRole, SessionId, SessionRow, Subject};
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::{Html, IntoResponse as _};

use super::{From, frame, person, refused};
use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::deleting::Deletion;
use crate::error::{self, WebError};
use crate::handler::{Answer, failed, see_other, see_other_with};
use crate::page::account::{Field, FormPage, said};
use crate::page::{Frame, site};

/// A session that the person owns, by the id of an address.
async fn owned(app: &App, caller: &Caller, id: &str) -> Result<(SessionId, SessionRow), WebError> {
    let person = person(caller)?;
    let id = cookie::id(id).map(SessionId).ok_or_else(error::not_found)?;
    let all = app.accounts.interviews(person, app.clock.seconds()).await?;
    let found = all.into_iter().find(|it| it.session.id == id && it.grant.role == GrantRole::Owner);
    Ok((id, found.ok_or_else(error::no_session)?.session))
}

/// A session that the person can see, by the id of an address.
async fn readable(app: &App, caller: &Caller, id: &str) -> Result<Interview, WebError> {
    let person = person(caller)?;
    let id = cookie::id(id).map(SessionId).ok_or_else(error::not_found)?;
    let all = app.accounts.interviews(person, app.clock.seconds()).await?;
    all.into_iter().find(|it| it.session.id == id).ok_or_else(error::no_session)
}

/// Makes a session the one that is open in this browser, and goes to its last page.
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let row = readable(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?.session;
    let cookie = cookie::open(&app.settings, &row.interview, row.id, app.keep_account_days());
    Ok(see_other_with(&format!("/i/{}/{}", row.interview, row.last_step), cookie))
}

/// `held`: the day until which nothing is deleted, while that is so.
pub(crate) fn delete_page(id: &str, held: Option<String>) -> FormPage {
    FormPage {
        key: "account_delete_interview",
        action: format!("/account/interviews/{id}/delete"),
        back: "/account",
        lead: &["delete_text", "delete_final"],
        danger: true,
        held,
        ..FormPage::default()
    }
}

pub(crate) async fn show_delete(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer {
    let (found, _) = owned(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let frame = frame(&app, person);
    let held = app.held(Subject::Session(found)).await;
    let page = match held.map_err(|it| failed(&app, &it.into()))?.and_then(|it| it.until) {
        Some(until) => held_page(&app, &frame, &id, until),
        None => delete_page(&id, app.held_until()).draw(&app.theme, &frame),
    };
    Ok(Html(page).into_response())
}

fn held_page(app: &App, frame: &Frame, id: &str, until: i64) -> String {
    let action = format!("/account/interviews/{id}/keep");
    site::held(app, frame, &app.waiting(until, "answers", action, "/account".to_owned()))
}

/// Takes back a deletion that waits for the end of a hold.
pub(crate) async fn keep(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let done = async {
        caller.form(request).await?;
        let (found, _) = owned(&app, &caller, &id).await?;
        app.keep(Subject::Session(found)).await?;
        Ok::<_, WebError>(see_other("/account"))
    };
    done.await.map_err(|it| failed(&app, &it))
}

pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (found, _) = owned(&app, &caller, &id).await.map_err(|it| failed(&app, &it))?;
    let done = app.delete(Subject::Session(found)).await;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let frame = frame(&app, person);
    if let Deletion::Held(until) = done.map_err(|it| failed(&app, &it.into()))? {
        return Ok(Html(held_page(&app, &frame, &id, until)).into_response());
    }
    Ok(Html(said(&app.theme, &frame, "deleted", &[], "/account", "account_mine")).into_response())
}

const OLD: Field = Field {
    name: "old",
    kind: "password",
    autocomplete: "off",
    label: "account_old_secret",
    hint: "account_old_secret_hint",
};

pub(crate) fn locked_page() -> FormPage {
    FormPage {
        key: "account_locked",
        action: "/account/locked".to_owned(),
        back: "/account",
        lead: &["account_locked_lead"],
        fields: vec![OLD],
        ..FormPage::default()
    }
}

pub(crate) async fn show_locked(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    Ok(Html(locked_page().draw(&app.theme, &frame(&app, person))).into_response())
}

/// Brings back what a reset locked away.
pub(crate) async fn unlock(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let done = app.accounts.merge(person, form.own("old"), &from.sender()).await;
    match done.map_err(|it| failed(&app, &it.into()))? {
        Merged::Done(_) => Ok(see_other("/account")),
        Merged::Wrong => {
            let errors = vec![("old", "account_old_secret_wrong")];
            let page = FormPage { errors, ..locked_page() };
            Ok(refused(&app, &frame(&app, person), &page))
        }
    }
}
