//! Traits that native plugins implement: where sessions, files and their keys are kept.
//!
//! Start at [`SessionStore`] and [`Keyring`].
//!
//! # Invariants
//!
//! - A storage plugin sees sealed bytes, opaque ids, sizes and times: never an answer, a name or a
//!   key that opens anything by itself.
//! - What a method acknowledged survives the death of the process.

mod error;
mod rows;

use async_trait::async_trait;

pub use error::{BoxError, StorageError};
pub use rows::{FileRow, History, Lookup, SessionId, SessionRow, StepRow};

/// Keeps sessions as logs of sealed steps.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Stores a new session with its step 0. The session's key must be in the [`Keyring`] by then.
    async fn create(&self, session: SessionRow, first: StepRow) -> Result<(), StorageError>;

    /// Returns `None` when there is no such session.
    async fn find(&self, lookup: &Lookup) -> Result<Option<SessionRow>, StorageError>;

    /// The newest snapshot at or before `up_to` with the deltas behind it, in one read. Returns
    /// `None` when there is no such session.
    async fn load(
        &self,
        lookup: &Lookup,
        up_to: Option<u32>,
    ) -> Result<Option<(SessionRow, History)>, StorageError>;

    /// Adds the step behind `after`, in place of any that are there, if the session's revision is
    /// still `expected`. Returns the new revision. Fails with [`StorageError::Conflict`] otherwise.
    async fn append(
        &self,
        session: SessionId,
        expected: u64,
        after: u32,
        step: StepRow,
        touched: i64,
    ) -> Result<u64, StorageError>;

    /// Removes a session with its steps, files and resume codes. The key must be gone by then.
    async fn delete(&self, session: SessionId) -> Result<(), StorageError>;

    /// Sessions not touched since `before` (seconds of the Unix epoch), at most `limit` of them.
    async fn idle_since(&self, before: i64, limit: u32) -> Result<Vec<SessionId>, StorageError>;

    /// Stores a further wrap of a session's seed, found by the hash of a resume code.
    async fn put_resume(
        &self,
        code: &Lookup,
        session: SessionId,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError>;

    /// The session and the wrap that a resume code opens.
    async fn find_resume(
        &self,
        code: &Lookup,
    ) -> Result<Option<(SessionRow, Vec<u8>)>, StorageError>;

    /// Gives a session another lookup and wrap, when it moves to another browser.
    async fn move_to(
        &self,
        session: SessionId,
        lookup: Lookup,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError>;

    /// Stores a file's sealed chunks.
    async fn put_file(&self, file: FileRow) -> Result<(), StorageError>;

    /// A file of a session; `None` when there is no such file.
    async fn find_file(
        &self,
        session: SessionId,
        file: [u8; 16],
    ) -> Result<Option<FileRow>, StorageError>;

    /// How many sessions there are; fails when the store does not answer.
    async fn count(&self) -> Result<u64, StorageError>;
}

/// Keeps one random secret for each session, apart from the sessions themselves: without it, no
/// copy of the main store opens. Deleting it ends a session everywhere, backups included.
#[async_trait]
pub trait Keyring: Send + Sync {
    /// Names this installation: 16 random bytes, made with the keyring. Sealed records are bound
    /// to it.
    fn deployment(&self) -> [u8; 16];

    /// Stores a session's secret. An orphan is harmless, so this comes before the session's row.
    async fn put(&self, session: SessionId, secret: [u8; 32]) -> Result<(), StorageError>;

    /// Returns `None` when it was deleted or never there.
    async fn find(&self, session: SessionId) -> Result<Option<[u8; 32]>, StorageError>;

    /// Deletes it for good; the caller is answered when no file holds it any more.
    async fn delete(&self, session: SessionId) -> Result<(), StorageError>;
}
