//! Why a use case ended early, other than by what the person typed.

use affiant_backend::StorageError;
use affiant_guard::{Busy, NotAdmitted};
use affiant_vault::{NoMemory, NoRandomness, Refused};

/// Why a use case ended early, other than by what the person typed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// There were too many tries. Waiting helps.
    #[error(transparent)]
    TooMany(affiant_guard::Refused),

    /// Too many passwords are being checked at this moment. Trying again helps.
    #[error("too many passwords are being checked")]
    Busy,

    /// The store failed. [`StorageError::Conflict`] means that another request was first.
    #[error(transparent)]
    Storage(#[from] StorageError),

    /// What is stored does not open although the password or token was right: a damaged or altered
    /// row. An administrator has to know.
    #[error("a stored key does not open")]
    Damaged,
    /// The session was put back to an older state, and its owner has yet to decide to go on from there.
    #[error("the session is older than it was")]
    PutBack,

    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl From<Refused> for AccountError {
    fn from(_: Refused) -> Self {
        Self::Damaged
    }
}

impl From<Busy> for AccountError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl From<NoMemory> for AccountError {
    fn from(_: NoMemory) -> Self {
        Self::Busy
    }
}

impl From<NotAdmitted> for AccountError {
    fn from(error: NotAdmitted) -> Self {
        match error {
            NotAdmitted::Refused(it) => Self::TooMany(it),
            NotAdmitted::Storage(it) => Self::Storage(it),
        }
    }
}
