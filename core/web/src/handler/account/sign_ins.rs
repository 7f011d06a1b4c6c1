//! Who is signed in, and ending it.

use std::sync::Arc;

use affiant_backend::Level;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use super::entering::left;
use super::{frame, person, with_cookies};
use crate::app::App;
use crate::caller::Caller;
use crate::day::day;
use crate::handler::{Answer, failed, see_other};
use crate::page::account::{Listed, sign_ins_context};
use crate::{cookie, error};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let all = app.accounts.sign_ins(person, app.clock.seconds()).await;
    let all = all.map_err(|it| failed(&app, &it.into()))?;
    let listed: Vec<Listed> = all
        .iter()
        .map(|it| Listed {
            id: cookie::encode_id(it.id),
            agent: it.agent.clone(),
            day: day(it.created),
            level: match it.level {
                Level::Password => "account_by_password",
                Level::TwoFactors => "account_by_two_factors",
                Level::Passkey => "account_by_passkey",
            },
            current: it.sid == person.sign_in.sid,
        })
        .collect();
    let context = sign_ins_context(&app.theme, &frame(&app, person), &listed);
    Ok(Html(app.theme.draw("account/sign-ins.html", context)).into_response())
}

pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let id = cookie::id(form.own("id"));
    let id = id.ok_or_else(|| failed(&app, &error::bad_form("error_form_list")))?;
    let done = app.accounts.end_sign_in(person, id, app.clock.seconds()).await;
    done.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/account/sign-ins"))
}

/// Ends all sign-ins, this one too.
pub(crate) async fn end_all(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let (_, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let done = app.accounts.sign_out_everywhere(person, app.clock.seconds()).await;
    done.map_err(|it| failed(&app, &it.into()))?;
    let answer = with_cookies(see_other("/account/sign-in"), left(&app, &headers));
    answer.map_err(|it| failed(&app, &it))
}
