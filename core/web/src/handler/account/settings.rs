//! Password, e-mail address and profile.

use std::sync::Arc;

use affiant_account::{Address, Changed, EmailChanged, Proof};
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use super::custody::CUSTODY;
use super::registering::wrong_address;
use super::{From, enter, frame, new_password, new_password_field, person, refused, typed};
use crate::app::App;
use crate::caller::Caller;
use crate::error;
use crate::handler::{Answer, failed, see_other};
use crate::heard::heard;
use crate::page::Frame;
use crate::page::account::{EMAIL, Field, FormPage, NAME, PASSWORD, said};

pub(crate) fn password_page(has_factor: bool) -> FormPage {
    FormPage {
        key: "account_password_change",
        action: "/account/password".to_owned(),
        back: "/account/security",
        lead: &["account_password_change_lead"],
        fields: vec![PASSWORD, new_password_field(has_factor)],
        ..FormPage::default()
    }
}

pub(crate) async fn show_password(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    if caller.proof != Proof::Typed {
        // A first passphrase comes with holding the key alone.
        return Ok(see_other(CUSTODY));
    }
    let factor = app.accounts.factor_of(person).await.map_err(|it| failed(&app, &it.into()))?;
    let page = password_page(factor.is_some());
    Ok(Html(page.draw(&app.theme, &frame(&app, person))).into_response())
}

pub(crate) async fn password(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    if caller.proof != Proof::Typed {
        return Ok(see_other(CUSTODY));
    }
    let email = app.accounts.address(person).await.map_err(|it| failed(&app, &it.into()))?;
    let name = app.accounts.profile(person).map_err(|it| failed(&app, &it.into()))?.name;
    let factor = app.accounts.factor_of(person).await.map_err(|it| failed(&app, &it.into()))?;
    let mut page = password_page(factor.is_some());
    match new_password(&app, form.own("new"), factor.is_some(), &[&email, &name]) {
        Err(wrong) => page.errors.push(("new", wrong)),
        Ok(new) => {
            let old = typed(form.own("password"));
            let done = app.accounts.change_password(person, old, new, &from.sender()).await;
            match done.map_err(|it| failed(&app, &it.into()))? {
                Changed::WrongPassword => page.errors.push(("password", "account_password_wrong")),
                Changed::Done(done) => {
                    let frame = frame(&app, &done.person);
                    let key = "account_password_changed";
                    let body = said(&app.theme, &frame, key, &[], "/account", "account_mine");
                    let next = Html(body).into_response();
                    let entered = enter(&app, &headers, &done, next).await;
                    return entered.map_err(|it| failed(&app, &it));
                }
            }
        }
    }
    Ok(refused(&app, &frame(&app, person), &page))
}

pub(crate) fn email_page() -> FormPage {
    let fresh = Field { label: "account_new_email", autocomplete: "email", ..EMAIL };
    FormPage {
        key: "account_email_change",
        action: "/account/email".to_owned(),
        back: "/account",
        lead: &["account_email_change_lead"],
        fields: vec![fresh, PASSWORD],
        ..FormPage::default()
    }
}

pub(crate) async fn show_email(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    Ok(Html(email_page().proved_by(caller.proof).draw(&app.theme, &frame(&app, person)))
        .into_response())
}

pub(crate) async fn email(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let wanted = form.own("email");
    let mut page = FormPage {
        typed: vec![("email", wanted.to_owned())],
        ..email_page().proved_by(caller.proof)
    };
    match Address::parse(wanted) {
        Err(error) => page.errors.push(("email", wrong_address(error))),
        Ok(address) => {
            let password = typed(form.own("password"));
            let asked = app.accounts.change_email(person, password, &address, &from.sender()).await;
            if asked.map_err(|it| failed(&app, &it.into()))? {
                let frame = frame(&app, person);
                let key = "account_email_sent";
                let body = said(&app.theme, &frame, key, &[], "/account", "account_mine");
                return Ok(Html(body).into_response());
            }
            page.errors.push(("password", "account_password_wrong"));
        }
    }
    Ok(refused(&app, &frame(&app, person), &page))
}

pub(crate) async fn show_confirm_email(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
) -> Answer {
    let works = app.accounts.is_email_link(&link, app.clock.seconds()).await;
    if !works.map_err(|it| failed(&app, &it.into()))? {
        return Err(failed(&app, &error::no_link()));
    }
    let page = FormPage {
        key: "account_email_confirm",
        action: format!("/account/email/{link}"),
        back: "/account",
        lead: &["account_email_confirm_lead"],
        ..FormPage::default()
    };
    Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(crate) async fn confirm_email(State(app): State<Arc<App>>, Path(link): Path<String>) -> Answer {
    let done = app.accounts.confirm_email(&link, app.clock.seconds()).await;
    if done.map_err(|it| failed(&app, &it.into()))? == EmailChanged::NoLink {
        return Err(failed(&app, &error::no_link()));
    }
    let (frame, key) = (Frame::site(&app), "account_email_changed");
    Ok(Html(said(&app.theme, &frame, key, &[], "/account", "account_mine")).into_response())
}

pub(crate) fn profile_page() -> FormPage {
    FormPage {
        key: "account_profile",
        action: "/account/profile".to_owned(),
        back: "/account",
        lead: &["account_profile_lead"],
        fields: vec![NAME],
        ..FormPage::default()
    }
}

pub(crate) async fn show_profile(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let name = app.accounts.profile(person).map_err(|it| failed(&app, &it.into()))?.name;
    let page = FormPage { typed: vec![("name", name)], ..profile_page() };
    Ok(Html(page.draw(&app.theme, &frame(&app, person))).into_response())
}

pub(crate) async fn profile(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    // Mails follow the pages: who reads these in another language now gets mails in it.
    let language = heard().language;
    let done = app.accounts.change_profile(person, form.own("name"), &language).await;
    done.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/account"))
}
