//! Rows as SQL databases hold them, and what they mean: for every storage plugin that has one.
//!
//! The fields are named as the columns. A database knows signed numbers of 64 bits, bytes of any
//! length and words; what is stored otherwise is a [`StorageError::Corrupt`].

mod account;
mod grant;
mod job;
mod log;
mod object;

pub use account::{
    AccountColumns, ApiKeyColumns, IdentityColumns, MethodColumns, PasskeyColumns, SignInColumns,
};
pub use grant::{GrantColumns, InvitationColumns};
pub use job::{JobColumns, JobCountColumns};
pub use log::{AuditColumns, NotedColumns, SecretColumns, of_subject, subject};
pub use object::{PlaceColumns, content, object, of_content};

use crate::error::StorageError;
use crate::rows::{History, Lookup, SessionId, SessionRow};

/// A stored value of the wrong length or range, or a row that is missing.
pub fn corrupt(table: &'static str) -> StorageError {
    StorageError::Corrupt { table }
}

/// Bytes of a fixed length.
pub fn bytes<const N: usize>(bytes: Vec<u8>, table: &'static str) -> Result<[u8; N], StorageError> {
    bytes.try_into().map_err(|_| corrupt(table))
}

/// A counter of 32 bits.
pub fn small(number: i64, table: &'static str) -> Result<u32, StorageError> {
    number.try_into().map_err(|_| corrupt(table))
}

/// A count of rows.
pub fn count(number: i64) -> u64 {
    // Rows are not counted below zero.
    number.try_into().unwrap_or(0)
}

/// Words that are stored as one text, a line for each.
pub fn lines(words: &[String]) -> String {
    words.join("\n")
}

/// Words that were stored by [`lines`].
pub fn words(lines: &str) -> Vec<String> {
    lines.lines().map(str::to_owned).collect()
}

/// A number as databases store it, which know signed ones only.
pub fn signed(number: u64) -> i64 {
    // No counter gets so far: at a million changes a second it would take 292,000 years.
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A session.
#[derive(Debug)]
pub struct SessionColumns {
    pub id: Vec<u8>,
    pub lookup: Vec<u8>,
    pub interview: String,
    pub wrapped: Vec<u8>,
    pub revision: i64,
    pub last_step: i64,
    pub created: i64,
    pub touched: i64,
    pub epoch: i64,
    pub head: Vec<u8>,
}

impl TryFrom<SessionColumns> for SessionRow {
    type Error = StorageError;

    fn try_from(columns: SessionColumns) -> Result<Self, StorageError> {
        let wrong = |_| corrupt("sessions");
        Ok(Self {
            id: SessionId(bytes(columns.id, "sessions")?),
            lookup: Lookup(bytes(columns.lookup, "sessions")?),
            interview: columns.interview,
            wrapped: columns.wrapped,
            revision: u64::try_from(columns.revision).map_err(wrong)?,
            last_step: u32::try_from(columns.last_step).map_err(wrong)?,
            created: columns.created,
            touched: columns.touched,
            epoch: u32::try_from(columns.epoch).map_err(wrong)?,
            head: columns.head,
        })
    }
}

/// A step: its snapshot if it has one, else its delta.
#[derive(Debug)]
pub struct StepColumns {
    pub number: i64,
    pub snapshot: Option<Vec<u8>>,
    pub delta: Option<Vec<u8>>,
}

/// The history up to `last` that the steps make: a snapshot first, then deltas without a gap.
pub fn history(steps: Vec<StepColumns>, last: u32) -> Result<History, StorageError> {
    let mut history = History::default();
    let mut next = None;
    for step in steps {
        let number = u32::try_from(step.number).map_err(|_| corrupt("steps"))?;
        match (step.snapshot, step.delta) {
            (Some(snapshot), _) if next.is_none() => history.snapshot = Some((number, snapshot)),
            (None, Some(delta)) if next == Some(number) => history.deltas.push((number, delta)),
            _ => return Err(corrupt("steps")),
        }
        next = Some(number.saturating_add(1));
    }
    if next == Some(last.saturating_add(1)) { Ok(history) } else { Err(corrupt("steps")) }
}
