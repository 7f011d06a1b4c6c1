//! What is done for sessions once their step is stored: actions in the background, mails, deliveries.

use async_trait::async_trait;

use crate::error::StorageError;
use crate::rows::{FileRow, SessionId};
use crate::word::words;

words! {
    /// What kind of job it is.
    pub enum JobKind {
        /// An action of the interview runs in the background.
        Action = "action",
        /// A mail is sent that an interview wrote.
        Mail = "mail",
        /// An event runs again and again, as its person allowed.
        Scheduled = "scheduled",
        /// Something is delivered that the other side did not take at once.
        Delivery = "delivery",
    }
}

words! {
    /// Where a job stands.
    pub enum JobState {
        /// It waits for its turn.
        Waiting = "waiting",
        /// Somebody has claimed it, until its lease ends.
        Running = "running",
        /// It is done.
        Done = "done",
        /// It came to no good end.
        Failed = "failed",
        /// It failed, and an administrator put it aside.
        Aside = "aside",
    }
}

words! {
    /// Why a job failed.
    pub enum JobCause {
        /// The interview is faulty where the job ran.
        Fault = "fault",
        /// The action needs an answer that nobody gave.
        Asks = "asks",
        /// The interview is another one by now, or the session is.
        Changed = "changed",
        /// It was not done in its time.
        Late = "late",
        /// Whoever did it died, again and again.
        Crashed = "crashed",
        /// The mail server refuses it for good.
        Refused = "refused",
        /// No mail server is set.
        NoMail = "no-mail",
        /// There were too many of its kind.
        Limit = "limit",
        /// What it gave, or is to send, is too large.
        TooLarge = "too-large",
    }
}

/// A job. It names its session and holds what opens what is needed for it, and nothing readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// Its id. The same thing to do has the same one, so that it is done once.
    pub id: [u8; 16],
    /// The session that it is for: deleting that deletes it.
    pub session: SessionId,
    /// What kind it is.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// The session's seed, sealed for this job alone, or the mail, sealed; empty when it is over.
    pub sealed: Vec<u8>,
    /// A hash of what is to be done, and of the code that does it.
    pub digest: [u8; 32],
    /// The epoch of the secret that it is sealed with.
    pub epoch: u32,
    /// How often it was claimed.
    pub attempts: u32,
    /// When it began, in seconds of the Unix epoch.
    pub created: i64,
    /// When it may be claimed next, likewise: while it runs, when its lease ends.
    pub next: i64,
    /// When it is given up, likewise.
    pub expires: i64,
    /// Why it failed, if it did.
    pub cause: Option<JobCause>,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobEnd {
    /// Why it failed; `None` if it is done.
    pub cause: Option<JobCause>,
    /// A file of its session that holds what it gave.
    pub file: Option<FileRow>,
    /// Further jobs that it began.
    pub jobs: Vec<JobRow>,
}

/// How many jobs of a kind stand where, of one interview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCount {
    /// The interview's name.
    pub interview: String,
    /// Their kind.
    pub kind: JobKind,
    /// Where they stand.
    pub state: JobState,
    /// Why they failed, if they did.
    pub cause: Option<JobCause>,
    /// How many.
    pub count: u64,
    /// How many of them can be tried again.
    pub open: u64,
    /// When the oldest began, in seconds of the Unix epoch.
    pub oldest: i64,
}

/// Jobs of one interview that failed for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJobs {
    /// The interview's name.
    pub interview: String,
    /// Their kind.
    pub kind: JobKind,
    /// Why they failed.
    pub cause: JobCause,
}

/// Keeps jobs. Those of a session go with it.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Stores jobs, all or none; those whose id is there already are passed over. What a step of a
    /// session begins is stored [with the step](crate::SessionStore::append).
    async fn put_jobs(&self, jobs: Vec<JobRow>) -> Result<(), StorageError>;

    /// Claims jobs that are due at `now` (seconds of the Unix epoch), oldest first, at most `limit`:
    /// nobody else gets them until `lease`. They come as they are from then on.
    async fn claim_jobs(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<JobRow>, StorageError>;

    /// Lets jobs be claimed at once that somebody holds who is gone, where the storage knows that
    /// nobody else uses it; elsewhere their leases end. For a server that starts. Returns how many.
    async fn free_jobs(&self, now: i64) -> Result<u64, StorageError>;

    /// Ends a job, with what it gave, in one transaction. What opens anything is forgotten, but for
    /// one that failed and may be tried again until it expires. Fails with
    /// [`StorageError::Conflict`], and changes nothing, if somebody else has claimed it since.
    async fn end_job(&self, job: &JobRow, end: JobEnd) -> Result<(), StorageError>;

    /// Puts a claimed job off until `next` (seconds of the Unix epoch); no error if it is gone.
    async fn put_off_job(&self, job: &JobRow, next: i64) -> Result<(), StorageError>;

    /// Forgets jobs of a session, wherever they stand; no error if there is none of an id.
    async fn forget_jobs(&self, session: SessionId, ids: Vec<[u8; 16]>)
    -> Result<(), StorageError>;

    /// The jobs of a session, oldest first.
    async fn jobs_of(&self, session: SessionId) -> Result<Vec<JobRow>, StorageError>;

    /// How many jobs there are, by interview, kind, state and cause.
    async fn count_jobs(&self, now: i64) -> Result<Vec<JobCount>, StorageError>;

    /// Lets failed jobs be claimed again that can still be done. Returns how many.
    async fn retry_jobs(&self, failed: &FailedJobs, now: i64) -> Result<u64, StorageError>;

    /// Puts failed jobs aside for good. Returns how many.
    async fn drop_jobs(&self, failed: &FailedJobs) -> Result<u64, StorageError>;
}
