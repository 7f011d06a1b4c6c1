//! Registering, confirming, signing in and out.

use std::sync::Arc;

use affiant_account::{
    Address, BadAddress, Confirmation, Confirmed, NewPassword, Newcomer, Profile, Registration,
    Signing,
};
use affiant_switch::{Custody, Registration as Open};
use affiant_vault::SignInToken;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _};

use super::by_provider::offered;
use super::{From, enter, new_password, owing, refused, typed, with_cookies};
use crate::app::App;
use crate::caller::{self, Caller};
use crate::cookie::{self, Own};
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::heard::heard;
use crate::page::Frame;
use crate::page::account::{
    EMAIL, FormPage, NAME, NEW_PASSWORD, PASSWORD, said, said_context, signed_out_context,
};

/// Seconds for which a browser remembers that it registered.
const REGISTERED: i64 = 24 * 3_600;

/// The key of what is wrong with an address.
pub(crate) fn wrong_address(error: BadAddress) -> &'static str {
    match error {
        BadAddress::Empty => "account_email_empty",
        BadAddress::Letters => "account_email_letters",
        _ => "account_email_wrong",
    }
}

/// What the form of registering says when it told that the server keeps a key too.
const TOLD: &str = "server";

/// `in_custody`: whether the server keeps a key to the account too.
pub(crate) fn register_page(in_custody: bool) -> FormPage {
    FormPage {
        key: "account_register",
        action: "/account/register".to_owned(),
        back: "/account/sign-in",
        lead: if in_custody {
            &["account_register_lead", "custody_register_1", "custody_register_2"]
        } else {
            &["account_register_lead", "account_register_keys"]
        },
        carried: if in_custody { vec![("keys", TOLD.to_owned())] } else { Vec::new() },
        fields: vec![NAME, EMAIL, NEW_PASSWORD],
        ..FormPage::default()
    }
}

/// `is_open`: whether everybody may register; `passkey`: whether passkeys sign in too.
pub(crate) fn sign_in_page(
    is_open: bool,
    passkey: bool,
    providers: Vec<(String, String)>,
) -> FormPage {
    FormPage {
        key: "account_sign_in",
        action: "/account/sign-in".to_owned(),
        back: "/",
        lead: &["account_sign_in_lead"],
        fields: vec![EMAIL, PASSWORD],
        passkey,
        providers,
        links: is_open
            .then(|| ("/account/register".to_owned(), "account_register_link"))
            .into_iter()
            .chain([("/account/reset".to_owned(), "account_reset_link")])
            .collect(),
        ..FormPage::default()
    }
}

fn confirm_page(link: &str, is_here: bool) -> FormPage {
    FormPage {
        key: "account_confirm",
        action: format!("/account/confirm/{link}"),
        back: "/",
        lead: if is_here { &["account_confirm_here"] } else { &["account_confirm_elsewhere"] },
        fields: if is_here { Vec::new() } else { vec![PASSWORD] },
        ..FormPage::default()
    }
}

/// What somebody typed to make an account.
pub(crate) struct Typed {
    pub(crate) address: Address,
    password: NewPassword,
    profile: Profile,
    pub(crate) in_custody: bool,
    pub(crate) identity: Option<Newcomer>,
}

/// Whether the server keeps a key to accounts that are made now.
pub(crate) fn in_custody(app: &App) -> bool {
    app.in_force().custody() == Custody::Server
}

impl Typed {
    /// What was typed into the fields of [`register_page`], or that page with what is wrong.
    pub(crate) fn read(app: &App, form: &Form, page: FormPage) -> Result<Self, Box<FormPage>> {
        let (name, email) = (form.own("name"), form.own("email"));
        let (address, password) =
            (Address::parse(email), new_password(app, form.own("new"), false, &[name, email]));
        // What was not told is not done: a page that tells it is shown again.
        let in_custody = in_custody(app) && form.own("keys") == TOLD;
        let is_untold = !in_custody && page.carried.iter().any(|it| it.1 == TOLD);
        let (address, password) = match (address, password) {
            (Ok(address), Ok(password)) if !is_untold => (address, password),
            (address, password) => {
                let mut page = page;
                page.errors.extend(is_untold.then_some(("new", "custody_untold")));
                page.errors.extend(address.err().map(|it| ("email", wrong_address(it))));
                page.errors.extend(password.err().map(|it| ("new", it)));
                page.typed = vec![("name", name.to_owned()), ("email", email.to_owned())];
                return Err(Box::new(page));
            }
        };
        let name = name.trim().chars().take(200).collect();
        let profile = Profile { name, ..Profile::default() };
        Ok(Self { address, password, profile, in_custody, identity: None })
    }

