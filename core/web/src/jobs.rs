//! What is done for sessions once their step is stored: actions in the background, mails that
//! interviews write, deliveries that are tried again, and events that run by themselves where their
//! person allows it.
//!
//! A step that begins something stores a job with it, which holds what opens the session for this job
//! alone, or the mail, sealed; the queue has nothing readable. Whoever claims a job does it and stores
//! what it gave beside the session's steps, in the transaction that ends it. So going back does nothing
//! twice, nothing conflicts with answers that are given meanwhile, and a crash in between does it again.

mod action;
mod begin;
mod delivery;
mod mail;
mod news;
mod scheduled;

use std::sync::atomic::{AtomicI64, Ordering};

use affiant_backend::{
    JobCause, JobEnd, JobKind, JobRow, JobState, SecretKind, SecretName, SessionId, StorageError,
};
use affiant_engine::State;
use affiant_keyring::job_epoch;
use affiant_runtime::Loaded;
use affiant_vault::{COMMON, JobKey, KeySet, SeedName};
use tokio::sync::Notify;

use crate::app::App;
use crate::error::WebError;
use crate::handler::log;
use crate::session::{self, Session};

pub(crate) use delivery::{end_retries, retried_until, retry_later};
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

/// Seconds that a job waits whose plugin has too much to do.
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
    let life = match kind {
        JobKind::Mail => MAIL_LIFE,
        JobKind::Delivery => delivery::LIFE,
        JobKind::Action | JobKind::Scheduled => ACTION_LIFE,
    };
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
    /// It is forgotten: another job goes on with it, or nobody wants it any more.
    Forgotten,
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
            Tried::Forgotten => self.store.forget_jobs(job.session, vec![job.id]).await?,
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
            JobKind::Delivery => delivery::run(self, job, now).await,
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

/// The session of a job that holds what opens it, as it is now; else what comes of the job.
async fn opened(
    app: &App,
    job: &JobRow,
    now: i64,
) -> Result<Result<(Session, State), Tried>, WebError> {
    let changed = || Ok(Err(Tried::failed(JobCause::Changed)));
    let Some((row, history)) = app.store.load_session(job.session, None).await? else {
        return changed();
    };
    let hour = SecretName { kind: SecretKind::Job, id: [0; 16], epoch: job.epoch };
    let Some(hour) = app.keyring.find(hour).await? else {
        return Ok(Err(Tried::failed(JobCause::Late)));
    };
    let Some(secret) = app.keyring.find(secret_of(row.id, row.epoch)).await? else {
        return changed();
    };
    let Ok(loaded) = session::loaded(app, &row.interview) else {
        return Ok(Err(Tried::Again(now + BUSY)));
    };
    let (scope, part) = (session::scope(app, &row), part_of(job.kind, &loaded));
    let key = JobKey::derive(&hour, job.epoch, job.id);
    let name = SeedName { session: scope, section: part.unwrap_or_default() };
    let Ok(seed) = key.open_seed(&name, &job.digest, &job.sealed) else { return changed() };
    let keys = KeySet::of_job(scope, part, seed, secret);
    match session::open_for_job(app, row, keys, &history).await {
        Ok(it) => Ok(Ok(it)),
        // The interview is not there, or does not load: its author may be at it.
        Err(_) => Ok(Err(Tried::Again(now + BUSY))),
    }
}

/// The part of a session that a job sees, if its interview keeps parts and the job gets along with one.
fn part_of(kind: JobKind, loaded: &Loaded) -> Option<&'static str> {
    let is_parted = !loaded.program().apart().is_empty();
    (is_parted && kind == JobKind::Delivery).then_some(COMMON)
}

/// A job with what opens its session, sealed for it alone and for an hour or two; `None` if these are
/// not the keys of the whole session. `digest` says what the job does.
async fn sealed(
    app: &App,
    session: &Session,
    job: JobRow,
    digest: [u8; 32],
) -> Result<Option<JobRow>, WebError> {
    let now = app.clock.seconds();
    let epoch = job_epoch(now);
    let secret = app.keyring.of_epoch(SecretKind::Job, epoch, now).await?;
    let key = JobKey::derive(&secret, epoch, job.id);
    let part = part_of(job.kind, &session.loaded);
    let sealed = session.keys().seal_for_job(&key, part, &digest, &*app.randomness);
    let Some(sealed) = sealed else { return Ok(None) };
    Ok(Some(JobRow { sealed: sealed?, digest, epoch, ..job }))
}

/// The secret of a session in the keyring.
fn secret_of(session: SessionId, epoch: u32) -> SecretName {
    SecretName { kind: SecretKind::Session, id: session.0, epoch }
}
