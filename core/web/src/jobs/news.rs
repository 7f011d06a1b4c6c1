//! What became of the tasks of a session, for its next request.

use affiant_backend::{JobKind, JobRow, JobState};
use affiant_engine::{News, State};
use affiant_guest::{Path, Value};

use super::file_of;
use crate::app::App;
use crate::error::{WebError, internal};
use crate::session::Session;

/// What is known of the tasks of a state that it does not know yet.
pub(crate) async fn news(
    app: &App,
    session: &Session,
    state: &State,
) -> Result<Vec<(Path, News)>, WebError> {
    let mut found = Vec::new();
    let tasks = session.loaded.program().tasks(state);
    if tasks.is_empty() {
        return Ok(found);
    }
    let jobs = app.store.jobs_of(session.row.id).await?;
    for task in tasks {
        let Some(job) = jobs.iter().find(|it| hex::encode(it.id) == task.id) else { continue };
        let status = status(job);
        let known = state.look(&task.path.attribute("status").to_string());
        if known == Some(&Value::text(status)) {
            continue;
        }
        let reason = job.cause.map(|it| it.word().to_owned()).unwrap_or_default();
        let result = match status {
            "ready" => Some(result(app, session, job).await?),
            _ => None,
        };
        found.push((task.path, News { status, reason, result }));
    }
    Ok(found)
}

fn status(job: &JobRow) -> &'static str {
    match (job.state, job.kind) {
        (JobState::Waiting, JobKind::Mail) if job.attempts > 0 => "later",
        (JobState::Waiting | JobState::Running, _) => "waiting",
        (JobState::Done, JobKind::Action | JobKind::Scheduled) => "ready",
        (JobState::Done, JobKind::Mail | JobKind::Delivery) => "sent",
        (JobState::Failed | JobState::Aside, _) => "failed",
    }
}

/// What an action gave. Nothing, for whoever does not see the whole session.
async fn result(app: &App, session: &Session, job: &JobRow) -> Result<Value, WebError> {
    if !session.keys().is_whole() {
        return Ok(Value::Null);
    }
    let file = file_of(job.id);
    let Some(sealed) = app.find_file(session.row.id, file).await? else { return Ok(Value::Null) };
    let opened = session.keys().open_file(file, &sealed)?;
    postcard::from_bytes(&opened).map_err(internal)
}
