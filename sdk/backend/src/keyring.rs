//! The secrets without which no copy of the main store opens.

use async_trait::async_trait;

use crate::error::StorageError;
use crate::rows::SessionId;

/// Keeps one random secret for each session, apart from the sessions themselves: without it, no
/// copy of the main store opens. Deleting it ends a session everywhere, backups included.
#[async_trait]
pub trait Keyring: Send + Sync {
    /// Names this installation: 16 random bytes, made with the keyring. Sealed records are bound
    /// to it.
    fn deployment(&self) -> [u8; 16];

    /// Stores the secret of a new session; [`StorageError::Conflict`] if there is one. Without a
    /// session it is of no use to anybody, so this comes before the session's row.
    async fn put(&self, session: SessionId, secret: [u8; 32]) -> Result<(), StorageError>;

    /// Returns `None` when it was deleted or never there.
    async fn find(&self, session: SessionId) -> Result<Option<[u8; 32]>, StorageError>;

    /// Deletes it for good; no error if there is none. The caller is answered when no file of the
    /// keyring holds it any more. After an error it may be asked for again.
    async fn delete(&self, session: SessionId) -> Result<(), StorageError>;
}
