//! One connection that writes for everybody and commits what waits together.

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use affiant_backend::StorageError;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::error::{Cause, cause, reading, storage};
use crate::recent::Recent;
use crate::together::{self, Write};
use crate::write::{Leaves, Undone, Work};

/// Writes that may wait before further callers are held up.
const QUEUE: usize = 1024;

/// Most writes in one commit.
const BATCH: usize = 128;

/// Commits after which the log is emptied of what was deleted, even if other writes wait.
const PATIENCE: u32 = 64;

/// Time without writes after which the log is emptied.
const REST: Duration = Duration::from_mins(5);

type Answer = Result<u64, StorageError>;

enum Job {
    Write(Write, oneshot::Sender<Answer>),
    Close(oneshot::Sender<Answer>),
}

/// Sends writes to the task that owns the connection.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    /// Starts the task, which tells `recent` of every commit; it ends when it is closed or the last
    /// sender is gone.
    pub(crate) fn start(connection: SqliteConnection, recent: Arc<Recent>) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let task = Task { connection, recent, log: Log::default() };
        tokio::spawn(task.work(waiting));
        Self { jobs }
    }

    /// Does one write. Answers when it is on the disk.
    pub(crate) async fn write(&self, write: impl Work + 'static) -> Answer {
        let write = Box::new(write);
        self.ask(|answer| Job::Write(write, answer)).await
    }

    /// Ends the task after the writes that wait.
    pub(crate) async fn close(&self) -> Result<(), StorageError> {
        self.ask(Job::Close).await.map(|_| ())
    }

    async fn ask(&self, job: impl FnOnce(oneshot::Sender<Answer>) -> Job) -> Answer {
        let gone = || StorageError::Unavailable("the store is closed".into());
        let (answer, answered) = oneshot::channel();
        self.jobs.send(job(answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// What is known of the write-ahead log.
#[derive(Debug, Default)]
struct Log {
    /// Something was written to it since it was emptied.
    written: bool,
    /// It holds what was deleted, for so many commits.
    deleted: Option<u32>,
}

struct Task {
    connection: SqliteConnection,
    recent: Arc<Recent>,
    log: Log,
}

impl Task {
    async fn work(mut self, mut waiting: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        let mut close = None;
        while close.is_none() {
            match timeout(REST, waiting.recv_many(&mut jobs, BATCH)).await {
                Ok(0) => break,
                Ok(_) => {}
                // Nobody waits for it, and the next rest comes: a failure may be left alone.
                Err(_) if self.log.written => drop(self.empty_log().await),
                Err(_) => {}
            }
            let (mut writes, mut answers) = (Vec::new(), Vec::new());
            for job in jobs.drain(..) {
                match job {
                    Job::Write(write, answer) => {
                        writes.push(write);
                        answers.push(answer);
                    }
                    Job::Close(answer) => close = Some(answer),
                }
            }
            if !writes.is_empty() {
                self.serve(&writes, answers).await;
            }
            self.tidy(waiting.is_empty()).await;
        }
        let emptied = self.empty_log().await;
        let closed = self.connection.close().await.map_err(reading);
        if let Some(answer) = close {
            let _ = answer.send(emptied.and(closed).map(|()| 0));
        }
    }

    /// Commits the writes and answers their callers.
    async fn serve(&mut self, writes: &[Write], answers: Vec<oneshot::Sender<Answer>>) {
        let mut results = commit(&mut self.connection, writes).await;
        for (write, result) in writes.iter().zip(&results) {
            write.tell(&self.recent, result.is_ok());
        }
        self.log.written = true;
        let leaves = writes.iter().map(|it| it.leaves()).max();
        if leaves == Some(Leaves::AtOnce) && self.empty_log().await.is_err() {
            for (result, write) in results.iter_mut().zip(writes) {
                if result.is_ok() && write.leaves() == Leaves::AtOnce {
                    let cause = "somebody reads the log, which still holds what was deleted";
                    *result = Err(StorageError::Unavailable(cause.into()));
                }
            }
        }
        if leaves == Some(Leaves::Soon) {
            self.log.deleted.get_or_insert(0);
        }
        for (answer, result) in answers.into_iter().zip(results) {
            // A caller that went away does not need its answer.
            let _ = answer.send(result);
        }
    }

    /// Empties the log of what was deleted, if nobody waits, or if it has been put off for long.
    async fn tidy(&mut self, idle: bool) {
        let Some(commits) = &mut self.log.deleted else { return };
        *commits += 1;
        if idle || *commits > PATIENCE {
            // If it fails, it stays due.
            let _ = self.empty_log().await;
        }
    }

    /// Moves the log into the database file and cuts it to nothing, so that what was deleted is in
    /// neither. Fails when a reader does not leave the log in time.
    async fn empty_log(&mut self) -> Result<(), StorageError> {
        let busy: i64 = sqlx::query_scalar("pragma wal_checkpoint(truncate)")
            .fetch_one(&mut self.connection)
            .await
            .map_err(reading)?;
        if busy != 0 {
            return Err(StorageError::Unavailable("the log is being read".into()));
        }
        self.log = Log::default();
        Ok(())
    }
}

/// Commits what can be done in one text of SQL, then what is left.
async fn commit(connection: &mut SqliteConnection, writes: &[Write]) -> Vec<Answer> {
    let mut answers: Vec<Option<Answer>> = writes.iter().map(|_| None).collect();
    match together::commit(connection, writes).await {
        Ok(done) => {
            for index in done {
                answers[index] = Some(Ok(0));
            }
        }
        Err(error) => {
            roll_back(connection).await;
            if !is_of_one(&error) {
                return all_fail(error, writes.len());
            }
        }
    }
    let left: Vec<&Write> =
        writes.iter().zip(&answers).filter_map(|(it, done)| done.is_none().then_some(it)).collect();
    let mut rest = commit_rest(connection, &left).await.into_iter();
    answers.into_iter().filter_map(|it| it.or_else(|| rest.next())).collect()
}

/// Whether a failure is one of a single write, which the others need not share.
fn is_of_one(error: &sqlx::Error) -> bool {
    matches!(cause(error), Cause::Rows | Cause::Room)
}

fn all_fail(error: sqlx::Error, count: usize) -> Vec<Answer> {
    let error = Arc::new(error);
    (0..count).map(|_| Err(storage(Arc::clone(&error)))).collect()
}

/// Commits all writes together. If one fails for reasons of its own, each is done alone, so that it
/// does not take the others with it.
///
/// Savepoints would do the same with two more statements for each write, and do not hold when the
/// disk is full: then `SQLite` may end the whole transaction.
async fn commit_rest(connection: &mut SqliteConnection, writes: &[&Write]) -> Vec<Answer> {
    if writes.is_empty() {
        return Vec::new();
    }
    let error = match transact(connection, writes).await {
        Ok(answers) => return answers,
        Err(error) => error,
    };
    if writes.len() > 1 && is_of_one(&error) {
        let mut answers = Vec::with_capacity(writes.len());
        for write in writes {
            match transact(connection, slice::from_ref(write)).await {
                Ok(answer) => answers.extend(answer),
                Err(error) => answers.push(Err(storage(Arc::new(error)))),
            }
        }
        return answers;
    }
    all_fail(error, writes.len())
}

async fn roll_back(connection: &mut SqliteConnection) {
    // Where SQLite has ended the transaction itself, there is none to roll back.
    let _ = sqlx::query("rollback").execute(connection).await;
}

/// Does the writes in one transaction: all of them but those that met a conflict, or none.
async fn transact(
    connection: &mut SqliteConnection,
    writes: &[&Write],
) -> Result<Vec<Answer>, sqlx::Error> {
    let done = attempt(connection, writes).await;
    if done.is_err() {
        roll_back(connection).await;
    }
    done
}

async fn attempt(
    connection: &mut SqliteConnection,
    writes: &[&Write],
) -> Result<Vec<Answer>, sqlx::Error> {
    sqlx::query("begin immediate").execute(&mut *connection).await?;
    let mut answers = Vec::with_capacity(writes.len());
    for write in writes {
        match write.run(connection).await {
            Ok(revision) => answers.push(Ok(revision)),
            Err(Undone::Conflict) => answers.push(Err(StorageError::Conflict)),
            Err(Undone::Failed(error)) => return Err(error),
        }
    }
    sqlx::query("commit").execute(connection).await?;
    Ok(answers)
}
