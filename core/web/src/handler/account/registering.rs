//! Registering, with a password or with an account elsewhere, and confirming the address.

use std::sync::Arc;

use affiant_account::{
    Address, BadAddress, Confirmation, Confirmed, NewPassword, Newcomer, Profile, Registration, Way,
};
use affiant_switch::{Custody, Registration as Open};
use affiant_vault::SignInToken;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _};

use super::by_provider::{NEW, called, offered, told};
use super::evenly::answered_evenly;
use super::{From, enter, new_password, refused, typed, with_cookies};
use crate::app::App;
use crate::cookie::{self, Own};
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::heard::heard;
use crate::page::Frame;
use crate::page::account::{
    EMAIL, Field, FormPage, NAME, NEW_PASSPHRASE, NEW_PASSWORD, PASSWORD, said,
};

/// Seconds for which a browser remembers that it registered.
const REGISTERED: i64 = 24 * 3_600;

/// What the form of registering says when it told that the server keeps a key too.
const TOLD: &str = "server";

/// Whether the server is to hold a key, so that nothing is typed: only asked where administrators
/// allow it.
const SERVER: Field = Field {
    name: "server",
    kind: "checkbox",
    autocomplete: "off",
    label: "provider_server",
    hint: "",
};

/// The key of what is wrong with an address.
pub(crate) fn wrong_address(error: BadAddress) -> &'static str {
    match error {
        BadAddress::Empty => "account_email_empty",
        BadAddress::Letters => "account_email_letters",
        _ => "account_email_wrong",
    }
}

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

/// The page for somebody whom a provider knows. `in_custody`: whether administrators allow that the
/// server holds a key too.
pub(crate) fn new_page(name: String, email: Option<&str>, in_custody: bool) -> FormPage {
    let page = FormPage {
        key: "provider_new",
        action: NEW.to_owned(),
        back: "/account/sign-in",
        lead: &["provider_new_lead", "provider_new_has", "provider_new_opens"],
        named: name,
        fields: vec![NAME, EMAIL, NEW_PASSPHRASE],
        typed: vec![("email", email.unwrap_or_default().to_owned())],
        ..FormPage::default()
    };
    if !in_custody {
        return page;
    }
    let passphrase = Field { hint: "provider_new_passphrase_hint", ..NEW_PASSPHRASE };
    FormPage {
        panel: &[
            "provider_new_choice",
            "provider_new_people",
            "provider_new_elsewhere",
            "provider_new_later",
        ],
        fields: vec![NAME, EMAIL, passphrase, SERVER],
        ..page
    }
}

fn confirm_page(app: &App, link: &str, found: Confirmation) -> FormPage {
    let page = FormPage {
        key: "account_confirm",
        action: format!("/account/confirm/{link}"),
        back: "/",
        ..FormPage::default()
    };
    match found {
        Confirmation::AtProvider => at_provider_page(link, offered(app)),
        Confirmation::Here => FormPage { lead: &["account_confirm_here"], ..page },
        Confirmation::Elsewhere | Confirmation::NoLink => {
            FormPage { lead: &["account_confirm_elsewhere"], fields: vec![PASSWORD], ..page }
        }
    }
}

/// Confirming in another browser than the one that registered, for who has nothing to type.
pub(crate) fn at_provider_page(link: &str, providers: Vec<(String, String)>) -> FormPage {
    FormPage {
        key: "account_confirm",
        action: "/account/provider".to_owned(),
        back: "/",
        lead: &["account_confirm_at_provider", "provider_learns"],
        carried: vec![("confirm", link.to_owned())],
        providers,
        at_provider: true,
        ..FormPage::default()
    }
}

/// What somebody typed to make an account.
pub(crate) struct Typed {
    pub(crate) address: Address,
    way: Way,
    profile: Profile,
    in_custody: bool,
}

/// Whether the server keeps a key to accounts that are made now.
pub(crate) fn in_custody(app: &App) -> bool {
    app.in_force().custody() == Custody::Server
}

/// The password that somebody chose, or the key of what is wrong with it.
fn chosen(app: &App, form: &Form) -> Result<NewPassword, &'static str> {
    new_password(app, form.own("new"), false, &[form.own("name"), form.own("email")])
}

impl Typed {
    /// What was typed into the fields of [`register_page`], or that page with what is wrong.
    pub(crate) fn read(app: &App, form: &Form, page: FormPage) -> Result<Self, Box<FormPage>> {
        // What was not told is not done: a page that tells it is shown again.
        let in_custody = in_custody(app) && form.own("keys") == TOLD;
        let is_untold = !in_custody && page.carried.iter().any(|it| it.1 == TOLD);
        let chosen = if is_untold { Err("custody_untold") } else { chosen(app, form) };
        Self::of(form, page, chosen.map(Way::Password), in_custody)
    }

    /// The same for [`new_page`].
    fn read_new(
        app: &App,
        form: &Form,
        page: FormPage,
        newcomer: Newcomer,
    ) -> Result<Self, Box<FormPage>> {
        // The server holds a key only where both want it.
        let is_allowed = in_custody(app);
        let in_custody = is_allowed && !form.own(SERVER.name).is_empty();
        let way = match chosen(app, form) {
            Ok(it) => Ok(Way::Provider(newcomer, it)),
            Err(_) if in_custody && form.own("new").is_empty() => Ok(Way::ProviderAlone(newcomer)),
            Err("account_password_empty") if is_allowed => Err("provider_passphrase_or"),
            Err("account_password_empty") => Err("provider_passphrase_empty"),
            Err(wrong) => Err(wrong),
        };
        Self::of(form, page, way, in_custody)
    }

