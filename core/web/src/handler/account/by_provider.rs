//! Signing in with an account elsewhere.

use std::sync::Arc;

use affiant_account::{Along, Asked, Back, Came, UnlockOffer, Unlocking, With};
use affiant_backend::IdentityProvider;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;

use super::by_passkey::{MINE, entered};
use super::{From, frame, owing, refused, typed, with_cookies};
use crate::app::App;
use crate::caller;
use crate::cookie::Own;
use crate::error::{self, WebError, internal};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::Frame;
use crate::page::account::{FormPage, PASSPHRASE, PASSWORD, RECOVERY_KEY, said};

/// Seconds for which the browser keeps what binds it to a provider's answer: the server waits no
/// longer.
const PATIENCE: i64 = 900;

/// Where the page is that unlocks.
const UNLOCK: &str = "/account/sign-in/unlock";

/// Where the page is for whoever is new.
pub(super) const NEW: &str = "/account/sign-in/new";

/// Where one begins again.
const SIGN_IN: (&str, &str) = ("/account/sign-in", "account_sign_in_button");

/// What comes back with a browser, in the address.
#[derive(Deserialize)]
pub(crate) struct Brought {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
}

/// The providers that pages offer: id, and what people know each by.
pub(crate) fn offered(app: &App) -> Vec<(String, String)> {
    app.providers.iter().map(|it| (it.id().to_owned(), it.name().to_owned())).collect()
}

/// What people know a provider by; its id if it is not here any more.
pub(super) fn called(app: &App, id: &str) -> String {
    app.provider(id).map_or(id, IdentityProvider::name).to_owned()
}

pub(super) fn found<'a>(app: &'a App, id: &str) -> Result<&'a dyn IdentityProvider, WebError> {
    app.provider(id).ok_or_else(error::not_found)
}

pub(crate) fn unlock_page(name: String, offer: &UnlockOffer) -> FormPage {
    let key = (format!("{UNLOCK}/key"), "provider_unlock_by_key");
    FormPage {
        key: "provider_unlock",
        action: UNLOCK.to_owned(),
        back: SIGN_IN.0,
        lead: if offer.passphrase {
            &["provider_unlock_lead", "provider_unlock_passphrase"]
        } else {
            &["provider_unlock_lead", "provider_unlock_password"]
        },
        named: name,
        fields: vec![if offer.passphrase { PASSPHRASE } else { PASSWORD }],
        passkey: offer.passkey,
        links: offer
            .recovery
            .then_some(key)
            .into_iter()
            .chain([("/account/reset".to_owned(), "account_reset_link")])
            .collect(),
        ..FormPage::default()
    }
}

pub(crate) fn key_page() -> FormPage {
    FormPage {
        key: "provider_key",
        action: format!("{UNLOCK}/key"),
        back: UNLOCK,
        lead: &["provider_key_lead"],
        fields: vec![RECOVERY_KEY],
        ..FormPage::default()
    }
}

/// Asks a provider: nothing went there before the button was pressed.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let asked = async {
        let provider = found(&app, &id)?;
        let form = Form::read(request).await?;
        let along = match (form.own("invitation"), form.own("confirm")) {
            ("", "") => Along::Nothing,
            ("", link) => Along::Confirmation(link),
            (link, _) => Along::Invitation(link),
        };
        Ok(app.accounts.ask_provider(provider, along, app.clock.seconds()).await?)
    };
    let asked = asked.await.map_err(|it: WebError| failed(&app, &it))?;
    away(&app, &Frame::site(&app), asked, SIGN_IN).map_err(|it| failed(&app, &it))
}

/// Sends a browser to a provider. A page of ours does it, since a policy that lets forms go to us
/// alone holds for where they are sent on to as well.
pub(super) fn away(
    app: &App,
    frame: &Frame,
    asked: Asked,
    (back, link): (&str, &str),
) -> Result<Response, WebError> {
    let (address, cookie) = match asked {
        Asked::Asked { address, cookie } => (address, cookie),
        Asked::Unavailable => {
            let body = said(&app.theme, frame, "provider_unavailable", &[], back, link);
            return Ok((StatusCode::BAD_GATEWAY, Html(body)).into_response());
        }
    };
    let body = said(&app.theme, frame, "provider_going", &[], &address, "provider_going_link");
    let mut response = Html(body).into_response();
    let at_once = HeaderValue::from_str(&format!("0; url={address}")).map_err(internal)?;
    response.headers_mut().insert(HeaderName::from_static("refresh"), at_once);
    with_cookies(response, vec![keep(app, &cookie)])
}

fn keep(app: &App, cookie: &str) -> String {
    Own::Provider.set(&app.settings, cookie, Some(PATIENCE))
}