    /// `language`: in which the form was read, and mails will be.
    pub(crate) fn registration<'a>(
        self,
        address: &'a Address,
        language: &'a str,
    ) -> Registration<'a> {
        let Self { password, profile, in_custody, identity, .. } = self;
        Registration { address, password, profile, language, in_custody, identity }
    }
}

/// Where only those register who were invited, a page that says so.
pub(crate) async fn show_register(State(app): State<Arc<App>>) -> Answer {
    is_open(&app).map_err(|it| failed(&app, &it))?;
    let page = FormPage { providers: offered(&app), ..register_page(in_custody(&app)) };
    Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(super) fn is_open(app: &App) -> Result<(), WebError> {
    match app.in_force().registration() {
        Open::Open => Ok(()),
        Open::Invitation => Err(error::by_invitation()),
    }
}

/// The same answer whether or not the address has an account: the mail says.
pub(crate) async fn register(State(app): State<Arc<App>>, from: From, request: Request) -> Answer {
    is_open(&app).map_err(|it| failed(&app, &it))?;
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let page = FormPage { providers: offered(&app), ..register_page(in_custody(&app)) };
    let typed = match Typed::read(&app, &form, page) {
        Ok(it) => it,
        Err(page) => return Ok(refused(&app, &Frame::site(&app), &page)),
    };
    let address = typed.address.clone();
    let language = heard().language;
    let wanted = typed.registration(&address, &language);
    let token = app.accounts.register(wanted, &from.sender()).await;
    sent(&app, &token.map_err(|it| failed(&app, &it.into()))?)
}

fn invited_page(app: &App, link: &str) -> FormPage {
    FormPage {
        action: format!("/account/invited/{link}"),
        providers: offered(app),
        invitation: Some(link.to_owned()),
        ..register_page(in_custody(app))
    }
}

pub(crate) async fn show_invited(State(app): State<Arc<App>>, Path(link): Path<String>) -> Answer {
    let works = app.accounts.is_invitation(&link, app.clock.seconds()).await;
    if !works.map_err(|it| failed(&app, &it.into()))? {
        return Err(failed(&app, &error::no_link()));
    }
    Ok(Html(invited_page(&app, &link).draw(&app.theme, &Frame::site(&app))).into_response())
}

/// Registers with an invitation, whoever else may register.
pub(crate) async fn register_invited(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    from: From,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let typed = match Typed::read(&app, &form, invited_page(&app, &link)) {
        Ok(it) => it,
        Err(page) => return Ok(refused(&app, &Frame::site(&app), &page)),
    };
    let address = typed.address.clone();
    let language = heard().language;
    let wanted = typed.registration(&address, &language);
    let token = app.accounts.register_invited(&link, wanted, &from.sender()).await;
    match token.map_err(|it| failed(&app, &it.into()))? {
        Some(token) => sent(&app, &token),
        None => Err(failed(&app, &error::no_link())),
    }
}

/// A letter is on its way to whoever registered.
pub(super) fn sent(app: &App, token: &SignInToken) -> Answer {
    let frame = Frame::site(app);
    let body =
        said(&app.theme, &frame, "account_sent", &[], "/account/sign-in", "account_sign_in_button");
    let token = cookie::encode_sign_in(token);
    let cookies = vec![Own::Registered.set(&app.settings, &token, Some(REGISTERED))];
    with_cookies(Html(body).into_response(), cookies).map_err(|it| failed(app, &it))
}

pub(crate) async fn show_confirm(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let token = Own::Registered.token(&app.settings, &headers);
    let found = app.accounts.confirmation(&link, token.as_ref(), app.clock.seconds()).await;
    match found.map_err(|it| failed(&app, &it.into()))? {
        Confirmation::NoLink => Err(failed(&app, &error::no_link())),
        found => {
            let page = confirm_page(&link, found == Confirmation::Here);
            Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
        }
    }
}

pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let token = Own::Registered.token(&app.settings, &headers);
    let password = form.own("password");
    let given = (!password.is_empty()).then(|| typed(password));
    let done = app.accounts.confirm(&link, token.as_ref(), given, &from.sender()).await;
    let wrong = match done.map_err(|it| failed(&app, &it.into()))? {
        Confirmed::SignedIn(done) => {
            // Where the server keeps a key, a forgotten password loses nothing.
            let held = app.accounts.is_in_custody(&done.person.account).await;
            let held = held.map_err(|it| failed(&app, &it.into()))?;
            let next = see_other(if held { "/account" } else { "/account/recovery-key" });
            return enter(&app, &headers, &done, next).await.map_err(|it| failed(&app, &it));
        }
        Confirmed::NoLink => return Err(failed(&app, &error::no_link())),
        Confirmed::PasswordNeeded => "account_password_empty",
        Confirmed::WrongPassword => "account_password_wrong",
    };
    let page = FormPage { errors: vec![("password", wrong)], ..confirm_page(&link, false) };
    Ok(refused(&app, &Frame::site(&app), &page))
}

