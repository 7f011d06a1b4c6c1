//! Tries again to deliver what the other side could not take, while the person of the session is away.
//!
//! What opens the session, or its common part beside private ones, is sealed for this parcel, for what
//! its plugin declares now, and for an hour.
//! Who tries seals it anew for the next try, up to a day after the first one: so a copy of the databases
//! and the keyring opens nothing of it some hours later, as with actions. It ends with the delivery, with
//! the yes that the plugin needs, and with the answers that the parcel was made of.

use affiant_backend::{JobCause, JobKind, JobRow, JobState, SessionId};
use affiant_engine::{Parcel, State};
use affiant_keyring::DAY;
use sha2::{Digest as _, Sha256};

use super::{BUSY, LEASE, Tried, opened, sealed, waiting};
use crate::app::App;
use crate::delivering::{self, Try};
use crate::error::{WebError, internal};
use crate::handler::log;
use crate::running::everywhere;
use crate::session::Session;

/// Seconds that one job lives: for so long the secret of the hour is there at least.
pub(super) const LIFE: i64 = 3_600;

/// Seconds after the first try behind which it is given up.
const LONGEST: i64 = DAY;

/// Seconds after which a job gives way to the next one, be there a try or not.
const SHIFT: i64 = LIFE / 2;

const _: () = assert!(SHIFT + LEASE < LIFE, "a job gives way before its key is gone");

/// Most tries, be they as short as they may.
const MOST_TRIES: u32 = 100;

/// Seconds before the next try: twice as many each time, up to an hour, unless the plugin names more.
fn pause(tries: u32) -> u32 {
    (30 << tries.min(7)).min(3_600)
}

/// The ids that jobs of a parcel have, in turn: the next one is stored before this one goes.
fn ids(app: &App, session: SessionId, parcel: &str) -> [[u8; 16]; 2] {
    let tag = app.master.tag("delivery", &[&session.0, parcel.as_bytes()]);
    let mut ids = [[0; 16]; 2];
    for (id, last) in ids.iter_mut().zip([0, 1]) {
        id.copy_from_slice(&tag[..16]);
        id[15] = last;
    }
    ids
}

/// A hash of what a job does: it delivers this parcel, by a plugin that declares this. `None` if the
/// plugin is off here.
fn digest(
    session: &Session,
    app: &App,
    parcel: (&str, &str),
) -> Result<Option<[u8; 32]>, WebError> {
    let (plugin, id) = parcel;
    let running = everywhere(app);
    let mut here = running.iter().filter(|it| it.choice.scope.covers(&session.row.interview));
    let running = here.find(|it| it.package.plugin() == plugin);
    let Some(declared) = running.and_then(|it| it.declaration()) else { return Ok(None) };
    let what = ("delivery", &session.row.interview, plugin, id, declared.facts().digest());
    let what = postcard::to_stdvec(&what).map_err(internal)?;
    Ok(Some(Sha256::digest(what).into()))
}

fn is_open(job: &JobRow) -> bool {
    matches!(job.state, JobState::Waiting | JobState::Running)
}

/// Has a parcel of a plugin tried again by the server at `due` (seconds of the Unix epoch), unless it is
/// to be already.
pub(crate) async fn retry_later(
    app: &App,
    session: &Session,
    (plugin, parcel): (&str, &str),
    due: i64,
) -> Result<(), WebError> {
    let ids = ids(app, session.row.id, parcel);
    let jobs = app.store.jobs_of(session.row.id).await?;
    let mut own = jobs.iter().filter(|it| ids.contains(&it.id));
    let now = app.clock.seconds();
    let due = due.max(now + i64::from(pause(0)));
    if own.any(is_open) || due >= now + LONGEST {
        return Ok(());
    }
    // One of an earlier day would keep the new one from being stored.
    app.store.forget_jobs(session.row.id, ids.to_vec()).await?;
    let first = waiting(ids[0], session.row.id, JobKind::Delivery, now);
    put(app, session, (plugin, parcel), JobRow { next: due.min(now + SHIFT), ..first }).await?;
    Ok(())
}

