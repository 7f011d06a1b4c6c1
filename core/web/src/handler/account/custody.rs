//! Keeping the key to one's answers alone, where the server has it too.

use std::sync::Arc;

use affiant_account::Left;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use super::{From, enter, frame, person, refused, typed};
use crate::app::App;
use crate::caller::Caller;
use crate::handler::{Answer, failed, see_other};
use crate::page::account::{FormPage, PASSWORD};

pub(crate) fn leave_page() -> FormPage {
    FormPage {
        key: "custody_leave",
        action: "/account/custody".to_owned(),
        back: "/account/security",
        lead: &["custody_leave_now", "custody_leave_then", "custody_leave_ends"],
        fields: vec![PASSWORD],
        ..FormPage::default()
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let held = app.accounts.is_in_custody(&person.account).await;
    if !held.map_err(|it| failed(&app, &it.into()))? {
        return Ok(see_other("/account/security"));
    }
    Ok(Html(leave_page().draw(&app.theme, &frame(&app, person))).into_response())
}

pub(crate) async fn leave(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let password = typed(form.own("password"));
    let done = app.accounts.leave_custody(person, password, &from.sender()).await;
    match done.map_err(|it| failed(&app, &it.into()))? {
        Left::Done(done) => {
            // From now on only a recovery key stands in for the password.
            let next = see_other("/account/recovery-key");
            let entered = enter(&app, &headers, &done, next).await;
            entered.map_err(|it| failed(&app, &it))
        }
        Left::NotHeld => Ok(see_other("/account/security")),
        Left::WrongPassword => {
            let errors = vec![("password", "account_password_wrong")];
            let page = FormPage { errors, ..leave_page() };
            Ok(refused(&app, &frame(&app, person), &page))
        }
    }
}
