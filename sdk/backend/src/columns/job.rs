//! Jobs as rows.

use super::{bytes, corrupt, count, small};
use crate::error::StorageError;
use crate::job::{JobCause, JobCount, JobKind, JobRow, JobState};
use crate::rows::SessionId;

/// A job.
#[derive(Debug)]
pub struct JobColumns {
    pub id: Vec<u8>,
    pub session: Vec<u8>,
    pub kind: String,
    pub state: String,
    pub sealed: Vec<u8>,
    pub digest: Vec<u8>,
    pub epoch: i64,
    pub attempts: i64,
    pub created: i64,
    pub next: i64,
    pub expires: i64,
    pub cause: Option<String>,
}

fn cause(word: Option<&str>) -> Result<Option<JobCause>, StorageError> {
    word.map(|it| JobCause::from_word(it).ok_or_else(|| corrupt("jobs"))).transpose()
}

impl TryFrom<JobColumns> for JobRow {
    type Error = StorageError;

    fn try_from(it: JobColumns) -> Result<Self, StorageError> {
        Ok(Self {
            id: bytes(it.id, "jobs")?,
            session: SessionId(bytes(it.session, "jobs")?),
            kind: JobKind::from_word(&it.kind).ok_or_else(|| corrupt("jobs"))?,
            state: JobState::from_word(&it.state).ok_or_else(|| corrupt("jobs"))?,
            sealed: it.sealed,
            digest: bytes(it.digest, "jobs")?,
            epoch: small(it.epoch, "jobs")?,
            attempts: small(it.attempts, "jobs")?,
            created: it.created,
            next: it.next,
            expires: it.expires,
            cause: cause(it.cause.as_deref())?,
        })
    }
}

/// A count of jobs.
#[derive(Debug)]
pub struct JobCountColumns {
    pub interview: String,
    pub kind: String,
    pub state: String,
    pub cause: Option<String>,
    pub many: i64,
    pub open: i64,
    pub oldest: i64,
}

impl TryFrom<JobCountColumns> for JobCount {
    type Error = StorageError;

    fn try_from(it: JobCountColumns) -> Result<Self, StorageError> {
        Ok(Self {
            interview: it.interview,
            kind: JobKind::from_word(&it.kind).ok_or_else(|| corrupt("jobs"))?,
            state: JobState::from_word(&it.state).ok_or_else(|| corrupt("jobs"))?,
            cause: cause(it.cause.as_deref())?,
            count: count(it.many),
            open: count(it.open),
            oldest: it.oldest,
        })
    }
}
