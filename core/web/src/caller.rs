//! Who sent a request: nobody that we know, or a person who is signed in.

use affiant_guard::{Permission, Permissions};
use axum::http::HeaderMap;

use crate::app::App;
use crate::error::WebError;

/// Who sent a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// What a person who is signed in may do.
    permissions: Option<Permissions>,
}

impl Caller {
    pub(crate) fn is_signed_in(&self) -> bool {
        self.permissions.is_some()
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.permissions.is_some_and(|it| it.allows(permission))
    }
}

/// The caller of a request. A cookie that opens nothing counts as none.
pub(crate) async fn of(_app: &App, _headers: &HeaderMap) -> Result<Caller, WebError> {
    Ok(Caller::default())
}
