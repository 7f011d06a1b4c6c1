//! The audit log: rows that are only added, each of which holds the hash of the one before.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::error::StorageError;

/// Stands for a person for a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pseudonym(pub [u8; 8]);

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, one more than the entry's before it.
    pub seq: i64,
    /// When, in seconds of the Unix epoch.
    pub at: i64,
    /// What happened, a word.
    pub kind: String,
    /// Whom it is about and who did it; at most four.
    pub subjects: Vec<Pseudonym>,
    /// What else is to be known: ids and numbers, nothing personal.
    pub fields: Vec<u8>,
    /// Hash of the entry before it.
    pub previous: [u8; 32],
    /// Hash of this entry.
    pub hash: [u8; 32],
}

/// Where the log begins, or ends: what the next entry follows. All zero before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditEnd {
    /// Number of the entry.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Where the log begins after its oldest entries were cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditStart {
    /// The last entry that was cut.
    pub cut: AuditEnd,
    /// What proves that we cut it, as the audit's own code writes it.
    pub sealed: Vec<u8>,
}

/// Makes an entry that follows another.
pub trait Chained: Send + Sync + Debug {
    /// The entry behind `last`. It may be asked for again, when a commit had to be repeated: only
    /// the last one counts.
    fn follow(&self, last: &AuditEnd) -> AuditRow;
}

/// Keeps the audit log.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds an entry; no other comes between it and the one that it follows. Returns its number.
    async fn audit(&self, entry: Arc<dyn Chained>) -> Result<u64, StorageError>;

    /// Entries behind the number `after`, in order, at most `limit`.
    async fn audit_after(&self, after: i64, limit: u32) -> Result<Vec<AuditRow>, StorageError>;

    /// Entries before the number `before`, newest first, at most `limit`; only those of this kind if
    /// there is one.
    async fn audit_before(
        &self,
        before: i64,
        kind: Option<&str>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StorageError>;

    /// Entries about any of these pseudonyms before the number `before`, newest first, at most
    /// `limit`.
    async fn audit_about(
        &self,
        subjects: &[Pseudonym],
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StorageError>;

    /// Where the log begins; `None` while nothing was cut.
    async fn audit_start(&self) -> Result<Option<AuditStart>, StorageError>;

    /// Where the log ends.
    async fn audit_end(&self) -> Result<AuditEnd, StorageError>;

    /// Removes the entries up to and with `start.cut`, and keeps `start` in their place, in one
    /// transaction. [`StorageError::Conflict`] if the log has no such entry.
    async fn cut_audit(&self, start: AuditStart) -> Result<(), StorageError>;
}
