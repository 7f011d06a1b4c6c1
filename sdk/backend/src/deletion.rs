//! What is being deleted, and what is left to know of what was.

use std::sync::Arc;

use async_trait::async_trait;

use crate::account::AccountId;
use crate::audit::Chained;
use crate::error::StorageError;
use crate::rows::{Lookup, SessionId};
use crate::word::words;

/// What is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A session with all that belongs to it.
    Session(SessionId),
    /// An account with all that belongs to it.
    Account(AccountId),
}

words! {
    /// Why it is deleted.
    pub enum DeletionReason {
        /// Its person wanted it.
        Person = "person",
        /// An administrator did.
        Admin = "admin",
        /// It was kept as long as promised.
        Retention = "retention",
        /// The law demands it.
        Legal = "legal",
    }
}

words! {
    /// How far a deletion got. Each stage may be done again.
    pub enum Stage {
        /// It waits until a hold ends.
        Held = "held",
        /// It was asked for: the keys go now.
        Keys = "keys",
        /// The keys are gone: the rows go now.
        Rows = "rows",
        /// The rows are gone: that nothing is left is being checked.
        Check = "check",
    }
}

/// A deletion under way. It holds ids only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionRow {
    /// Names it on the receipt; random.
    pub id: [u8; 16],
    /// What is deleted.
    pub subject: Subject,
    /// Why.
    pub reason: DeletionReason,
    /// How far it got.
    pub stage: Stage,
    /// When it was asked for, in seconds of the Unix epoch.
    pub asked: i64,
    /// When it may go on, in seconds of the Unix epoch, if it is held.
    pub until: Option<i64>,
}

/// What a deletion removes, or has removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sessions.
    pub sessions: u64,
    /// Steps of sessions.
    pub steps: u64,
    /// Files.
    pub files: u64,
    /// All other rows: methods, sign-ins, grants, links, mails.
    pub others: u64,
}

impl Counts {
    /// All of them together.
    pub fn sum(&self) -> u64 {
        self.sessions + self.steps + self.files + self.others
    }
}

/// All that is left of an account: that it was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TombstoneRow {
    /// The account's number.
    pub number: i64,
    /// When it was deleted, in seconds of the Unix epoch, cut to the day.
    pub day: i64,
    /// Why.
    pub reason: DeletionReason,
    /// Hash of the receipt.
    pub receipt: Lookup,
}

/// Keeps the journal of deletions, and erases rows.
#[async_trait]
pub trait Deletions: Send + Sync {
    /// Writes a deletion down, and marks its account as being deleted. [`StorageError::Conflict`]
    /// if the same is being deleted already.
    async fn begin_deletion(&self, row: DeletionRow) -> Result<(), StorageError>;

    /// Writes down how far a deletion got; no error if it is not in the journal.
    async fn advance_deletion(&self, id: [u8; 16], stage: Stage) -> Result<(), StorageError>;

    /// All deletions under way, oldest first.
    async fn deletions(&self) -> Result<Vec<DeletionRow>, StorageError>;

    /// Removes a deletion from the journal: it is done, or its person took it back while it was
    /// held.
    async fn end_deletion(&self, id: [u8; 16]) -> Result<(), StorageError>;

    /// The sessions that an account owns.
    async fn owned_by(&self, account: AccountId) -> Result<Vec<SessionId>, StorageError>;

    /// Counts the rows that belong to a subject.
    async fn count(&self, subject: Subject) -> Result<Counts, StorageError>;

    /// Removes all rows that belong to a subject, in one transaction, and returns how many those
    /// were. For an account, sessions that it owns go too, and `tombstone` is stored; its number is
    /// the account's. `entry` is added to the audit log in the same transaction. No error if there is
    /// nothing; then nothing is added either.
    async fn erase(
        &self,
        subject: Subject,
        tombstone: Option<TombstoneRow>,
        entry: Option<Arc<dyn Chained>>,
    ) -> Result<Counts, StorageError>;

    /// The tombstone of a number.
    async fn tombstone(&self, number: i64) -> Result<Option<TombstoneRow>, StorageError>;

    /// How many tombstones there are.
    async fn tombstones(&self) -> Result<u64, StorageError>;
}
