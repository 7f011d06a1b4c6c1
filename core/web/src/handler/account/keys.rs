//! Keys for programs: the list, making one, ending one.

use std::sync::Arc;

use affiant_account::{KeyMade, MOST_KEYS, NewKey, Person, Proof};
use affiant_guard::Scope;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::{From, frame, person, typed};
use crate::app::App;
use crate::caller::Caller;
use crate::cookie;
use crate::day::day;
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, see_other};
use crate::page::keys::{Key, Keys, Wanted, key_context, keys_context};

/// For how many days a key may work.
pub(crate) const DAYS: [u32; 4] = [7, 30, 90, 365];

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let body = draw(&app, &caller, Wanted::default()).await.map_err(|it| failed(&app, &it))?;
    Ok(Html(body).into_response())
}

/// What a key may do that this person makes: what administrators may, for those alone.
fn offered(caller: &Caller) -> Vec<Scope> {
    let may = |it: &Scope| match it {
        Scope::May(permission) => caller.may(*permission),
        _ => true,
    };
    Scope::ALL.into_iter().filter(may).collect()
}

async fn draw(app: &App, caller: &Caller, wanted: Wanted) -> Result<String, WebError> {
    let person = person(caller)?;
    let all = app.accounts.api_keys(person, app.clock.seconds()).await?;
    let key = |it: affiant_account::ListedKey| Key {
        id: cookie::encode_id(it.id),
        name: it.name,
        scopes: it.scopes,
        networks: it.networks,
        created: day(it.created),
        expires: day(it.expires),
        used: it.used.map(day),
    };
    let keys = Keys {
        made: all.into_iter().map(key).collect(),
        offered: offered(caller),
        most: MOST_KEYS,
        types_nothing: caller.proof != Proof::Typed,
        wanted,
    };
    let context = keys_context(&app.theme, &frame(app, person), &keys);
    Ok(app.theme.draw("account/keys.html", context))
}

/// Makes a key and shows it, once.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    from: From,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    made(&app, &caller, person, &from, &form).await.map_err(|it| failed(&app, &it))
}

async fn made(
    app: &App,
    caller: &Caller,
    person: &Person,
    from: &From,
    form: &Form,
) -> Result<Response, WebError> {
    let asked = form.typed("scope");
    let scopes: Vec<Scope> =
        offered(caller).into_iter().filter(|it| asked.iter().any(|a| a == it.name())).collect();
    let days: Option<u32> = form.own("days").parse().ok().filter(|it| DAYS.contains(it));
    let wanted = NewKey {
        name: form.own("name"),
        scopes: scopes.clone(),
        networks: form.own("networks"),
        days: i64::from(days.unwrap_or(DAYS[1])),
    };
    let password = typed(form.own("password"));
    let error = match app.accounts.make_api_key(person, password, wanted, &from.sender()).await? {
        KeyMade::Done(key) => {
            let context = key.reveal(|it| key_context(&app.theme, &frame(app, person), it));
            return Ok(Html(app.theme.draw("account/key.html", context)).into_response());
        }
        KeyMade::WrongPassword => ("password", "account_password_wrong"),
        KeyMade::NoScope => ("scope-0", "keys_scope_empty"),
        KeyMade::NoNetwork => ("networks", "keys_networks_wrong"),
        KeyMade::TooMany => ("name", "keys_full"),
    };
    let wanted = Wanted {
        name: form.own("name").to_owned(),
        scopes,
        networks: form.own("networks").to_owned(),
        days: days.unwrap_or(DAYS[1]),
        error: Some(error),
    };
    let body = draw(app, caller, wanted).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response())
}

/// Ends a key.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (form, person) = caller.form(request).await.map_err(|it| failed(&app, &it))?;
    let id = cookie::id(form.own("id"));
    let id = id.ok_or_else(|| failed(&app, &error::bad_form("error_form_list")))?;
    let done = app.accounts.revoke_api_key(person, id, app.clock.seconds()).await;
    done.map_err(|it| failed(&app, &it.into()))?;
    Ok(see_other("/account/keys"))
}
