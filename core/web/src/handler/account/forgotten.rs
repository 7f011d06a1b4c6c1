//! A forgotten password.

use std::sync::Arc;

use affiant_account::{AccountError, Address, Reset, ResetDone, ResetLink};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _};

use super::evenly::answered_evenly;
use super::registering::wrong_address;
use super::{From, enter, frame, new_password, new_password_field, refused, with_cookies};
use crate::app::App;
use crate::cookie::Own;
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, log, see_other};
use crate::page::Frame;
use crate::page::account::{CODE, EMAIL, Field, FormPage, RECOVERY_KEY, recovery_context, said};

/// Seconds for which the browser keeps what its link is bound to.
const BOUND: i64 = 3_600;

pub(crate) fn ask_page() -> FormPage {
    FormPage {
        key: "account_reset",
        action: "/account/reset".to_owned(),
        back: "/account/sign-in",
        lead: &["account_reset_lead"],
        fields: vec![EMAIL],
        ..FormPage::default()
    }
}

/// What a page asks for that changes a password: a code too, where there is a second factor.
fn fields(before: &[Field], has_factor: bool, behind: &[Field]) -> Vec<Field> {
    let mut all = before.to_vec();
    if has_factor {
        all.push(CODE);
    }
    all.push(new_password_field(has_factor));
    all.extend(behind);
    all
}

pub(crate) fn with_key_page(link: &str, has_factor: bool) -> FormPage {
    FormPage {
        key: "account_reset_key",
        action: format!("/account/reset/{link}"),
        back: "/account/sign-in",
        lead: &["account_reset_key_lead"],
        fields: fields(&[RECOVERY_KEY], has_factor, &[]),
        links: vec![(format!("/account/reset/{link}/without"), "account_reset_without_link")],
        ..FormPage::default()
    }
}

const ACCEPT: Field = Field {
    name: "accept",
    kind: "checkbox",
    autocomplete: "off",
    label: "account_reset_accept",
    hint: "",
};

pub(crate) fn without_key_page(link: &str, days: u32, has_factor: bool) -> FormPage {
    FormPage {
        key: "account_reset_without",
        action: format!("/account/reset/{link}/without"),
        back: "/account/sign-in",
        lead: &["account_reset_lose", "account_reset_open", "account_reset_until"],
        n: days.into(),
        fields: fields(&[], has_factor, &[ACCEPT]),
        danger: true,
        links: vec![(format!("/account/reset/{link}"), "account_reset_key_link")],
        ..FormPage::default()
    }
}

/// A new password where the server keeps a key too: nothing is lost.
pub(crate) fn in_custody_page(link: &str, has_factor: bool) -> FormPage {
    FormPage {
        key: "custody_reset",
        action: format!("/account/reset/{link}/without"),
        back: "/account/sign-in",
        lead: &["custody_reset_lead"],
        fields: fields(&[], has_factor, &[]),
        ..FormPage::default()
    }
}

pub(crate) async fn show_ask(State(app): State<Arc<App>>) -> Html<String> {
    Html(ask_page().draw(&app.theme, &Frame::site(&app)))
}

/// The same answer whether or not the address has an account: the mail says.
pub(crate) async fn ask(State(app): State<Arc<App>>, from: From, request: Request) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let frame = Frame::site(&app);
    let address = match Address::parse(form.own("email")) {
        Ok(it) => it,
        Err(error) => {
            let errors = vec![("email", wrong_address(error))];
            let typed = vec![("email", form.own("email").to_owned())];
            let page = FormPage { typed, errors, ..ask_page() };
            return Ok(refused(&app, &frame, &page));
        }
    };
    let nonce = app.accounts.new_nonce().map_err(|it| failed(&app, &it.into()))?;
    let sender = from.sender();
    let admitted = app.accounts.admit_reset(&address, &sender).await;
    let admitted = admitted.map_err(|it| failed(&app, &it.into()))?;
    let work = app.accounts.send_reset(admitted, &address, &nonce, &frame.language, sender.now);
    match answered_evenly(work).await {
        // Only an account can be damaged: this is told to administrators alone.
        Err(error @ AccountError::Damaged) => log(&error.into()),
        done => done.map_err(|it| failed(&app, &it.into()))?,
    }
    let key = "account_reset_sent";
    let body = said(&app.theme, &frame, key, &[], "/account/sign-in", "account_sign_in_button");
    let cookies = vec![Own::Reset.set(&app.settings, &nonce, Some(BOUND))];
    with_cookies(Html(body).into_response(), cookies).map_err(|it| failed(&app, &it))
}

