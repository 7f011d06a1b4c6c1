//! How a person signs in: password, second factor, recovery key, and where they are signed in.

use std::sync::Arc;

use affiant_account::{Person, RecoveryChoice};
use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _};

use super::{frame, person};
use crate::app::App;
use crate::caller::Caller;
use crate::error::WebError;
use crate::handler::{Answer, failed};
use crate::page::security::{Security, security_context};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let security = security(&app, &caller).await.map_err(|it| failed(&app, &it))?;
    let person = person(&caller).map_err(|it| failed(&app, &it))?;
    let context = security_context(&app.theme, &frame(&app, person), &security);
    Ok(Html(app.theme.draw("account/security.html", context)).into_response())
}

async fn security(app: &App, caller: &Caller) -> Result<Security, WebError> {
    let person = person(caller)?;
    let now = app.clock.seconds();
    let passkeys = if app.accounts.has_passkeys() {
        Some(app.accounts.passkeys(person).await?.len())
    } else {
        None
    };
    Ok(Security {
        passkeys,
        codes_left: app.accounts.factor_of(person).await?,
        has_recovery: app.accounts.profile(person)?.recovery == RecoveryChoice::Kept,
        in_custody: app.accounts.is_in_custody(&person.account).await?,
        types_nothing: app.accounts.types_nothing(&person.account).await?,
        providers: providers(app, person).await?,
        sign_ins: app.accounts.sign_ins(person, now).await?.len(),
    })
}

/// How many accounts elsewhere sign in; `None` where there is no provider, and none ever was.
async fn providers(app: &App, person: &Person) -> Result<Option<usize>, WebError> {
    let linked = app.accounts.identities(person).await?.len();
    Ok((linked > 0 || !app.providers.is_empty()).then_some(linked))
}
