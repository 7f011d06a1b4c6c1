//! A person's passkeys: the list, making one, removing one.

use std::sync::Arc;

use affiant_account::{
    ListedPasskey, MOST_PASSKEYS, PasskeyAnswer, PasskeyBegun, PasskeyMade, Person,
};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use super::{From, enter, frame, person, typed};
use crate::app::App;
use crate::caller::Caller;
use crate::day::day;
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed};
use crate::page::account::{Field, FormPage, PASSWORD, said};
use crate::page::passkeys::{Passkey, make_context, passkeys_context};

/// Where they are.
const PASSKEYS: &str = "/account/passkeys";

const NAME: Field = Field {
    name: "name",
    kind: "text",
    autocomplete: "off",
    label: "account_passkey_name",
    hint: "account_passkey_name_hint",
};

/// The form that begins to make one.
pub(crate) fn new_page() -> FormPage {
    FormPage {
        key: "account_passkeys",
        action: PASSKEYS.to_owned(),
        back: "/account/security",
        lead: &["account_passkeys_what", "account_passkeys_keep"],
        fields: vec![NAME, PASSWORD],
        ..FormPage::default()
    }
}

async fn draw(app: &App, person: &Person, page: &FormPage) -> Result<Html<String>, WebError> {
    if !app.accounts.has_passkeys() {
        return Err(error::not_found());
    }
    let passkey = |it: ListedPasskey| Passkey {
        id: it.id,
        name: it.name,
        unlocks: it.unlocks,
        made: day(it.created),
        used: it.used.map(day),
    };
    let all: Vec<Passkey> = app.accounts.passkeys(person).await?.into_iter().map(passkey).collect();
    let context = passkeys_context(&app.theme, &frame(app, person), page, &all);
    Ok(Html(app.theme.draw("account/passkeys.html", context)))
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let page = new_page().proved_by(caller.proof);
    let body = draw(&app, person, &page).await.map_err(|it| failed(&app, &it))?;
    Ok(body.into_response())
}

/// The password was typed: the page that asks the browser comes next.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    begun(&app, &caller, &from, request).await.map_err(|it| failed(&app, &it))
}

async fn begun(
    app: &App,
    caller: &Caller,
    from: &From,
    request: Request,
) -> Result<Response, WebError> {
    let (form, person) = caller.form(request).await?;
    let name = form.own("name").trim();
    let wrong = if name.is_empty() {
        ("name", "account_passkey_name_empty")
    } else {
        let password = typed(form.own("password"));
        match app.accounts.begin_passkey(person, password, &from.sender()).await? {
            PasskeyBegun::Asked(asked) => {
                let context = make_context(&app.theme, &frame(app, person), &asked, name);
                return Ok(
                    Html(app.theme.draw("account/passkey-make.html", context)).into_response()
                );
            }
            PasskeyBegun::WrongPassword => ("password", "account_password_wrong"),
            PasskeyBegun::TooMany => ("name", "account_passkeys_full"),
            PasskeyBegun::NotHere => return Err(error::not_found()),
        }
    };
    let page = FormPage {
        typed: vec![("name", name.to_owned())],
        errors: vec![wrong],
        n: i64::try_from(MOST_PASSKEYS).unwrap_or(i64::MAX),
        ..new_page().proved_by(caller.proof)
    };
    let body = draw(app, person, &page).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
}

/// What the browser made.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let added = async {
        let (form, person) = caller.form(request).await?;
        let (given, name) = (given(&form), form.own("name"));
        Ok((app.accounts.add_passkey(person, &given, name, &from.sender()).await?, person))
    };
    let (added, person) = added.await.map_err(|it: WebError| failed(&app, &it))?;
    let (status, key) = match added.made {
        PasskeyMade::Unlocks => (StatusCode::OK, "account_passkey_ready"),
        PasskeyMade::SignsIn => (StatusCode::OK, "account_passkey_half"),
        PasskeyMade::Refused | PasskeyMade::TooMany => {
            (StatusCode::UNPROCESSABLE_ENTITY, "account_passkey_not_made")
        }
    };
    let Some(done) = added.signed_in else {
        return Ok((status, told(&app, person, key)).into_response());
    };
    let next = (status, told(&app, &done.person, key)).into_response();
    enter(&app, &headers, &done, next).await.map_err(|it| failed(&app, &it))
}

/// What a browser answered, as its form sends it.
pub(super) fn given(form: &Form) -> PasskeyAnswer<'_> {
    PasskeyAnswer {
        challenge: form.own("challenge"),
        answer: form.own("answer"),
        prf: form.own("prf"),
    }
}

fn told(app: &App, person: &Person, key: &str) -> Html<String> {
    Html(said(&app.theme, &frame(app, person), key, &[], PASSKEYS, "account_passkeys_back"))
}

/// One that is gone already is removed as well.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    let removed = async {
        let (form, person) = caller.form(request).await?;
        app.accounts.remove_passkey(person, form.own("id"), from.sender().now).await?;
        Ok(person)
    };
    let person = removed.await.map_err(|it: WebError| failed(&app, &it))?;
    Ok(told(&app, person, "account_passkey_gone").into_response())
}
