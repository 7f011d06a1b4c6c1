//! How far sessions have come, where nobody writes who can write the main store.

use async_trait::async_trait;

use crate::error::StorageError;
use crate::rows::SessionId;

/// How far a session had come when that was last noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotedRow {
    /// The session.
    pub session: SessionId,
    /// Its revision.
    pub revision: u64,
    /// An older revision from which it goes on, since somebody who may decided so.
    pub accepted: Option<u64>,
    /// An older revision at which it was found, and administrators were told of.
    pub told: Option<u64>,
}

/// Notes how far sessions have come, so that it is seen when one is put back to an older state. It is
/// part of the keyring: a session's note goes with its secrets, and there is none without.
#[async_trait]
pub trait Heads: Send + Sync {
    /// The secret of an epoch of a session, and what is noted of it. Returns `None` when the secret
    /// was deleted or never there.
    async fn find_session(
        &self,
        session: SessionId,
        epoch: u32,
    ) -> Result<Option<(Vec<u8>, Option<NotedRow>)>, StorageError>;

    /// Notes how far sessions have come, each of them once. A revision that is not greater than the
    /// one that is noted changes nothing; with a greater one, what was accepted and told is over.
    async fn note(&self, sessions: Vec<(SessionId, u64)>) -> Result<(), StorageError>;

    /// A session goes on from an older revision.
    async fn accept(&self, session: SessionId, older: u64) -> Result<(), StorageError>;

    /// Writes down that administrators are told of a session at an older revision; `false` if they
    /// were told of it before, or nothing is noted of the session.
    async fn tell(&self, session: SessionId, older: u64) -> Result<bool, StorageError>;

    /// What is noted of sessions behind one, by id, at most `limit`.
    async fn noted(
        &self,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<NotedRow>, StorageError>;
}
