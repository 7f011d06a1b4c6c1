//! Writes as data, so that a transaction can be done again.

use affiant_backend::StorageError;
use async_trait::async_trait;
use sqlx::{Connection as _, PgConnection, PgPool};

use crate::error::{may_pass, storage};

/// How often a write is tried whose transaction did not come to its end.
const TRIES: u32 = 5;

/// What adds to the audit log, and every list of changes that looks at more than the rows it changes,
/// comes one after the other.
pub(crate) const IN_TURN: i64 = i64::from_be_bytes(*b"affiant1");

/// A write. It may be run again, when its transaction was ended by something else.
#[async_trait]
pub(crate) trait Work: Send + Sync {
    /// What it answers.
    type Done: Send + 'static;

    /// The locks that it holds until its commit: of two writes with the same number, on whatever
    /// servers, the second sees all that the first did. Without one, it sees of others what the rows
    /// tell that it changes.
    fn locks(&self) -> Vec<i64>;

    /// Runs it inside of a transaction.
    async fn run(&self, db: &mut PgConnection) -> Result<Self::Done, Undone>;
}

/// Why a write was not done.
#[derive(Debug)]
pub(crate) enum Undone {
    /// What it relies on is gone or has changed. Nothing was changed.
    Conflict,
    /// The database refused something, or is gone. Nothing was changed.
    Failed(sqlx::Error),
    /// The commit was asked for and not answered: it was done, or not.
    Unknown(sqlx::Error),
}

impl From<sqlx::Error> for Undone {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

/// The number of the lock for something with a random name.
pub(crate) fn lock_of(name: &[u8], kind: u8) -> i64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(name) {
        *to = *from;
    }
    i64::from_be_bytes(first) ^ i64::from(kind)
}

/// Does a write in one transaction. Answers when it is on the disk.
///
/// It comes to its end whether or not somebody still waits for it: a connection that is given up
/// between the command that begins a transaction and its answer goes back into the pool with that
/// transaction, and what others store with it is acknowledged and never committed.
pub(crate) async fn transact<W: Work + 'static>(
    pool: &PgPool,
    work: W,
) -> Result<W::Done, StorageError> {
    let pool = pool.clone();
    let done = tokio::spawn(async move { insist(&pool, &work).await });
    done.await.unwrap_or_else(|ended| Err(StorageError::Unavailable(ended.into())))
}

/// Tries until it is done, or will not be.
async fn insist<W: Work>(pool: &PgPool, work: &W) -> Result<W::Done, StorageError> {
    let mut locks = work.locks();
    // In one order everywhere, so that no two wait for each other.
    locks.sort_unstable();
    locks.dedup();
    let mut tries = 1;
    loop {
        match attempt(pool, work, &locks).await {
            Ok(done) => return Ok(done),
            Err(Undone::Conflict) => return Err(StorageError::Conflict),
            Err(Undone::Failed(error)) if tries < TRIES && may_pass(&error) => tries += 1,
            Err(Undone::Failed(error) | Undone::Unknown(error)) => return Err(storage(error)),
        }
    }
}

async fn attempt<W: Work>(pool: &PgPool, work: &W, locks: &[i64]) -> Result<W::Done, Undone> {
    let mut connection = pool.acquire().await?;
    // What is not committed is rolled back when it is dropped.
    let mut transaction = connection.begin().await?;
    if !locks.is_empty() {
        sqlx::query!("select pg_advisory_xact_lock(one) from unnest($1::bigint[]) as one", locks)
            .execute(&mut *transaction)
            .await?;
    }
    let done = work.run(&mut transaction).await?;
    transaction.commit().await.map_err(|error| match error.as_database_error() {
        Some(_) => Undone::Failed(error),
        None => Undone::Unknown(error),
    })?;
    Ok(done)
}
