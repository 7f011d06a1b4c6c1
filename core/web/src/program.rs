//! Programs that show a key of the API.

use std::net::IpAddr;

use affiant_account::Program;
use affiant_guard::{Scope, permissions};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::app::App;
use crate::caller;
use crate::error::{WebError, factor_needed, not_allowed, not_in_scope, wrong_api_key};

/// What a request shows as `Authorization: Bearer`. Nothing else carries a key: no cookie and no
/// address.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The program that sends a request, if it shows a key and not a session's token. Fails when the key
/// is wrong, or not for this.
pub(crate) async fn of(
    app: &App,
    headers: &HeaderMap,
    from: IpAddr,
    scope: Scope,
) -> Result<Option<Program>, WebError> {
    let Some(shown) = bearer(headers).filter(|it| it.starts_with("aff_")) else {
        return Ok(None);
    };
    let found = app.accounts.program(shown, from, app.clock.seconds()).await?;
    let program = found.ok_or_else(wrong_api_key)?;
    if !program.scopes.contains(&scope) {
        return Err(not_in_scope());
    }
    if caller::needs_factor(app, &program.account) && !has_factor(app, &program).await? {
        return Err(factor_needed());
    }
    if let Scope::May(permission) = scope {
        // What the person may do no more, no key of theirs may.
        let custom = caller::custom_roles(app).await?;
        let roles = program.account.roles.iter().map(String::as_str);
        if !permissions(roles, &custom).allows(permission) {
            return Err(not_allowed());
        }
    }
    Ok(Some(program))
}

/// Whether the person of a key signs in with more than a password.
async fn has_factor(app: &App, program: &Program) -> Result<bool, WebError> {
    let id = program.account.id;
    Ok(app.store.factor(id).await?.is_some() || !app.store.passkeys(id).await?.is_empty())
}
