//! Events that run again and again by themselves, such as reminders, where the session's person allows
//! it: by answering `allow_cron` with yes on a screen of the interview.
//!
//! With the answer the session's seed is sealed to whoever does what is scheduled, for one event each,
//! for this version of the interview and for ninety days. Answering no, going back behind the answer,
//! taking it back on any page, and deleting the session end it.

use std::collections::BTreeMap;

use affiant_backend::{JobCause, JobKind, JobRow, JobState, SessionId};
use affiant_engine::{Change, NoEnd, State};
use affiant_guest::Value;
use affiant_keyring::DAY;
use affiant_runtime::Loaded;
use affiant_vault::{AccountScope, Grant, KeyPair, KeySet, Scope, SeedName};
use sha2::{Digest as _, Sha256};

use super::{BUSY, Tried, secret_of, waiting};
use crate::app::App;
use crate::error::{WebError, internal, of_fault};
use crate::handler::log;
use crate::session::{self, Session, loaded};

/// The events that run by themselves, with the seconds between two runs.
const EVENTS: [(&str, i64); 4] = [
    ("cron_hourly", 3_600),
    ("cron_daily", DAY),
    ("cron_weekly", 7 * DAY),
    ("cron_monthly", 30 * DAY),
];

/// The variable by which a person allows it.
const ALLOWS: &str = "allow_cron";

/// Seconds after which it ends by itself.
const LIFE: i64 = 90 * DAY;

/// The events that an interview schedules.
fn events(loaded: &Loaded) -> Vec<(&'static str, i64)> {
    let has = |name: &str| {
        let blocks = loaded.interview().blocks.iter();
        blocks.flat_map(|it| &it.events).any(|it| it.to_string() == name)
    };
    EVENTS.into_iter().filter(|(name, _)| has(name)).collect()
}

fn id(app: &App, session: &Session, event: &str) -> [u8; 16] {
    let tag = app.master.tag("scheduled", &[&session.row.id.0, event.as_bytes()]);
    let mut id = [0; 16];
    id.copy_from_slice(&tag[..16]);
    id
}

/// A hash of an event and of the interview that runs it.
fn digest(interview: &str, loaded: &Loaded, event: &str) -> Result<[u8; 32], WebError> {
    let what = ("scheduled", interview, loaded.digest(), event);
    Ok(Sha256::digest(postcard::to_stdvec(&what).map_err(internal)?).into())
}

/// Whom the seed is sealed to.
fn worker(app: &App) -> AccountScope {
    AccountScope { deployment: app.keyring.deployment(), account: [0; 16], epoch: 0 }
}

impl Session {
    /// Begins or ends what is scheduled, as a step says that is about to be stored.
    pub(crate) async fn schedule(
        &mut self,
        app: &App,
        changes: &[Change],
        state: &State,
    ) -> Result<(), WebError> {
        let events = events(&self.loaded);
        if events.is_empty() || self.demand_owning().is_err() {
            return Ok(());
        }
        let is_allowed = state.look(ALLOWS) == Some(&Value::Bool(true));
        let says = |it: &Change| matches!(it, Change::Put { path, .. } if path.root() == ALLOWS);
        let is_new = changes.iter().any(says);
        if is_allowed && !is_new {
            return Ok(());
        }
        self.end_schedule(app).await?;
        if !is_allowed {
            return Ok(());
        }
        let now = app.clock.seconds();
        let key = KeyPair::of_private(app.keyring.worker(now).await?).public();
        for (event, every) in events {
            let job = waiting(id(app, self, event), self.row.id, JobKind::Scheduled, now);
            let (expires, randomness) = (now + LIFE, &*app.randomness);
            let sealed = self.keys().delegate(&key, worker(app), (event, expires), randomness);
            let Some(sealed) = sealed else { continue };
            let digest = digest(&self.row.interview, &self.loaded, event)?;
            self.begun.push(JobRow { sealed: sealed?, digest, next: now + every, expires, ..job });
        }
        Ok(())
    }

    /// Ends what is scheduled.
    pub(crate) async fn end_schedule(&self, app: &App) -> Result<(), WebError> {
        let ids = EVENTS.iter().map(|(event, _)| id(app, self, event)).collect();
        Ok(app.store.forget_jobs(self.row.id, ids).await?)
    }

    /// Until when something is scheduled, in seconds of the Unix epoch; `None` if nothing is.
    pub(crate) async fn scheduled_until(&self, app: &App) -> Result<Option<i64>, WebError> {
        if events(&self.loaded).is_empty() {
            return Ok(None);
        }
        scheduled_until(app, self.row.id).await
    }
}

/// Until when something is scheduled in a session, in seconds of the Unix epoch; `None` if nothing is.
pub(crate) async fn scheduled_until(
    app: &App,
    session: SessionId,
) -> Result<Option<i64>, WebError> {
    let jobs = app.store.jobs_of(session).await?.into_iter();
    let runs = |it: &JobRow| {
        it.kind == JobKind::Scheduled && matches!(it.state, JobState::Waiting | JobState::Running)
    };
    Ok(jobs.filter(runs).map(|it| it.expires).max())
}

/// Runs an event, and puts it off until the next time.
pub(super) async fn run(app: &App, job: &JobRow, now: i64) -> Result<Tried, WebError> {
    if job.expires <= now {
        return Ok(Tried::done());
    }
    let changed = || Ok(Tried::failed(JobCause::Changed));
    let Some((row, history)) = app.store.load_session(job.session, None).await? else {
        return changed();
    };
    let Ok(running) = loaded(app, &row.interview) else { return Ok(Tried::Again(now + BUSY)) };
    let mut found = None;
    for (event, every) in events(&running) {
        if digest(&row.interview, &running, event)? == job.digest {
            found = Some((event, every));
        }
    }
    let Some((event, every)) = found else { return changed() };
    let Some(secret) = app.keyring.find(secret_of(row.id, row.epoch)).await? else {
        return changed();
    };
    let scope: Scope = session::scope(app, &row);
    let seed = SeedName { session: scope, section: "" };
    let grant = Grant { seed, to: worker(app), role: event, expires: Some(job.expires) };
    let pair = KeyPair::of_private(app.keyring.worker(now).await?);
    let Ok(seed) = pair.open_grant(&grant, &job.sealed) else { return changed() };
    let keys = KeySet::whole(scope, seed, secret);
    let (mut session, state) = session::open_for_job(app, row, keys, &history).await?;
    let state = session.settle(app, state).await?;
    let time = (now - job.created) / every;
    let ran = session.loaded.run_apart(state, (event, BTreeMap::new()), &session.moment(app));
    match ran {
        Ok((_, mails)) => {
            let jobs = session.begin_mails(app, mails, time).await?;
            app.store.put_jobs(jobs).await?;
        }
        Err(NoEnd::Asks) => {
            tracing::warn!(event, "a scheduled event needs an answer that nobody gave");
        }
        Err(NoEnd::Fault(found)) => log(&of_fault(&found)),
    }
    Ok(Tried::Again(job.created + (time + 1) * every))
}
