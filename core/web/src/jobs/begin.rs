//! What a step begins: each task gets an id, and a job that is stored with the step.

use std::collections::BTreeMap;

use affiant_backend::{JobCause, JobKind, JobRow};
use affiant_engine::{Change, Email, Outcome, State, Step, Task, Work};
use affiant_guest::Value;
use affiant_keyring::DAY;
use sha2::{Digest as _, Sha256};

use super::{mail, refused, sealed, waiting};
use crate::app::App;
use crate::delivering::named;
use crate::error::{WebError, internal};
use crate::session::Session;

/// How many of a kind the session has begun within a day.
#[derive(Default)]
struct Counts(BTreeMap<JobKind, u32>);

impl Counts {
    async fn of(app: &App, session: &Session) -> Result<Self, WebError> {
        let since = app.clock.seconds() - DAY;
        let mut counts = Self::default();
        for job in app.store.jobs_of(session.row.id).await? {
            // One that was refused for its number would make the next one be refused for ever.
            if job.created > since && job.cause != Some(JobCause::Limit) {
                counts.next(job.kind);
            }
        }
        Ok(counts)
    }

    fn next(&mut self, kind: JobKind) -> u32 {
        let count = self.0.entry(kind).or_default();
        *count += 1;
        *count
    }
}

impl Session {
    /// Whether a state has something that was not begun yet, so that the page must go on for it.
    pub(crate) fn begins(&self, state: &State) -> bool {
        self.loaded.begins_tasks()
            && self.demand_answering().is_ok()
            && self.loaded.program().tasks(state).iter().any(|it| it.id.is_empty())
    }

    /// Names what an outcome begins. Its jobs are stored with the step that comes of it.
    pub(crate) async fn begin(
        &mut self,
        app: &App,
        outcome: &mut Outcome,
    ) -> Result<Vec<Change>, WebError> {
        if matches!(outcome.step, Step::Fault(_) | Step::Command(_)) {
            return Ok(Vec::new());
        }
        let (state, changes) = self.begin_in(app, std::mem::take(&mut outcome.state)).await?;
        outcome.state = state;
        Ok(changes)
    }

    /// As [`Session::begin`], for a state.
    pub(crate) async fn begin_in(
        &mut self,
        app: &App,
        state: State,
    ) -> Result<(State, Vec<Change>), WebError> {
        if !self.loaded.begins_tasks() {
            return Ok((state, Vec::new()));
        }
        let program = self.loaded.program();
        let new: Vec<Task> =
            program.tasks(&state).into_iter().filter(|it| it.id.is_empty()).collect();
        if new.is_empty() {
            return Ok((state, Vec::new()));
        }
        let (mut ids, mut jobs) = (Vec::new(), Vec::new());
        let mut counts = Counts::of(app, self).await?;
        for task in new {
            let id = id(app, self, &task, &state)?;
            jobs.push(job(app, self, id, &task.work, &mut counts).await?);
            ids.push((task.path, hex::encode(id)));
        }
        let named = self.loaded.program().name_tasks(state, &ids);
        self.begun = jobs;
        Ok(named)
    }

    /// The jobs of mails that an action in the background wrote. One that is written again at another
    /// `time`, which counts the runs of an action, is another one.
    pub(super) async fn begin_mails(
        &self,
        app: &App,
        mails: Vec<Email>,
        time: i64,
    ) -> Result<Vec<JobRow>, WebError> {
        let mut jobs = Vec::new();
        if mails.is_empty() {
            return Ok(jobs);
        }
        let mut counts = Counts::of(app, self).await?;
        for mail in mails {
            let content = [&time.to_be_bytes()[..], &of_mail(&mail)?].concat();
            let id = tag(app, self, &content);
            jobs.push(job(app, self, id, &Work::Mail(Box::new(mail)), &mut counts).await?);
        }
        Ok(jobs)
    }
}

/// A task's id. The same action begun by the same answers has the same one, and so has the same mail
/// to the same people in a session.
fn id(app: &App, session: &Session, task: &Task, state: &State) -> Result<[u8; 16], WebError> {
    let content = match &task.work {
        Work::Action(name, arguments) => {
            let what = ("action", task.path.to_string(), name, arguments, state.answers());
            postcard::to_stdvec(&what).map_err(internal)?
        }
        Work::Mail(mail) => of_mail(mail)?,
    };
    Ok(tag(app, session, &content))
}

/// All that a mail says, and to whom.
fn of_mail(it: &Email) -> Result<Vec<u8>, WebError> {
    let to = (&it.to, &it.cc, &it.bcc, &it.reply_to);
    let what = ("mail", to, &it.subject, &it.text, named(&it.files)?);
    postcard::to_stdvec(&what).map_err(internal)
}

fn tag(app: &App, session: &Session, content: &[u8]) -> [u8; 16] {
    let tag = app.master.tag("task", &[&session.row.id.0, content]);
    let mut id = [0; 16];
    id.copy_from_slice(&tag[..16]);
    id
}

async fn job(
    app: &App,
    session: &Session,
    id: [u8; 16],
    work: &Work,
    counts: &mut Counts,
) -> Result<JobRow, WebError> {
    let (now, limits) = (app.clock.seconds(), &app.settings.jobs);
    match work {
        Work::Action(name, arguments) => {
            let job = waiting(id, session.row.id, JobKind::Action, now);
            if counts.next(JobKind::Action) > limits.actions_of_session {
                return Ok(refused(&job, JobCause::Limit));
            }
            let digest = digest(session, name, arguments)?;
            let refused = refused(&job, JobCause::Changed);
            // Only whoever sees the whole session can let somebody else see it.
            Ok(sealed(app, session, job, digest).await?.unwrap_or(refused))
        }
        Work::Mail(email) => {
            let job = waiting(id, session.row.id, JobKind::Mail, now);
            if app.post.mailer().is_none() {
                tracing::warn!(
                    interview = session.row.interview,
                    "an interview sends e-mail, but no mail server is set (smtp): it is not sent"
                );
                return Ok(refused(&job, JobCause::NoMail));
            }
            let is_over = counts.next(JobKind::Mail) > limits.mails_of_session;
            if is_over || !app.guard.take_mail(limits.mails, now).await? {
                return Ok(refused(&job, JobCause::Limit));
            }
            mail::sealed(app, session, job, email).await
        }
    }
}

/// A hash of an action, its arguments and the code that runs it.
pub(super) fn digest(
    session: &Session,
    name: &str,
    arguments: &BTreeMap<String, Value>,
) -> Result<[u8; 32], WebError> {
    let what = (session.row.interview.as_str(), session.loaded.digest(), name, arguments);
    Ok(Sha256::digest(postcard::to_stdvec(&what).map_err(internal)?).into())
}
