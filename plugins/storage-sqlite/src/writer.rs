//! One connection that writes for everybody and commits what waits together.

use affiant_backend::StorageError;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use crate::error::storage;
use crate::write::Write;

/// Writes that may wait before further callers are held up.
const QUEUE: usize = 1024;

/// Most writes in one commit.
const BATCH: usize = 128;

type Answer = Result<u64, StorageError>;

struct Job {
    write: Write,
    answer: oneshot::Sender<Answer>,
}

/// Sends writes to the task that owns the connection.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    /// Starts the task; it ends when the last sender is gone.
    pub(crate) fn start(connection: SqliteConnection) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(work(connection, waiting));
        Self { jobs }
    }

    /// Does one write. Answers when it is on the disk.
    pub(crate) async fn write(&self, write: Write) -> Answer {
        let gone = || StorageError::Unavailable("the writer has stopped".into());
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job { write, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

async fn work(mut connection: SqliteConnection, mut waiting: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (writes, answers): (Vec<Write>, Vec<_>) =
            batch.drain(..).map(|it: Job| (it.write, it.answer)).unzip();
        let results = commit(&mut connection, &writes).await;
        for (answer, result) in answers.into_iter().zip(results) {
            // A caller that went away does not need its answer.
            let _ = answer.send(result);
        }
        for write in writes {
            if write.wants_checkpoint() {
                checkpoint(&mut connection).await;
                break;
            }
        }
    }
}

/// Runs all writes in one transaction, each in a savepoint of its own, so that one that fails does
/// not take the others with it. If the commit fails, all have failed.
async fn commit(connection: &mut SqliteConnection, writes: &[Write]) -> Vec<Answer> {
    if let Err(error) = sqlx::query("begin immediate").execute(&mut *connection).await {
        return failed(writes.len(), matches!(storage(error), StorageError::Full(_)));
    }
    let mut results = Vec::with_capacity(writes.len());
    for write in writes {
        results.push(guarded(connection, write).await);
    }
    match sqlx::query("commit").execute(&mut *connection).await {
        Ok(_) => results,
        Err(error) => {
            let _ = sqlx::query("rollback").execute(&mut *connection).await;
            // SQLite ends the transaction itself when the disk is full; the commit then only says
            // that there is none.
            let full = results.iter().any(|it| matches!(it, Err(StorageError::Full(_))));
            failed(writes.len(), full || matches!(storage(error), StorageError::Full(_)))
        }
    }
}

async fn guarded(connection: &mut SqliteConnection, write: &Write) -> Answer {
    sqlx::query("savepoint one").execute(&mut *connection).await.map_err(storage)?;
    let result = write.run(connection).await;
    if result.is_err() {
        let _ = sqlx::query("rollback to one").execute(&mut *connection).await;
    }
    // A full disk may have ended the transaction, and the savepoint with it.
    let released = sqlx::query("release one").execute(&mut *connection).await.map_err(storage);
    let result = result?;
    released.map(|_| result)
}

/// The same error for every caller of a batch.
fn failed(count: usize, full: bool) -> Vec<Answer> {
    let one = || -> Answer {
        let cause = "the batch was not committed";
        Err(if full {
            StorageError::Full(cause.into())
        } else {
            StorageError::Unavailable(cause.into())
        })
    };
    (0..count).map(|_| one()).collect()
}

/// Moves the log into the database file and empties it, so that deleted bytes are in neither.
async fn checkpoint(connection: &mut SqliteConnection) {
    let _ = sqlx::query("pragma wal_checkpoint(truncate)").execute(connection).await;
}
