//! Deleting the account, for good.

use std::sync::Arc;

use affiant_backend::Subject;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use super::entering::left;
use super::{From, frame, person, refused, typed, with_cookies};
use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::deleting::Deletion;
use crate::error::WebError;
use crate::handler::{Answer, failed, see_other};
use crate::page::account::{FormPage, PASSWORD, said};
use crate::page::{Frame, site};

/// `held`: the day until which nothing is deleted, while that is so.
pub(crate) fn delete_page(interviews: usize, held: Option<String>) -> FormPage {
    FormPage {
        key: "account_delete",
        action: "/account/delete".to_owned(),
        back: "/account",
        lead: &[
            "account_delete_goes",
            "account_delete_shared",
            "account_delete_stays",
            "account_delete_final",
        ],
        n: i64::try_from(interviews).unwrap_or(i64::MAX),
        fields: vec![PASSWORD],
        danger: true,
        held,
        ..FormPage::default()
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let frame = frame(&app, person);
    let held = app.held(Subject::Account(person.id())).await;
    if let Some(until) = held.map_err(|it| failed(&app, &it.into()))?.and_then(|it| it.until) {
        return Ok(Html(held_page(&app, &frame, until)).into_response());
    }
    let is_last = app.is_last_administrator(person.id()).await;
    if is_last.map_err(|it| failed(&app, &it.into()))? {
        return Ok(last(&app, &frame));
    }
    let all = app.accounts.interviews(person, app.clock.seconds()).await;
    let count = all.map_err(|it| failed(&app, &it.into()))?.len();
    let page = delete_page(count, app.held_until()).proved_by(caller.proof);
    Ok(Html(page.draw(&app.theme, &frame)).into_response())
}

fn last(app: &App, frame: &Frame) -> Response {
    let body = said(&app.theme, frame, "account_last", &[], "/admin/people", "admin_part_people");
    (StatusCode::CONFLICT, Html(body)).into_response()
}

fn held_page(app: &App, frame: &Frame, until: i64) -> String {
    let (action, back) = ("/account/keep".to_owned(), "/account".to_owned());
    site::held(app, frame, &app.waiting(until, "account", action, back))
}

/// Takes back the deletion of the account, while it waits for the end of a hold.
pub(crate) async fn keep(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let done = async {
        let (_, person) = caller.form(request).await?;
        app.keep(Subject::Account(person.id())).await?;
        Ok::<_, WebError>(see_other("/account"))
    };
    done.await.map_err(|it| failed(&app, &it))
}

/// Deletes the account when the password is right. When the page is shown, the keys are gone.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let now = app.clock.seconds();
    let proof = app.accounts.proves(person, typed(form.own("password")), &from.sender()).await;
    if !proof.map_err(|it| failed(&app, &it.into()))? {
        let all = app.accounts.interviews(person, now).await;
        let count = all.map_err(|it| failed(&app, &it.into()))?.len();
        let errors = vec![("password", "account_password_wrong")];
        let page = FormPage { errors, ..delete_page(count, app.held_until()) };
        return Ok(refused(&app, &frame(&app, person), &page));
    }
    let _alone = app.one_by_one().await.map_err(|it| failed(&app, &it.into()))?;
    let is_last = app.is_last_administrator(person.id()).await;
    if is_last.map_err(|it| failed(&app, &it.into()))? {
        return Ok(last(&app, &frame(&app, person)));
    }
    let done = app.delete(Subject::Account(person.id())).await;
    let receipt = match done.map_err(|it| failed(&app, &it.into()))? {
        Deletion::Done(receipt) => receipt,
        Deletion::Held(until) => {
            let page = held_page(&app, &frame(&app, person), until);
            return Ok(Html(page).into_response());
        }
    };
    let frame = Frame::site(&app);
    let say = |key: &str, n: u64| app.theme.say(&frame.language, key, &[("n", &n.to_string())]);
    let lines = vec![
        say("account_gone_sessions", receipt.counts.sessions),
        say("account_gone_files", receipt.counts.files),
        format!("{} {}", say("account_gone_receipt", 0), cookie::encode_id(receipt.id)),
    ];
    let body = said(&app.theme, &frame, "account_gone", &lines, "/", "all_interviews");
    let answer = with_cookies(Html(body).into_response(), left(&app, &headers));
    answer.map_err(|it| failed(&app, &it))
}
