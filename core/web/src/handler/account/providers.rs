//! The accounts elsewhere that sign in to a person's: the list, linking one, unlinking one.

use std::sync::Arc;

use affiant_account::{LinkAsked, ListedIdentity, Person, Proof, Unlinked};
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::by_provider::{away, offered};
use super::custody::CUSTODY;
use super::{From, frame, person, refused, typed};
use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::day::day;
use crate::error::{self, WebError};
use crate::handler::{Answer, failed, see_other};
use crate::page::account::{FormPage, PASSWORD, said};
use crate::page::providers::{Linked, providers_context};

/// Where they are.
pub(crate) const PROVIDERS: &str = "/account/providers";

/// What an account elsewhere does that is linked.
#[derive(Clone, Copy)]
pub(crate) enum Opens {
    /// It lets in, and the password opens the answers.
    Nothing,
    /// The same, but what is typed is a passphrase, which does not sign in by itself.
    NothingButPassphrase,
    /// It lets in, and the server opens the answers.
    Answers,
}

/// The form that begins to link one.
pub(crate) fn link_page(opens: Opens, providers: Vec<(String, String)>) -> FormPage {
    FormPage {
        key: "provider_list",
        action: PROVIDERS.to_owned(),
        back: "/account/security",
        lead: match opens {
            Opens::Nothing => &["provider_list_lead"],
            Opens::NothingButPassphrase => &["provider_list_lead", "provider_list_passphrase"],
            Opens::Answers => &["provider_list_opens"],
        },
        fields: vec![PASSWORD],
        providers,
        ..FormPage::default()
    }
}

/// `last`: whether nothing but a passphrase would be left.
pub(crate) fn unlink_page(id: &str, name: String, last: bool) -> FormPage {
    FormPage {
        key: "provider_unlink",
        action: format!("{PROVIDERS}/{id}"),
        back: PROVIDERS,
        lead: if last {
            &["provider_unlink_lead", "provider_unlink_last"]
        } else {
            &["provider_unlink_lead"]
        },
        named: name,
        fields: vec![PASSWORD],
        ..FormPage::default()
    }
}

async fn draw(app: &App, person: &Person, page: &FormPage) -> Result<Html<String>, WebError> {
    let linked = |it: ListedIdentity| Linked {
        id: cookie::encode_hash(&it.lookup),
        provider: name(app, &it.provider),
        name: it.name,
        created: day(it.created),
        used: it.used.map(day),
    };
    let all: Vec<Linked> = app.accounts.identities(person).await?.into_iter().map(linked).collect();
    let context = providers_context(&app.theme, &frame(app, person), page, &all);
    Ok(Html(app.theme.draw("account/providers.html", context)))
}

fn name(app: &App, id: &str) -> String {
    app.provider(id).map_or(id, |it| it.name()).to_owned()
}

async fn page(app: &App, person: &Person, proof: Proof) -> Result<FormPage, WebError> {
    let opens = if app.accounts.is_in_custody(&person.account).await? {
        Opens::Answers
    } else if app.accounts.has_passphrase(person).await? {
        Opens::NothingButPassphrase
    } else {
        Opens::Nothing
    };
    Ok(link_page(opens, offered(app)).proved_by(proof))
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let shown = async {
        let person = person(&caller)?;
        draw(&app, person, &page(&app, person, caller.proof).await?).await
    };
    Ok(shown.await.map_err(|it| failed(&app, &it))?.into_response())
}

/// The password was typed: the provider is asked next.
pub(crate) async fn link(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    asked(&app, &caller, &from, request).await.map_err(|it| failed(&app, &it))
}

async fn asked(
    app: &App,
    caller: &Caller,
    from: &From,
    request: Request,
) -> Result<Response, WebError> {
    let (form, person) = caller.form(request).await?;
    let provider = app.provider(form.own("provider")).ok_or_else(error::not_found)?;
    let password = typed(form.own("password"));
    match app.accounts.ask_to_link(provider, person, password, &from.sender()).await? {
        LinkAsked::Right(asked) => {
            away(app, &frame(app, person), asked, (PROVIDERS, "provider_list_title"))
        }
        LinkAsked::WrongPassword => {
            let errors = vec![("password", "account_password_wrong")];
            let page = FormPage { errors, ..page(app, person, caller.proof).await? };
            let body = draw(app, person, &page).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
        }
    }
}

/// What can be done about one.
enum Unlinking {
    /// The page that unlinks it.
    Page(Box<FormPage>),
    /// Nothing yet: it is all that lets the person in.
    Only,
    /// It is gone.
    Gone,
}

async fn unlinking(
    app: &App,
    person: &Person,
    id: &str,
    proof: Proof,
) -> Result<Unlinking, WebError> {
    let all = app.accounts.identities(person).await?;
    let Some(it) = all.iter().find(|it| cookie::encode_hash(&it.lookup) == id) else {
        return Ok(Unlinking::Gone);
    };
    if all.len() == 1 && proof != Proof::Typed {
        return Ok(Unlinking::Only);
    }
    let last = all.len() == 1 && app.accounts.has_passphrase(person).await?;
    let page = unlink_page(id, name(app, &it.provider), last).proved_by(proof);
    Ok(Unlinking::Page(Box::new(page)))
}

/// The page about the only way in: something else first.
fn only(app: &App, person: &Person) -> Response {
    let (frame, link) = (frame(app, person), "custody_leave_title");
    let body = said(&app.theme, &frame, "provider_only", &[], CUSTODY, link);
    (StatusCode::CONFLICT, Html(body)).into_response()
}

pub(crate) async fn show_unlink(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer {
    let shown = async {
        let person = person(&caller)?;
        Ok(match unlinking(&app, person, &id, caller.proof).await? {
            Unlinking::Page(page) => {
                Html(page.draw(&app.theme, &frame(&app, person))).into_response()
            }
            Unlinking::Only => only(&app, person),
            Unlinking::Gone => see_other(PROVIDERS),
        })
    };
    shown.await.map_err(|it: WebError| failed(&app, &it))
}

pub(crate) async fn unlink(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    from: From,
    request: Request,
) -> Answer {
    unlinked(&app, &caller, &id, &from, request).await.map_err(|it| failed(&app, &it))
}

async fn unlinked(
    app: &App,
    caller: &Caller,
    id: &str,
    from: &From,
    request: Request,
) -> Result<Response, WebError> {
    let (form, person) = caller.form(request).await?;
    let (lookup, page) = match (cookie::hash(id), unlinking(app, person, id, caller.proof).await?) {
        (Some(lookup), Unlinking::Page(page)) => (lookup, page),
        (Some(_), Unlinking::Only) => return Ok(only(app, person)),
        (None, _) | (_, Unlinking::Gone) => return Ok(see_other(PROVIDERS)),
    };
    let password = typed(form.own("password"));
    let frame = frame(app, person);
    let key = match app.accounts.unlink(person, lookup, password, &from.sender()).await? {
        Unlinked::Done => "provider_unlinked",
        Unlinked::PasswordNow => "provider_password_now",
        Unlinked::NothingElse => return Ok(only(app, person)),
        Unlinked::WrongPassword => {
            let errors = vec![("password", "account_password_wrong")];
            return Ok(refused(app, &frame, &FormPage { errors, ..*page }));
        }
    };
    let body = said(&app.theme, &frame, key, &[], PROVIDERS, "provider_list_title");
    Ok(Html(body).into_response())
}
