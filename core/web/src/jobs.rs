//! What is done for sessions once their step is stored: actions in the background, mails that
//! interviews write, and events that run by themselves where their person allows it.
//!
//! A step that begins something stores a job with it, which holds what opens the session for this job
//! alone, or the mail, sealed; the queue has nothing readable. Whoever claims a job does it and stores
//! what it gave beside the session's steps, in the transaction that ends it. So going back does nothing
//! twice, nothing conflicts with answers that are given meanwhile, and a crash in between does it again.

mod action;
mod begin;
mod mail;
mod news;
mod scheduled;

use std::sync::atomic::{AtomicI64, Ordering};

use affiant_backend::{
    JobCause, JobEnd, JobKind, JobRow, JobState, SecretName, SessionId, StorageError,
};
use tokio::sync::Notify;

use crate::app::App;
use crate::error::WebError;
use crate::handler::log;

pub(crate) use news::news;
pub(crate) use scheduled::scheduled_until;

/// Seconds that whoever claimed a job has for it, before somebody else gets it.
const LEASE: i64 = 120;

/// Seconds that an action may wait for its end: what opens its session lives no longer.
const ACTION_LIFE: i64 = 15 * 60;

/// Seconds after which a mail that could not be sent is given up.
const MAIL_LIFE: i64 = 24 * 3_600;

/// How often an action is claimed whose server died.
const MOST_ATTEMPTS: u32 = 3;

/// Seconds that an action waits whose plugin has too much to do.
const BUSY: i64 = 5;

/// Most that an action may give, in bytes.
const LARGEST_RESULT: usize = 256 << 10;

/// What the ids of files begin with that hold what actions gave; those of others are random.
const PREFIX: &[u8; 6] = b"tasks:";

/// The files' own name, which nobody sees.
const NAME: &str = "task";

/// How much interviews may begin.
#[derive(Clone, Copy, Debug)]
pub struct JobLimits {
    /// Actions that a session may begin within a day.
    pub actions_of_session: u32,
    /// Mails that a session may send within a day.
    pub mails_of_session: u32,
    /// Mails that all interviews may send within a day.
    pub mails: u32,
}

impl Default for JobLimits {
    fn default() -> Self {
        Self { actions_of_session: 100, mails_of_session: 20, mails: 1_000 }
    }
}

/// What requests and those who do jobs tell each other.
#[derive(Default)]
pub(crate) struct Desk {
    /// Something was begun.
    begun: Notify,
    /// When this server last looked for something to do, in seconds of the Unix epoch.
    looked: AtomicI64,
}

impl Desk {
    /// Whether this server looks for what there is to do.
    pub(crate) fn works(&self, now: i64) -> bool {
        now - self.looked.load(Ordering::Relaxed) < 2 * LEASE
    }
}

/// Whether a file of a session holds what an action gave.
pub(crate) fn is_result(file: [u8; 16]) -> bool {
    file.starts_with(PREFIX)
}

/// The file that holds what a job gave.
fn file_of(job: [u8; 16]) -> [u8; 16] {
    let mut id = job;
    id[..PREFIX.len()].copy_from_slice(PREFIX);
    id
}

/// A job that waits from now on.
fn waiting(id: [u8; 16], session: SessionId, kind: JobKind, now: i64) -> JobRow {
    let life = if kind == JobKind::Mail { MAIL_LIFE } else { ACTION_LIFE };
    JobRow {
        id,
        session,
        kind,
        state: JobState::Waiting,
        sealed: Vec::new(),
        digest: [0; 32],
        epoch: 0,
        attempts: 0,
        created: now,
        next: now,
        expires: now + life,
        cause: None,
    }
}

/// A job that is not even tried.
fn refused(job: &JobRow, cause: JobCause) -> JobRow {
    JobRow { state: JobState::Failed, sealed: Vec::new(), cause: Some(cause), ..*job }
}

/// What came of a try.
enum Tried {
    /// It is over.
    Ended(JobEnd),
    /// It is tried again at this time, in seconds of the Unix epoch.
    Again(i64),
}

impl Tried {
    fn failed(cause: JobCause) -> Self {
        Self::Ended(JobEnd { cause: Some(cause), file: None, jobs: Vec::new() })
    }

    fn done() -> Self {
        Self::Ended(JobEnd { cause: None, file: None, jobs: Vec::new() })
    }
}

impl App {
    /// Says that something was begun.
    pub(crate) fn begun_jobs(&self) {
        self.desk.begun.notify_one();
    }

    /// Waits until something is begun on this server.
    pub async fn jobs_begun(&self) {
        self.desk.begun.notified().await;
    }

    /// Does one job that is due, if there is one.
    pub async fn work(&self) -> Result<bool, StorageError> {
        let now = self.clock.seconds();
        self.desk.looked.store(now, Ordering::Relaxed);
        let mut claimed = self.store.claim_jobs(now, now + LEASE, 1).await?;
        let Some(job) = claimed.pop() else { return Ok(false) };
        // Somebody else may have something to do as well.
        self.begun_jobs();
        let tried = match self.try_job(&job, now).await {
            Ok(tried) => tried,
            Err(error) => {
                log(&error);
                Tried::Again(now + BUSY)
            }
        };
        match tried {
            Tried::Again(next) if next < job.expires => self.store.put_off_job(&job, next).await?,
            Tried::Again(_) if job.kind == JobKind::Scheduled => {
                self.end(&job, Tried::done()).await?;
            }
            Tried::Again(_) => self.end(&job, Tried::failed(JobCause::Late)).await?,
            ended @ Tried::Ended(_) => self.end(&job, ended).await?,
        }
        Ok(true)
    }

    async fn try_job(&self, job: &JobRow, now: i64) -> Result<Tried, WebError> {
        if job.expires <= now && job.kind != JobKind::Scheduled {
            return Ok(Tried::failed(JobCause::Late));
        }
        match job.kind {
            JobKind::Scheduled => scheduled::run(self, job, now).await,
            JobKind::Action if job.attempts > MOST_ATTEMPTS => Ok(Tried::failed(JobCause::Crashed)),
            JobKind::Action => action::run(self, job, now).await,
            JobKind::Mail => mail::send(self, job, now).await,
        }
    }

    async fn end(&self, job: &JobRow, tried: Tried) -> Result<(), StorageError> {
        let Tried::Ended(end) = tried else { return Ok(()) };
        if let Some(cause) = end.cause {
            tracing::warn!(kind = job.kind.word(), cause = cause.word(), "a job failed");
        }
        if job.kind == JobKind::Scheduled {
            // What opened the session for weeks is not kept for another try.
            return self.store.forget_jobs(job.session, vec![job.id]).await;
        }
        match self.store.end_job(job, end).await {
            // Its session is gone, or its lease ended and somebody else has it.
            Err(StorageError::Conflict) => Ok(()),
            ended => ended,
        }
    }
}

/// The secret of a session in the keyring.
fn secret_of(session: SessionId, epoch: u32) -> SecretName {
    SecretName { kind: affiant_backend::SecretKind::Session, id: session.0, epoch }
}
