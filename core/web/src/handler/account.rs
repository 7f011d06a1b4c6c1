//! The pages of an account.

pub(crate) mod activity;
pub(crate) mod again;
pub(crate) mod by_passkey;
pub(crate) mod by_provider;
pub(crate) mod custody;
pub(crate) mod entering;
mod evenly;
pub(crate) mod export;
pub(crate) mod factor;
pub(crate) mod forgotten;
pub(crate) mod interviews;
pub(crate) mod invitations;
pub(crate) mod keys;
pub(crate) mod leaving;
pub(crate) mod overview;
pub(crate) mod owing;
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod providers;
pub(crate) mod recovery;
pub(crate) mod registering;
pub(crate) mod security;
pub(crate) mod settings;
pub(crate) mod sign_ins;

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use affiant_account::{
    Extent, NewPassword, Person, Sender, SignedIn, TakenOver, Weak, kind_of_browser,
};
use affiant_guard::Device;
use affiant_interview::Section;
use affiant_vault::{LONGEST_PASSWORD, Password};
use axum::extract::FromRequestParts;
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::caller::Caller;
use crate::cookie::Own;
use crate::error::{WebError, internal, not_signed_in};
use crate::heard::heard;
use crate::page::Frame;
use crate::page::account::{Field, FormPage, NEW_PASSWORD, NEW_PASSWORD_BESIDE};
use crate::{client, cookie, csrf};

/// Who sends a request, as far as one can tell.
pub(crate) struct From {
    address: IpAddr,
    device: String,
    agent: String,
    now: i64,
}

impl From {
    pub(crate) fn sender(&self) -> Sender<'_> {
        Sender { address: self.address, device: &self.device, agent: &self.agent, now: self.now }
    }
}

impl FromRequestParts<Arc<App>> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let agent = parts.headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
        Ok(Self {
            address: client::of(app, &parts.extensions, &parts.headers).0,
            device: Own::Device.of(&app.settings, &parts.headers),
            agent: kind_of_browser(agent.unwrap_or_default()),
            now: app.clock.seconds(),
        })
    }
}

/// The person whom a route let in.
pub(crate) fn person(caller: &Caller) -> Result<&Arc<Person>, WebError> {
    caller.person.as_ref().ok_or_else(not_signed_in)
}

/// The frame of a page for a person.
pub(crate) fn frame(app: &App, person: &Person) -> Frame {
    Frame { csrf: csrf::code(app, person), ..Frame::site(app) }
}

/// The field for a new password.
fn new_password_field(has_factor: bool) -> Field {
    if has_factor { NEW_PASSWORD_BESIDE } else { NEW_PASSWORD }
}

/// A form that is shown again with what is wrong.
pub(crate) fn refused(app: &App, frame: &Frame, page: &FormPage) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page.draw(&app.theme, frame))).into_response()
}

/// A password as somebody types it to prove who they are; one that is too long is nobody's.
fn typed(text: &str) -> Password {
    let cut = if text.len() > LONGEST_PASSWORD { "" } else { text };
    Password::parse(cut).or_else(|| Password::parse("")).unwrap_or_else(unreachable_empty)
}

/// An empty password is short enough.
fn unreachable_empty() -> Password {
    Password::parse("").expect("an empty password is short enough")
}

/// A new password, or the key of what is wrong with it. Beside a second factor it may be shorter.
fn new_password(
    app: &App,
    text: &str,
    has_factor: bool,
    known: &[&str],
) -> Result<NewPassword, &'static str> {
    let site = app.settings.origin.as_str();
    let known = [known, &[site, "affiant"]].concat();
    NewPassword::parse(text, has_factor, &known).map_err(|it| match it {
        Weak::Short(_) if text.is_empty() => "account_password_empty",
        Weak::Short(_) if has_factor => "account_password_short_beside",
        Weak::Short(_) => "account_password_short",
        Weak::Long => "account_password_long",
        Weak::Guessable => "account_password_guessable",
    })
}

/// The answer to somebody who has just signed in: cookies, and every session of this browser is
/// theirs from now on.
pub(crate) async fn enter(
    app: &App,
    headers: &HeaderMap,
    done: &SignedIn,
    response: Response,
) -> Result<Response, WebError> {
    let mut cookies = vec![
        Own::SignIn.set(&app.settings, &cookie::encode_sign_in(&done.token), None),
        Own::Device.set(&app.settings, &done.device, Some(Device::seconds())),
        Own::Registered.clear(&app.settings),
        Own::Reset.clear(&app.settings),
        Own::Owing.clear(&app.settings),
        Own::Provider.clear(&app.settings),
    ];
    for (interview, token) in cookie::tokens(&app.settings, headers) {
        let taken = app.accounts.take_over(&done.person, &token, app.clock.seconds()).await?;
        if let TakenOver::Done(session) = taken {
            cookies.push(cookie::open(&app.settings, &interview, session, app.keep_account_days()));
        }
    }
    with_cookies(response, cookies)
}

/// An answer that sets cookies.
fn with_cookies(mut response: Response, cookies: Vec<String>) -> Result<Response, WebError> {
    for cookie in cookies {
        let value = HeaderValue::from_str(&cookie).map_err(internal)?;
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}

/// What an interview is called, in the page's language if it can say it; its name if it does not
/// load.
pub(crate) fn title(app: &App, name: &str) -> String {
    let loaded = app.catalogue.get(name).and_then(|it| it.loaded);
    let Some(loaded) = loaded else { return name.to_owned() };
    let title = &loaded.interview().metadata.title;
    loaded.interview().word(&heard().language, title).unwrap_or(title).to_owned()
}

/// The private sections of an interview with their keys, as they are called in the page's language.
fn private_sections(app: &App, interview: &str) -> Vec<(String, String)> {
    let loaded = app.catalogue.get(interview).and_then(|it| it.loaded);
    let Some(loaded) = loaded else { return Vec::new() };
    let (interview, language) = (loaded.interview(), heard().language);
    let called =
        |it: &Section| interview.word(&language, &it.label).unwrap_or(&it.label).to_owned();
    interview.private_sections().into_iter().map(|it| (it.key.clone(), called(it))).collect()
}

/// The private sections that somebody is given, as they are called; `None` for everything. One that
/// the interview has no more is called by its key.
fn parts_called(app: &App, interview: &str, extent: &Extent) -> Option<Vec<String>> {
    let all = private_sections(app, interview);
    let called =
        |key: &String| all.iter().find(|(it, _)| it == key).map_or(key, |(_, label)| label).clone();
    Some(extent.sections()?.iter().map(called).collect())
}