/// Somebody comes back from a provider.
pub(crate) async fn back(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(brought): Query<Brought>,
    from: From,
    headers: HeaderMap,
) -> Answer {
    let came = async {
        let provider = found(&app, &id)?;
        let person = caller::person(&app, &headers).await?;
        let cookie = Own::Provider.of(&app.settings, &headers);
        let came = Came {
            cookie: &cookie,
            state: &brought.state,
            code: brought.code.as_deref(),
            issuer: brought.iss.as_deref(),
        };
        let sender = from.sender();
        let back =
            app.accounts.back_from_provider(provider, &came, person.as_deref(), &sender).await?;
        Ok((back, person))
    };
    let (back, person) = came.await.map_err(|it: WebError| failed(&app, &it))?;
    let mine = person.as_deref().map(|it| frame(&app, it));
    let refuse = |status: StatusCode, key: &str| told(&app, mine.as_ref(), status, key);
    match back {
        Back::SignedIn(done) => in_by(&app, &headers, &done, &id, MINE).await,
        Back::Again(done, to) => in_by(&app, &headers, &done, &id, &to).await,
        Back::Factor(token) => owes(&app, &token, &id),
        Back::Unlock(cookie) => on(&app, UNLOCK, &cookie),
        Back::New(cookie) => on(&app, NEW, &cookie),
        Back::Linked => refuse(StatusCode::OK, "provider_linked"),
        Back::Taken => refuse(StatusCode::CONFLICT, "provider_taken"),
        Back::Other => refuse(StatusCode::CONFLICT, "provider_other"),
        Back::Disabled => refuse(StatusCode::FORBIDDEN, "provider_disabled"),
        Back::Denied => refuse(StatusCode::OK, "provider_denied"),
        Back::Over => refuse(StatusCode::BAD_REQUEST, "provider_over"),
        Back::Refused => refuse(StatusCode::BAD_GATEWAY, "provider_refused"),
        Back::Unavailable => refuse(StatusCode::BAD_GATEWAY, "provider_unavailable"),
    }
}

/// A page that says what came of it, and leads to where one begins again.
pub(super) fn told(app: &App, mine: Option<&Frame>, status: StatusCode, key: &str) -> Answer {
    let (target, link) = match mine {
        Some(_) => (super::providers::PROVIDERS, "provider_list_title"),
        None => SIGN_IN,
    };
    let site = Frame::site(app);
    let body = said(&app.theme, mine.unwrap_or(&site), key, &[], target, link);
    let response = (status, Html(body)).into_response();
    let cookies = vec![Own::Provider.clear(&app.settings)];
    with_cookies(response, cookies).map_err(|it| failed(app, &it))
}

/// Goes on with a provider's answer, which the browser keeps the key of.
fn on(app: &App, to: &str, cookie: &str) -> Answer {
    with_cookies(see_other(to), vec![keep(app, cookie)]).map_err(|it| failed(app, &it))
}

/// Signed in; the browser remembers by whom, and goes on.
async fn in_by(
    app: &App,
    headers: &HeaderMap,
    done: &affiant_account::SignedIn,
    provider: &str,
    to: &str,
) -> Answer {
    let response = entered(app, headers, done, to).await?;
    let through = Own::Through.set(&app.settings, provider, None);
    with_cookies(response, vec![through]).map_err(|it| failed(app, &it))
}

/// Unlocked, but for the second factor.
fn owes(app: &App, token: &affiant_vault::SignInToken, provider: &str) -> Answer {
    let cookies = vec![
        owing::cookie(app, token),
        Own::Through.set(&app.settings, provider, None),
        Own::Provider.clear(&app.settings),
    ];
    with_cookies(see_other("/account/sign-in/code"), cookies).map_err(|it| failed(app, &it))
}

/// What unlocks the account that a provider let this browser in to.
async fn offer(app: &App, headers: &HeaderMap) -> Result<Option<UnlockOffer>, WebError> {
    let cookie = Own::Provider.of(&app.settings, headers);
    Ok(app.accounts.unlock_offer(&cookie, app.clock.seconds()).await?)
}

pub(crate) async fn show_unlock(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let offer = offer(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let Some(offer) = offer else { return Ok(see_other(SIGN_IN.0)) };
    let page = unlock_page(called(&app, &offer.provider), &offer);
    Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(crate) async fn unlock(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let offer = offer(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let Some(offer) = offer else {
        return told(&app, None, StatusCode::BAD_REQUEST, "provider_over");
    };
    let page = unlock_page(called(&app, &offer.provider), &offer);
    let wrong =
        if offer.passphrase { "provider_passphrase_wrong" } else { "account_password_wrong" };
    let page = FormPage { errors: vec![("password", wrong)], ..page };
    let with = With::Typed(typed(form.own("password")));
    unlocked(&app, &from, &headers, with, &offer.provider, page).await
}

pub(crate) async fn show_key(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let offer = offer(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    if offer.is_none_or(|it| !it.recovery) {
        return Ok(see_other(UNLOCK));
    }
    Ok(Html(key_page().draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(crate) async fn unlock_with_key(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let offer = offer(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let Some(offer) = offer else {
        return told(&app, None, StatusCode::BAD_REQUEST, "provider_over");
    };
    let page = FormPage { errors: vec![("key", "account_recovery_key_wrong")], ..key_page() };
    let with = With::Recovery(form.own("key"));
    unlocked(&app, &from, &headers, with, &offer.provider, page).await
}

/// `wrong`: the page that is shown when it opens nothing.
async fn unlocked(
    app: &App,
    from: &From,
    headers: &HeaderMap,
    with: With<'_>,
    provider: &str,
    wrong: FormPage,
) -> Answer {
    let cookie = Own::Provider.of(&app.settings, headers);
    let done = app.accounts.unlock_behind_provider(&cookie, with, &from.sender()).await;
    match done.map_err(|it| failed(app, &it.into()))? {
        Unlocking::SignedIn(done) => in_by(app, headers, &done, provider, MINE).await,
        Unlocking::Factor(token) => owes(app, &token, provider),
        Unlocking::Wrong => Ok(refused(app, &Frame::site(app), &wrong)),
        Unlocking::Over => told(app, None, StatusCode::BAD_REQUEST, "provider_over"),
    }
}
