//! Runs an action in the background, in a session that its job opens.

use affiant_backend::{Content, FileRow, JobCause, JobEnd, JobRow};
use affiant_engine::{NoEnd, Work};
use affiant_guest::Value;
use affiant_vault::SealedFile;

use super::begin::digest;
use super::{BUSY, LARGEST_RESULT, NAME, Tried, file_of, opened};
use crate::app::App;
use crate::error::{WebError, internal, of_fault};
use crate::handler::log;
use crate::session::Session;

/// Runs the action of a job.
pub(super) async fn run(app: &App, job: &JobRow, now: i64) -> Result<Tried, WebError> {
    let changed = || Ok(Tried::failed(JobCause::Changed));
    let (mut session, state) = match opened(app, job, now).await? {
        Ok(it) => it,
        Err(tried) => return Ok(tried),
    };
    let state = session.settle(app, state).await?;
    let id = hex::encode(job.id);
    let tasks = session.loaded.program().tasks(&state);
    let task = tasks.into_iter().find(|it| it.id == id).map(|it| it.work);
    // Whoever went back and answered otherwise does not want it any more.
    let Some(Work::Action(name, arguments)) = task else { return changed() };
    if digest(&session, &name, &arguments)? != job.digest {
        return changed();
    }
    let ran = session.loaded.run_apart(state, (&name, arguments), &session.moment(app));
    match ran {
        Ok((value, begun)) => {
            let jobs = session.begin_mails(app, begun, 0).await?;
            let Some(file) = result(app, &session, job, &value)? else {
                return Ok(Tried::failed(JobCause::TooLarge));
            };
            session.store_notebook(app).await?;
            Ok(Tried::Ended(JobEnd { cause: None, file: Some(file), jobs }))
        }
        Err(NoEnd::Asks) => Ok(Tried::failed(JobCause::Asks)),
        Err(NoEnd::Fault(found)) => {
            let error = of_fault(&found);
            if error.is_busy_plugin() {
                return Ok(Tried::Again(now + BUSY));
            }
            log(&error);
            Ok(Tried::failed(JobCause::Fault))
        }
    }
}

/// What an action gave, as a sealed file of its session; `None` if it is too large.
fn result(
    app: &App,
    session: &Session,
    job: &JobRow,
    value: &Value,
) -> Result<Option<FileRow>, WebError> {
    let plain = postcard::to_stdvec(value).map_err(internal)?;
    if plain.len() > LARGEST_RESULT {
        return Ok(None);
    }
    let id = file_of(job.id);
    let sealed = session.keys().seal_file(None, id, NAME, &plain, &*app.randomness)?;
    let SealedFile { wrapped, name, chunks } = sealed;
    let content = Content::Chunks(chunks);
    Ok(Some(FileRow { session: session.row.id, id, wrapped, name, content }))
}
