//! Sessions as logs of sealed steps.

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::StorageError;
use crate::rows::{FileRow, History, Lookup, NextStep, SessionId, SessionRow, StepRow};

/// Keeps sessions as logs of sealed steps.
///
/// Any call may fail with [`StorageError::Unavailable`] or [`StorageError::Corrupt`], and one that
/// writes with [`StorageError::Full`]. A row that is added to a session which is gone, or that is
/// already there, is a [`StorageError::Conflict`].
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Stores a new session with its step 0, which must have a snapshot. The session's secret must
    /// be in the [`Keyring`](crate::Keyring) by then.
    async fn create(&self, session: SessionRow, first: StepRow) -> Result<(), StorageError>;

    /// Returns `None` when there is no such session.
    async fn find(&self, lookup: &Lookup) -> Result<Option<SessionRow>, StorageError>;

    /// The session with what makes its state after the step `up_to`, or after its last one: the
    /// newest snapshot at or before that step, and the deltas behind it. Both are of one moment. A
    /// store that keeps it in memory shares it, since that of an old session is large.
    /// Returns `None` when there is no such session.
    async fn load(
        &self,
        lookup: &Lookup,
        up_to: Option<u32>,
    ) -> Result<Option<(SessionRow, Arc<History>)>, StorageError>;

    /// Adds a step, in place of it and all behind it if they are there, and sets the session's head
    /// and when it was touched; all in one transaction with what comes and goes together with it.
    /// Fails with [`StorageError::Conflict`], and changes nothing, if the session is gone, is no
    /// longer at the revision that is expected, or has no step to come behind.
    async fn append(&self, next: NextStep) -> Result<(), StorageError>;

    /// Removes a session with its steps, files and resume codes; no error if there is none. Its
    /// secret must be gone from the [`Keyring`](crate::Keyring) by then.
    async fn delete(&self, session: SessionId) -> Result<(), StorageError>;

    /// Sessions not touched since `before` (seconds of the Unix epoch), oldest first, at most
    /// `limit` of them.
    async fn idle_since(&self, before: i64, limit: u32) -> Result<Vec<SessionId>, StorageError>;

    /// Stores a further wrap of a session's seed, found by the hash of a resume code.
    async fn put_resume(
        &self,
        code: &Lookup,
        session: SessionId,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError>;

    /// The session that a resume code is for, and the wrap that it opens. Returns `None` when there
    /// is no such code.
    async fn find_resume(
        &self,
        code: &Lookup,
    ) -> Result<Option<(SessionRow, Vec<u8>)>, StorageError>;

    /// Gives a session another lookup and wrap, when it moves to another browser. The old lookup
    /// finds nothing from then on.
    async fn move_to(
        &self,
        session: SessionId,
        lookup: Lookup,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError>;

    /// Stores a file with all its sealed chunks, or with the name of the object that holds them.
    async fn put_file(&self, file: FileRow) -> Result<(), StorageError>;

    /// A file of a session; `None` when the session has no such file.
    async fn find_file(
        &self,
        session: SessionId,
        file: [u8; 16],
    ) -> Result<Option<FileRow>, StorageError>;

    /// How many files a session has, and how many sealed bytes they take together, objects
    /// included.
    async fn files_kept(&self, session: SessionId) -> Result<(u32, u64), StorageError>;

    /// Removes a file of a session; no error if there is none.
    async fn delete_file(&self, session: SessionId, file: [u8; 16]) -> Result<(), StorageError>;

    /// Fails when the store does not read or does not write. Cheap enough for a health check.
    async fn check(&self) -> Result<(), StorageError>;
}