pub(crate) async fn show_sign_in(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let signed_in = caller::person(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    if signed_in.is_some() {
        return Ok(see_other("/account"));
    }
    let page = sign_in_page(is_open(&app).is_ok(), app.accounts.has_passkeys(), offered(&app));
    Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let email = form.own("email");
    let mut page = FormPage {
        typed: vec![("email", email.to_owned())],
        ..sign_in_page(is_open(&app).is_ok(), app.accounts.has_passkeys(), offered(&app))
    };
    let address = match Address::parse(email) {
        Ok(it) => it,
        Err(error) => {
            page.errors.push(("email", wrong_address(error)));
            return Ok(refused(&app, &Frame::site(&app), &page));
        }
    };
    let earlier = Own::SignIn.token(&app.settings, &headers);
    let password = typed(form.own("password"));
    let done = app.accounts.sign_in(&address, password, earlier.as_ref(), &from.sender()).await;
    let wrong = match done.map_err(|it| failed(&app, &it.into()))? {
        Signing::Done(done) => {
            let next = see_other("/account");
            return enter(&app, &headers, &done, next).await.map_err(|it| failed(&app, &it));
        }
        Signing::Factor(token) => {
            let cookies = vec![owing::cookie(&app, &token)];
            let next = see_other("/account/sign-in/code");
            return with_cookies(next, cookies).map_err(|it| failed(&app, &it));
        }
        Signing::Unconfirmed => "account_unconfirmed",
        Signing::Disabled => "account_disabled",
        Signing::Wrong => "account_sign_in_wrong",
    };
    page.errors.push(("email", wrong));
    Ok(refused(&app, &Frame::site(&app), &page))
}

/// Ends the sign-in, and asks the browser to forget what it kept of the pages.
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    caller.form(request).await.map_err(|it| failed(&app, &it))?;
    if let Some(token) = Own::SignIn.token(&app.settings, &headers) {
        app.accounts
            .sign_out(&token, app.clock.seconds())
            .await
            .map_err(|it| failed(&app, &it.into()))?;
    }
    let body = signed_out(&app, &headers);
    let mut response = (StatusCode::OK, Html(body)).into_response();
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\", \"storage\""));
    with_cookies(response, left(&app, &headers)).map_err(|it| failed(&app, &it))
}

/// The page that says so. Who came by a provider may still be signed in there.
fn signed_out(app: &App, headers: &HeaderMap) -> String {
    let frame = Frame::site(app);
    let context =
        said_context(&app.theme, &frame, "account_signed_out", &[], "/", "all_interviews");
    let through = Own::Through.of(&app.settings, headers);
    let provider = app.provider(&through).and_then(|it| Some((it.name(), it.sign_out()?)));
    let context = signed_out_context(provider, context);
    app.theme.draw("account/signed-out.html", context)
}

/// The headers that take away what a person's sign-in left in the browser.
pub(super) fn left(app: &App, headers: &HeaderMap) -> Vec<String> {
    let mut cookies = vec![Own::SignIn.clear(&app.settings), Own::Through.clear(&app.settings)];
    let open = cookie::opened(&app.settings, headers);
    cookies.extend(open.iter().map(|it| cookie::clear(&app.settings, it)));
    cookies
}
