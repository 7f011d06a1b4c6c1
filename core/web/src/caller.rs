//! Who sent a request: nobody that we know, or somebody who may do more than anybody.

use std::sync::Arc;

use affiant_guard::{CustomRole, Permission, Permissions};
use affiant_vault::Token;
use axum::http::HeaderMap;

use crate::app::App;
use crate::csrf;
use crate::error::{WebError, foreign_form};
use crate::form::Form;

/// Who sent a request.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    /// What somebody who is known may do.
    permissions: Option<Permissions>,
    /// What the codes of forms are made with.
    token: Option<Arc<Token>>,
}

impl Caller {
    pub(crate) fn is_signed_in(&self) -> bool {
        self.permissions.is_some()
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.permissions().allows(permission)
    }

    pub(crate) fn permissions(&self) -> Permissions {
        self.permissions.unwrap_or_default()
    }

    /// Number of the caller's account; 0 is the first administrator, by the key in the browser.
    #[expect(clippy::unused_self, reason = "every caller says it alike")]
    pub(crate) fn number(&self) -> i64 {
        0
    }

    /// A new code for a form.
    pub(crate) fn code(&self, app: &App) -> Option<String> {
        csrf::code(app, self.token.as_ref()?)
    }

    /// Refuses a form that was not made for this caller.
    pub(crate) fn check(&self, form: &Form) -> Result<(), WebError> {
        let is_ours = self.token.as_ref().is_some_and(|it| form.is_ours(it));
        if is_ours { Ok(()) } else { Err(foreign_form()) }
    }
}

/// The caller of a request. A cookie that opens nothing counts as none.
pub(crate) fn of(app: &App, headers: &HeaderMap) -> Caller {
    match app.claim.key(&app.settings, headers) {
        Some(key) => Caller { permissions: Some(Permissions::ALL), token: Some(Arc::new(key)) },
        None => Caller::default(),
    }
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
