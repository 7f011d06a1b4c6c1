//! Signing in with a passkey.

use std::sync::Arc;

use affiant_account::PasskeySignIn;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Serialize;

use super::passkeys::given;
use super::{From, enter, refused, typed};
use crate::app::App;
use crate::cookie::Own;
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::Frame;
use crate::page::account::{FormPage, PASSWORD, said};

/// Where whoever signed in goes on.
pub(super) const MINE: &str = "/account";

/// What the browser is asked, for the script of the page.
#[derive(Serialize)]
struct Question {
    /// Goes back with the answer.
    challenge: String,
    /// Options for `navigator.credentials`, a text of JSON.
    options: String,
    /// What the PRF extension is given, in base64url.
    prf: String,
}

/// The form for the password that opens the answers behind a passkey.
pub(crate) fn unlock_page(challenge: &str) -> FormPage {
    FormPage {
        key: "account_passkey_unlock",
        action: "/account/sign-in/passkey/unlock".to_owned(),
        back: "/account/sign-in",
        lead: &["account_passkey_unlock_lead"],
        carried: vec![("challenge", challenge.to_owned())],
        fields: vec![PASSWORD],
        links: vec![("/account/reset".to_owned(), "account_reset_link")],
        ..FormPage::default()
    }
}

/// Asked when the button is pressed, so that no question gets old while a page lies open.
pub(crate) async fn ask(State(app): State<Arc<App>>) -> Answer {
    let asked = app.accounts.ask_for_passkey(app.clock.seconds()).await;
    let asked = asked.map_err(|it| failed(&app, &it.into()))?;
    let Some(it) = asked else { return Err(failed(&app, &error::not_found())) };
    let question = Question { challenge: it.challenge, options: it.options, prf: it.prf };
    Ok(Json(question).into_response())
}

/// For whoever reloads the answer to a form.
pub(crate) async fn show() -> Response {
    see_other("/account/sign-in")
}

pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let tried = async {
        let form = Form::read(request).await?;
        Ok(app.accounts.sign_in_by_passkey(&given(&form), &from.sender()).await?)
    };
    let tried = tried.await.map_err(|it: WebError| failed(&app, &it))?;
    match tried {
        PasskeySignIn::SignedIn(done) => entered(&app, &headers, &done, MINE).await,
        PasskeySignIn::PasswordNeeded(challenge) => {
            let page = unlock_page(&challenge);
            Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
        }
        PasskeySignIn::Refused | PasskeySignIn::WrongPassword => {
            Ok(over(&app, "account_passkey_refused"))
        }
    }
}

pub(crate) async fn unlock(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let challenge = form.own("challenge");
    let password = typed(form.own("password"));
    let tried = app.accounts.unlock_behind_passkey(challenge, password, &from.sender()).await;
    match tried.map_err(|it| failed(&app, &it.into()))? {
        PasskeySignIn::SignedIn(done) => entered(&app, &headers, &done, MINE).await,
        PasskeySignIn::WrongPassword => {
            let errors = vec![("password", "account_password_wrong")];
            let page = FormPage { errors, ..unlock_page(challenge) };
            Ok(refused(&app, &Frame::site(&app), &page))
        }
        PasskeySignIn::Refused | PasskeySignIn::PasswordNeeded(_) => {
            Ok(over(&app, "account_passkey_over"))
        }
    }
}

/// The browser's sign-in until now, if there was one, ends. `to`: where it goes on.
pub(super) async fn entered(
    app: &App,
    headers: &HeaderMap,
    done: &affiant_account::SignedIn,
    to: &str,
) -> Answer {
    let entered = async {
        if let Some(earlier) = Own::SignIn.token(&app.settings, headers) {
            app.accounts.sign_out(&earlier, app.clock.seconds()).await?;
        }
        enter(app, headers, done, see_other(to)).await
    };
    entered.await.map_err(|it: WebError| failed(app, &it))
}

fn over(app: &App, key: &str) -> Response {
    let (frame, link) = (Frame::site(app), "account_passkey_again");
    let body = said(&app.theme, &frame, key, &[], "/account/sign-in", link);
    (StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response()
}