/// Stores a job with what it needs; whether it did.
async fn put(
    app: &App,
    session: &Session,
    (plugin, parcel): (&str, &str),
    job: JobRow,
) -> Result<bool, WebError> {
    let Some(digest) = digest(session, app, (plugin, parcel))? else { return Ok(false) };
    let Some(job) = sealed(app, session, job, digest).await? else { return Ok(false) };
    // Nobody takes a yes back until it is stored; after one that was, nothing is.
    let turn = app.taken_back.turn(session.row.id).await;
    if session.was_taken_back(&turn, plugin) {
        return Ok(false);
    }
    app.store.put_jobs(vec![job]).await?;
    Ok(true)
}

/// Sees to it that the server does not try any more to deliver a parcel.
pub(crate) async fn end_retries(
    app: &App,
    session: SessionId,
    parcel: &str,
) -> Result<(), WebError> {
    Ok(app.store.forget_jobs(session, ids(app, session, parcel).to_vec()).await?)
}

/// Until when the server tries by itself to deliver a parcel, in seconds of the Unix epoch, as the jobs of
/// its session tell; `None` if it does not.
pub(crate) fn retried_until(
    app: &App,
    session: SessionId,
    parcel: &str,
    jobs: &[JobRow],
) -> Option<i64> {
    let ids = ids(app, session, parcel);
    let open = jobs.iter().find(|it| ids.contains(&it.id) && is_open(it));
    open.map(|it| it.created + LONGEST)
}

/// The parcel that a job is about, with its id, if the session still has it.
fn parcel_of(
    app: &App,
    session: &Session,
    state: &State,
    job: &JobRow,
) -> Result<Option<(String, Parcel)>, WebError> {
    for parcel in session.loaded.program().parcels(state) {
        let id = delivering::id(app, session, &parcel)?;
        if ids(app, session.row.id, &id).contains(&job.id) {
            return Ok(Some((id, parcel)));
        }
    }
    Ok(None)
}

/// Tries to deliver the parcel of a job, if it is time.
pub(super) async fn run(app: &App, job: &JobRow, now: i64) -> Result<Tried, WebError> {
    let (mut session, state) = match opened(app, job, now).await? {
        Ok(it) => it,
        Err(tried) => return Ok(tried),
    };
    // Whoever went back and answered otherwise does not want it any more.
    let Some((id, parcel)) = parcel_of(app, &session, &state, job)? else {
        return Ok(Tried::Forgotten);
    };
    // A plugin that declares something else by now waits until its person is there and sees that.
    if digest(&session, app, (&parcel.plugin, &id))? != Some(job.digest) {
        return Ok(Tried::failed(JobCause::Changed));
    }
    session.let_do(&parcel.plugin);
    let pause = pause(job.attempts);
    let next = match delivering::try_again(app, &session, &id, &parcel, pause).await {
        Ok(Try::Over) => return Ok(Tried::done()),
        Ok(Try::Failed) => return Ok(Tried::failed(JobCause::Fault)),
        Ok(Try::Busy) => return Ok(Tried::Again(now + BUSY)),
        Ok(Try::Due(at)) => at,
        Err(error) => {
            log(&error);
            now + i64::from(pause)
        }
    };
    if next >= job.created + LONGEST || job.attempts > MOST_TRIES {
        return Ok(Tried::failed(JobCause::Late));
    }
    let [one, other] = ids(app, session.row.id, &id);
    let after = waiting(if job.id == one { other } else { one }, job.session, job.kind, now);
    let (attempts, created) = (job.attempts, job.created);
    let after = JobRow { attempts, created, next: next.min(now + SHIFT), ..after };
    put(app, &session, (&parcel.plugin, &id), after).await?;
    Ok(Tried::Forgotten)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_slower_and_slower_up_to_one_in_an_hour() {
        assert_eq!([0, 1, 6, 7, 70].map(pause), [30, 60, 1_920, 3_600, 3_600]);
    }
}
