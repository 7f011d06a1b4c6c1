//! The recovery key: offered, shown once, kept or declined.

use std::sync::Arc;

use affiant_account::Kept;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _};

use super::{frame, person};
use crate::app::App;
use crate::caller::Caller;
use crate::error;
use crate::handler::{Answer, failed, see_other};
use crate::page::account::recovery_context;

const TEMPLATE: &str = "account/recovery.html";

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let held = app.accounts.is_in_custody(&person.account).await;
    if held.map_err(|it| failed(&app, &it.into()))? {
        // It is of use to who holds the key alone.
        return Ok(see_other("/account/custody"));
    }
    let context = recovery_context(&app.theme, &frame(&app, person), None, false, None);
    Ok(Html(app.theme.draw(TEMPLATE, context)).into_response())
}

/// Makes a key and shows it. It opens nothing yet.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let key = app.accounts.new_recovery_key().map_err(|it| failed(&app, &it.into()))?;
    let frame = frame(&app, person);
    let context = recovery_context(&app.theme, &frame, Some(&key), false, None);
    Ok(Html(app.theme.draw(TEMPLATE, context)).into_response())
}

/// Keeps the key, when two of its groups were typed. The page itself carries the key, so that the
/// server need not.
pub(crate) async fn keep(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (key, typed) = (form.own("key"), [form.own("third"), form.own("seventh")]);
    let kept = app.accounts.keep_recovery_key(person, key, typed, app.clock.seconds()).await;
    match kept.map_err(|it| failed(&app, &it.into()))? {
        Kept::Done => Ok(see_other("/account")),
        Kept::NoKey => Err(failed(&app, &error::bad_form("error_form_recovery"))),
        Kept::Mistyped => {
            let (frame, wrong) = (frame(&app, person), Some("account_recovery_mistyped"));
            let context = recovery_context(&app.theme, &frame, Some(key), false, wrong);
            let body = app.theme.draw(TEMPLATE, context);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response())
        }
    }
}

pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    if form.own("accept").is_empty() {
        let (frame, wrong) = (frame(&app, person), Some("account_recovery_accept_empty"));
        let context = recovery_context(&app.theme, &frame, None, false, wrong);
        let body = app.theme.draw(TEMPLATE, context);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response());
    }
    let done = app.accounts.decline_recovery_key(person, app.clock.seconds()).await;
    done.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/account"))
}
