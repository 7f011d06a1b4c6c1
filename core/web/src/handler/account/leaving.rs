//! Deleting the account, for good.

use std::sync::Arc;

use affiant_backend::{DeletionReason, Subject};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use super::entering::left;
use super::{From, check, frame, person, refused, typed, with_cookies};
use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::form::Form;
use crate::handler::{Answer, failed};
use crate::page::Frame;
use crate::page::account::{FormPage, PASSWORD, said};

pub(crate) fn delete_page(interviews: usize) -> FormPage {
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
        ..FormPage::default()
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let all = app.accounts.interviews(person, app.clock.seconds()).await;
    let count = all.map_err(|it| failed(&app, &it.into()))?.len();
    Ok(Html(delete_page(count).draw(&app.theme, &frame(&app, person))).into_response())
}

/// Deletes the account when the password is right. When the page is shown, the keys are gone.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    check(&form, person).map_err(|it| failed(&app, &it))?;
    let now = app.clock.seconds();
    let proof = app.accounts.proves(person, typed(form.own("password")), &from.sender()).await;
    if !proof.map_err(|it| failed(&app, &it.into()))? {
        let all = app.accounts.interviews(person, now).await;
        let count = all.map_err(|it| failed(&app, &it.into()))?.len();
        let errors = vec![("password", "account_password_wrong")];
        let page = FormPage { errors, ..delete_page(count) };
        return Ok(refused(&app, &frame(&app, person), &page));
    }
    let subject = Subject::Account(person.id());
    let receipt = app.eraser.delete(subject, DeletionReason::Person, now).await;
    let receipt = receipt.map_err(|it| failed(&app, &it.into()))?;
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
