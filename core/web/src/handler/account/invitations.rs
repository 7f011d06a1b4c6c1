//! What others want to share: accepting it, with a code or because it was sent to one's address.

use std::sync::Arc;

use affiant_account::Accepted;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _};

use super::{frame, person};
use crate::app::App;
use crate::caller::{self, Caller};
use crate::client::Client;
use crate::cookie;
use crate::error;
use crate::handler::{Answer, failed, see_other};
use crate::page::Frame;
use crate::page::people::invitation_context;

const TEMPLATE: &str = "account/invitation.html";

/// Asks for the code of an invitation, which the page's script takes out of the link. Whoever is not
/// signed in is told to do that first; the link still works then.
pub(crate) async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let person = caller::person(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let frame = person.as_ref().map_or_else(|| Frame::site(&app), |it| frame(&app, it));
    let context = invitation_context(&app.theme, &frame, "", None);
    Ok(Html(app.theme.draw(TEMPLATE, context)).into_response())
}

/// Accepts with a code.
pub(crate) async fn accept_code(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    client: Client,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (typed, now) = (form.own("code"), app.clock.seconds());
    let done = app.accounts.accept_secret(person, typed, client.0, now).await;
    let wrong = match done.map_err(|it| failed(&app, &it.into()))? {
        Accepted::Done(_) => return Ok(see_other("/account")),
        Accepted::Gone => "people_code_wrong",
        Accepted::Yours => "people_code_yours",
    };
    let context = invitation_context(&app.theme, &frame(&app, person), typed, Some(wrong));
    let body = app.theme.draw(TEMPLATE, context);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response())
}

/// Accepts what was sent to the person's address.
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(hash): Path<String>,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let hash = cookie::hash(&hash).ok_or_else(|| failed(&app, &error::not_found()))?;
    let done = app.accounts.accept(person, hash, app.clock.seconds()).await;
    match done.map_err(|it| failed(&app, &it.into()))? {
        Accepted::Done(_) | Accepted::Yours => Ok(see_other("/account")),
        Accepted::Gone => Err(failed(&app, &error::no_invitation())),
    }
}

pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(hash): Path<String>,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let hash = cookie::hash(&hash).ok_or_else(|| failed(&app, &error::not_found()))?;
    app.accounts.decline(person, hash).await.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/account"))
}
