//! The second factor: turned on, its codes on paper, turned off.

use std::sync::Arc;

use affiant_account::{FactorCodes, FactorOff, FactorOffer, FactorOn, Person};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use super::{From, enter, frame, person, refused, typed};
use crate::app::App;
use crate::caller::{Caller, needs_factor};
use crate::error::WebError;
use crate::handler::{Answer, failed, see_other};
use crate::page::account::{CODE, FormPage, PASSWORD, said};
use crate::page::security::{codes_context, offer_context};

/// Where the settings of signing in are.
const SECURITY: &str = "/account/security";

pub(crate) fn on_page() -> FormPage {
    FormPage {
        key: "account_factor",
        action: "/account/second-factor".to_owned(),
        back: SECURITY,
        lead: &["account_factor_what", "account_factor_lost"],
        fields: vec![CODE, PASSWORD],
        ..FormPage::default()
    }
}

/// The same for somebody who can do nothing else until it is on, or until they have a passkey.
pub(crate) fn needed_page(has_passkeys: bool) -> FormPage {
    let lead = &["account_factor_needed", "account_factor_what", "account_factor_lost"];
    let passkeys = ("/account/passkeys".to_owned(), "account_factor_passkey");
    FormPage { lead, links: has_passkeys.then_some(passkeys).into_iter().collect(), ..on_page() }
}

/// `left`: codes on paper.
pub(crate) fn off_page(left: u32) -> FormPage {
    FormPage {
        key: "account_factor_off",
        action: "/account/second-factor/off".to_owned(),
        back: SECURITY,
        lead: &["account_factor_is_on", "account_factor_left", "account_factor_off_lead"],
        n: left.into(),
        fields: vec![CODE, PASSWORD],
        danger: true,
        links: vec![("/account/second-factor/codes".to_owned(), "account_codes_title")],
        ..FormPage::default()
    }
}

pub(crate) fn renew_page(left: u32) -> FormPage {
    FormPage {
        key: "account_codes",
        action: "/account/second-factor/codes".to_owned(),
        back: "/account/second-factor",
        lead: &["account_factor_left", "account_codes_lead"],
        n: left.into(),
        fields: vec![CODE, PASSWORD],
        ..FormPage::default()
    }
}

/// What the device shows the site and the account as.
async fn names(app: &App, person: &Person) -> Result<(String, String), WebError> {
    let site = app.settings.origin.split_once("://").map_or("", |(_, host)| host).to_owned();
    Ok((app.accounts.address(person).await?, site))
}

fn offered(app: &App, person: &Person, offer: &FactorOffer, page: &FormPage) -> Html<String> {
    let context = offer_context(&app.theme, &frame(app, person), page, offer);
    Html(app.theme.draw("account/factor.html", context))
}

fn codes(app: &App, person: &Person, codes: &[String], is_new: bool) -> Html<String> {
    let context = codes_context(&app.theme, &frame(app, person), codes, is_new);
    Html(app.theme.draw("account/codes.html", context))
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let factor = app.accounts.factor_of(person).await.map_err(|it| failed(&app, &it.into()))?;
    if let Some(left) = factor {
        if needs_factor(&app, &person.account) {
            return Ok(kept(&app, person).into_response());
        }
        let page = off_page(left).proved_by(caller.proof);
        return Ok(Html(page.draw(&app.theme, &frame(&app, person))).into_response());
    }
    let (address, site) = names(&app, person).await.map_err(|it| failed(&app, &it))?;
    let offer = app.accounts.offer_factor(person, &address, &site);
    let offer = offer.map_err(|it| failed(&app, &it.into()))?;
    let page =
        if caller.owes_factor { needed_page(app.accounts.has_passkeys()) } else { on_page() };
    let page = page.proved_by(caller.proof);
    Ok(offered(&app, person, &offer, &page).into_response())
}