    fn of(
        form: &Form,
        mut page: FormPage,
        way: Result<Way, &'static str>,
        in_custody: bool,
    ) -> Result<Self, Box<FormPage>> {
        let (name, email) = (form.own("name"), form.own("email"));
        let (address, way) = match (Address::parse(email), way) {
            (Ok(address), Ok(way)) => (address, way),
            (address, way) => {
                page.errors.extend(address.err().map(|it| ("email", wrong_address(it))));
                page.errors.extend(way.err().map(|it| ("new", it)));
                page.typed =
                    ["name", "email", SERVER.name].map(|it| (it, form.own(it).to_owned())).into();
                return Err(Box::new(page));
            }
        };
        let name = name.trim().chars().take(200).collect();
        let profile = Profile { name, ..Profile::default() };
        Ok(Self { address, way, profile, in_custody })
    }

    /// `language`: in which the form was read, and mails will be.
    pub(crate) fn registration<'a>(
        self,
        address: &'a Address,
        language: &'a str,
    ) -> Registration<'a> {
        let Self { way, profile, in_custody, .. } = self;
        Registration { address, way, profile, language, in_custody }
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

pub(crate) async fn register(State(app): State<Arc<App>>, from: From, request: Request) -> Answer {
    is_open(&app).map_err(|it| failed(&app, &it))?;
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let page = FormPage { providers: offered(&app), ..register_page(in_custody(&app)) };
    registered(&app, &from, Typed::read(&app, &form, page), None).await
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
    let typed = Typed::read(&app, &form, invited_page(&app, &link));
    registered(&app, &from, typed, Some(&link)).await
}

/// Who came from a provider, is not known, and may register.
async fn newcomer(app: &App, headers: &HeaderMap) -> Result<Option<Newcomer>, WebError> {
    let cookie = Own::Provider.of(&app.settings, headers);
    let now = app.clock.seconds();
    let Some(newcomer) = app.accounts.newcomer(&cookie, now).await? else { return Ok(None) };
    match &newcomer.invitation {
        None => is_open(app)?,
        Some(link) if app.accounts.is_invitation(link, now).await? => {}
        Some(_) => return Err(error::no_link()),
    }
    Ok(Some(newcomer))
}

pub(crate) async fn show_new(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let found = newcomer(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let Some(it) = found else { return Ok(see_other("/account/sign-in")) };
    let page = new_page(called(&app, &it.provider), it.email.as_deref(), in_custody(&app));
    Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
}

/// Registers whom a provider knows.
pub(crate) async fn register_new(
    State(app): State<Arc<App>>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let found = newcomer(&app, &headers).await.map_err(|it| failed(&app, &it))?;
    let Some(it) = found else { return told(&app, None, StatusCode::BAD_REQUEST, "provider_over") };
    let page = new_page(called(&app, &it.provider), None, in_custody(&app));
    let invitation = it.invitation.clone();
    let typed = Typed::read_new(&app, &form, page, it);
    registered(&app, &from, typed, invitation.as_deref()).await
}

/// Makes the account of what was typed, with the link of an invitation if there is one. The same
/// answer whether or not the address has an account: the mail says.
async fn registered(
    app: &App,
    from: &From,
    typed: Result<Typed, Box<FormPage>>,
    invitation: Option<&str>,
) -> Answer {
    let typed = match typed {
        Ok(it) => it,
        Err(page) => return Ok(refused(app, &Frame::site(app), &page)),
    };
    let (address, language) = (typed.address.clone(), heard().language);
    let (wanted, sender) = (typed.registration(&address, &language), from.sender());
    let made = match invitation {
        None => app.accounts.register(wanted, &sender).await.map(Some),
        Some(link) => app.accounts.register_invited(link, wanted, &sender).await,
    };
    let no_link = || failed(app, &error::no_link());
    let (token, made) = made.map_err(|it| failed(app, &it.into()))?.ok_or_else(no_link)?;
    let is_first = answered_evenly(app.accounts.finish_registering(made)).await;
    let is_first = is_first.map_err(|it| failed(app, &it.into()))?;
    // An invitation that somebody else used at the same moment is used; without one, somebody else made
    // the account, and its letter is on the way.
    if is_first || invitation.is_none() { sent(app, &token) } else { Err(no_link()) }
}

/// A letter is on its way to whoever registered, and what a provider said is used up.
fn sent(app: &App, token: &SignInToken) -> Answer {
    let frame = Frame::site(app);
    let body =
        said(&app.theme, &frame, "account_sent", &[], "/account/sign-in", "account_sign_in_button");
    let token = cookie::encode_sign_in(token);
    let cookies = vec![
        Own::Registered.set(&app.settings, &token, Some(REGISTERED)),
        Own::Provider.clear(&app.settings),
    ];
    with_cookies(Html(body).into_response(), cookies).map_err(|it| failed(app, &it))
}

pub(crate) async fn show_confirm(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let token = Own::Registered.token(&app.settings, &headers);
    let found = app.accounts.confirmation(&link, token.as_ref(), app.clock.seconds()).await;
    let found = found.map_err(|it| failed(&app, &it.into()))?;
    if found == Confirmation::NoLink {
        return Err(failed(&app, &error::no_link()));
    }
    let (page, frame) = (confirm_page(&app, &link, found), Frame::site(&app));
    Ok(Html(page.draw(&app.theme, &frame)).into_response())
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
    let found = app.accounts.confirmation(&link, None, app.clock.seconds()).await;
    let found = found.map_err(|it| failed(&app, &it.into()))?;
    if found != Confirmation::Elsewhere {
        return Ok(see_other(&format!("/account/confirm/{link}")));
    }
    let errors = vec![("password", wrong)];
    let page = FormPage { errors, ..confirm_page(&app, &link, found) };
    Ok(refused(&app, &Frame::site(&app), &page))
}