/// What an account has that a link leads to.
struct Found {
    has_recovery: bool,
    has_factor: bool,
    in_custody: bool,
}

impl Found {
    /// The page without a recovery key: what it says is what will be.
    fn without_key(&self, app: &App, link: &str) -> FormPage {
        if self.in_custody {
            return in_custody_page(link, self.has_factor);
        }
        without_key_page(link, app.accounts.settings().locked_days, self.has_factor)
    }
}

/// What the account has, if the link works in this browser.
async fn works(app: &App, link: &str, headers: &HeaderMap) -> Result<Found, WebError> {
    let nonce = Own::Reset.of(&app.settings, headers);
    match app.accounts.reset_of_link(link, &nonce, app.clock.seconds()).await? {
        ResetLink::Works { has_recovery, has_factor, in_custody } => {
            Ok(Found { has_recovery, has_factor, in_custody })
        }
        ResetLink::OtherBrowser => Err(error::other_browser()),
        ResetLink::NoLink => Err(error::no_link()),
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let found = works(&app, &link, &headers).await.map_err(|it| failed(&app, &it))?;
    if !found.has_recovery || found.in_custody {
        return Ok(see_other(&format!("/account/reset/{link}/without")));
    }
    Ok(Html(with_key_page(&link, found.has_factor).draw(&app.theme, &Frame::site(&app)))
        .into_response())
}

pub(crate) async fn show_without(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let found = works(&app, &link, &headers).await.map_err(|it| failed(&app, &it))?;
    let mut page = found.without_key(&app, &link);
    if !found.has_recovery {
        page.links.clear();
    }
    Ok(Html(page.draw(&app.theme, &Frame::site(&app))).into_response())
}

pub(crate) async fn with_key(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let Found { has_factor, .. } =
        works(&app, &link, &headers).await.map_err(|it| failed(&app, &it))?;
    let nonce = Own::Reset.of(&app.settings, &headers);
    let reset = Reset { link: &link, nonce: &nonce, code: form.own("code") };
    let mut page = with_key_page(&link, has_factor);
    match new_password(&app, form.own("new"), has_factor, &[]) {
        Err(wrong) => page.errors.push(("new", wrong)),
        Ok(new) => {
            let (key, sender) = (form.own("key"), from.sender());
            let done = app.accounts.reset_with_recovery(&reset, key, new, &sender).await;
            match done.map_err(|it| failed(&app, &it.into()))? {
                ResetDone::NoLink => return Err(failed(&app, &error::no_link())),
                ResetDone::WrongKey => page.errors.push(("key", "account_recovery_key_wrong")),
                ResetDone::WrongCode => page.errors.push(("code", "account_code_wrong")),
                ResetDone::Done(done, newer) => {
                    let frame = frame(&app, &done.person);
                    let context =
                        recovery_context(&app.theme, &frame, newer.as_deref(), true, None);
                    let next = Html(app.theme.draw("account/recovery.html", context));
                    let entered = enter(&app, &headers, &done, next.into_response()).await;
                    return entered.map_err(|it| failed(&app, &it));
                }
            }
        }
    }
    Ok(refused(&app, &Frame::site(&app), &page))
}

pub(crate) async fn without_key(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let found = works(&app, &link, &headers).await.map_err(|it| failed(&app, &it))?;
    let has_factor = found.has_factor;
    let nonce = Own::Reset.of(&app.settings, &headers);
    let reset = Reset { link: &link, nonce: &nonce, code: form.own("code") };
    let mut page = found.without_key(&app, &link);
    if form.own("accept").is_empty() && !found.in_custody {
        page.errors.push(("accept", "account_reset_accept_empty"));
    }
    match new_password(&app, form.own("new"), has_factor, &[]) {
        Err(wrong) => page.errors.insert(0, ("new", wrong)),
        Ok(new) if page.errors.is_empty() => {
            let done = app.accounts.reset_without_key(&reset, new, &from.sender()).await;
            match done.map_err(|it| failed(&app, &it.into()))? {
                ResetDone::Done(done, _) => {
                    let entered = enter(&app, &headers, &done, see_other("/account")).await;
                    return entered.map_err(|it| failed(&app, &it));
                }
                ResetDone::WrongCode => page.errors.push(("code", "account_code_wrong")),
                _ => return Err(failed(&app, &error::no_link())),
            }
        }
        Ok(_) => {}
    }
    Ok(refused(&app, &Frame::site(&app), &page))
}