pub(crate) async fn turn_on(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (offer, code) = (form.own("offer"), form.own("code"));
    let password = typed(form.own("password"));
    let done = app.accounts.turn_factor_on(person, offer, code, password, &from.sender()).await;
    let wrong = match done.map_err(|it| failed(&app, &it.into()))? {
        FactorOn::On(paper, done) => {
            let next = codes(&app, &done.person, &paper, true).into_response();
            let entered = enter(&app, &headers, &done, next).await;
            return entered.map_err(|it| failed(&app, &it));
        }
        FactorOn::NoOffer => return Ok(see_other("/account/second-factor")),
        FactorOn::WrongCode => ("code", "account_code_first_wrong"),
        FactorOn::WrongPassword => ("password", "account_password_wrong"),
    };
    let (address, site) = names(&app, person).await.map_err(|it| failed(&app, &it))?;
    let offer = app.accounts.offered_factor(person, offer, &address, &site);
    let Some(offer) = offer.map_err(|it| failed(&app, &it.into()))? else {
        return Ok(see_other("/account/second-factor"));
    };
    let page = FormPage { errors: vec![wrong], ..on_page().proved_by(caller.proof) };
    let body = offered(&app, person, &offer, &page);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
}

/// For whoever comes back to what was sent, as to a page.
pub(crate) async fn show_off() -> Response {
    see_other("/account/second-factor")
}

pub(crate) async fn turn_off(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    if needs_factor(&app, &person.account) {
        return Ok((StatusCode::FORBIDDEN, kept(&app, person)).into_response());
    }
    let (code, password) = (form.own("code"), typed(form.own("password")));
    let done = app.accounts.turn_factor_off(person, code, password, &from.sender()).await;
    let wrong = match done.map_err(|it| failed(&app, &it.into()))? {
        FactorOff::Off => {
            let (frame, key) = (frame(&app, person), "account_factor_gone");
            let body = said(&app.theme, &frame, key, &[], SECURITY, "account_security_title");
            return Ok(Html(body).into_response());
        }
        FactorOff::WrongCode => ("code", "account_code_wrong"),
        FactorOff::WrongPassword => ("password", "account_password_wrong"),
        FactorOff::ShortPassword => ("password", "account_factor_off_short"),
    };
    let left = app.accounts.factor_of(person).await.map_err(|it| failed(&app, &it.into()))?;
    let page = off_page(left.unwrap_or_default()).proved_by(caller.proof);
    let page = FormPage { errors: vec![wrong], ..page };
    Ok(refused(&app, &frame(&app, person), &page))
}

/// The page of a second factor that a role needs, and that stays on.
fn kept(app: &App, person: &Person) -> Html<String> {
    let (frame, to) = (frame(app, person), "/account/second-factor/codes");
    Html(said(&app.theme, &frame, "account_factor_kept", &[], to, "account_codes_title"))
}

pub(crate) async fn show_renew(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let factor = app.accounts.factor_of(person).await.map_err(|it| failed(&app, &it.into()))?;
    let Some(left) = factor else { return Ok(see_other("/account/second-factor")) };
    let page = renew_page(left).proved_by(caller.proof);
    Ok(Html(page.draw(&app.theme, &frame(&app, person))).into_response())
}

pub(crate) async fn renew(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let (code, password) = (form.own("code"), typed(form.own("password")));
    let done = app.accounts.renew_codes(person, code, password, &from.sender()).await;
    let wrong = match done.map_err(|it| failed(&app, &it.into()))? {
        FactorCodes::New(paper) => return Ok(codes(&app, person, &paper, false).into_response()),
        FactorCodes::WrongCode => ("code", "account_code_wrong"),
        FactorCodes::WrongPassword => ("password", "account_password_wrong"),
    };
    let left = app.accounts.factor_of(person).await.map_err(|it| failed(&app, &it.into()))?;
    let page = renew_page(left.unwrap_or_default()).proved_by(caller.proof);
    let page = FormPage { errors: vec![wrong], ..page };
    Ok(refused(&app, &frame(&app, person), &page))
}
