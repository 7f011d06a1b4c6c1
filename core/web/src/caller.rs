//! Who sent a request: nobody that we know, or somebody who may do more than anybody.

use std::sync::Arc;

use affiant_account::{Person, Proof};
use affiant_backend::{AccountId, AccountRow, Level};
use affiant_guard::{CustomRole, Permission, Permissions, permissions};
use axum::extract::Request;
use axum::http::HeaderMap;

use crate::app::App;
use crate::cookie::Own;
use crate::csrf;
use crate::error::{WebError, factor_needed, foreign_form, not_signed_in};
use crate::form::Form;

/// Who sent a request.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    /// What the person may do.
    permissions: Permissions,
    /// The person, if somebody is signed in.
    pub(crate) person: Option<Arc<Person>>,
    /// They have a role that needs a second factor, and signed in without one.
    pub(crate) owes_factor: bool,
    /// What shows, before something grave, that the person is there.
    pub(crate) proof: Proof,
}

impl Caller {
    pub(crate) fn is_signed_in(&self) -> bool {
        self.person.is_some()
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.permissions.allows(permission)
    }

    pub(crate) fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The caller's account, as one or none.
    pub(crate) fn id(&self) -> Option<AccountId> {
        self.person.as_ref().map(|it| it.id())
    }

    /// Number of the caller's account; 0 is nobody's.
    pub(crate) fn number(&self) -> i64 {
        self.person.as_ref().map_or(0, |it| it.account.number)
    }

    /// A new code for a form.
    pub(crate) fn code(&self, app: &App) -> Option<String> {
        csrf::code(app, &**self.person.as_ref()?)
    }

    /// Reads a form, and refuses one that was not made for this caller.
    pub(crate) async fn form(&self, request: Request) -> Result<(Form, &Arc<Person>), WebError> {
        let form = Form::read(request).await?;
        let person = self.person.as_ref().ok_or_else(not_signed_in)?;
        if form.is_ours(&**person) { Ok((form, person)) } else { Err(foreign_form()) }
    }
}

/// The caller of a request. A cookie that opens nothing counts as none.
pub(crate) async fn of(app: &App, headers: &HeaderMap) -> Result<Caller, WebError> {
    let Some(person) = person(app, headers).await? else { return Ok(Caller::default()) };
    let custom = custom_roles(app).await?;
    let roles = person.account.roles.iter().map(String::as_str);
    let owes_factor = owes_factor(app, &person);
    let permissions =
        if owes_factor { Permissions::default() } else { permissions(roles, &custom) };
    Ok(Caller { permissions, person: Some(person), owes_factor, proof: Proof::default() })
}

/// Whether an account has a role that needs a second factor.
pub(crate) fn needs_factor(app: &App, account: &AccountRow) -> bool {
    app.in_force().needs_second_factor(account.roles.iter().map(String::as_str))
}

fn owes_factor(app: &App, person: &Person) -> bool {
    person.sign_in.level == Level::Password && needs_factor(app, &person.account)
}

/// The person who answers with a request's cookie. Fails while they owe a second factor.
pub(crate) async fn answering(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<Arc<Person>>, WebError> {
    let person = person(app, headers).await?;
    match person {
        Some(it) if owes_factor(app, &it) => Err(factor_needed()),
        it => Ok(it),
    }
}

/// The person who is signed in with a request's cookie.
pub(crate) async fn person(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<Arc<Person>>, WebError> {
    let Some(token) = Own::SignIn.token(&app.settings, headers) else { return Ok(None) };
    Ok(app.accounts.person(token, app.clock.seconds()).await?.map(Arc::new))
}

/// The roles that administrators made. A permission that this version does not know is none.
pub(crate) async fn custom_roles(app: &App) -> Result<Vec<CustomRole>, WebError> {
    let role = |row: affiant_backend::RoleRow| {
        let known: Vec<Permission> =
            row.permissions.iter().filter_map(|it| Permission::parse(it)).collect();
        CustomRole { name: row.name, permissions: Permissions::of(&known) }
    };
    Ok(app.store.roles().await?.into_iter().map(role).collect())
}
