//! Connections that read, handed out one after the other.
//!
//! Not `sqlx`'s pool: that one asks a connection after every use whether it is still there, which
//! for a file means one more wait for its thread, and a task to do so.

use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo,
};
use sqlx::{
    ConnectOptions as _, Connection as _, Describe, Either, Error, Execute, Executor, SqlStr,
    Sqlite, SqliteConnection,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Connections that read at the same time.
const READERS: u32 = 4;

/// Connections to one database that read. They are opened when they are first needed.
#[derive(Clone, Debug)]
pub(crate) struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: SqliteConnectOptions,
    wait: Duration,
    /// As many permits as connections may be in use.
    free: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A connection in use; goes back when it is dropped.
struct Reader<'a> {
    shared: &'a Shared,
    connection: Option<SqliteConnection>,
    _permit: SemaphorePermit<'a>,
}

impl Readers {
    /// Opens one connection, to see that it can be done. A query waits at most so long for one.
    pub(crate) async fn open(options: SqliteConnectOptions, wait: Duration) -> Result<Self, Error> {
        let first = options.connect().await?;
        Ok(Self(Arc::new(Shared {
            options,
            wait,
            free: Semaphore::new(READERS as usize),
            idle: Mutex::new(vec![first]),
        })))
    }

    /// Waits for the queries under way and closes all connections. Later queries fail.
    pub(crate) async fn close(&self) {
        // It fails only when it was closed before.
        let all = self.0.free.acquire_many(READERS).await;
        self.0.free.close();
        drop(all);
        let idle = std::mem::take(&mut *self.0.idle());
        for connection in idle {
            // It only read: there is nothing that could be lost.
            let _ = connection.close().await;
        }
    }

    async fn get(&self) -> Result<Reader<'_>, Error> {
        let shared = &*self.0;
        let permit = timeout(shared.wait, shared.free.acquire()).await;
        let permit = permit.map_err(|_| Error::PoolTimedOut)?.map_err(|_| Error::PoolClosed)?;
        let idle = shared.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => shared.options.connect().await?,
        };
        Ok(Reader { shared, connection: Some(connection), _permit: permit })
    }
}

impl Shared {
    /// The connections that nobody uses, the last used one on top: its cache is the warmest.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_> {
    /// Passes a result on; a connection that failed is not used again.
    fn seen<T>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            self.connection = None;
        }
        result
    }
}

impl Deref for Reader<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("it is taken only when the reader ends")
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is taken only when the reader ends")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.shared.idle().extend(self.connection.take());
    }
}

impl<'p> Executor<'p> for &'_ Readers {
    type Database = Sqlite;

    /// All rows are read before the first is handed out, so that the connection is free again soon.
    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, Error>>
    where
        E: 'q + Execute<'q, Sqlite>,
    {
        let readers = self.clone();
        let all = async move {
            let mut reader = readers.get().await?;
            let rows = reader.fetch_many(query).try_collect::<Vec<_>>().await;
            reader.seen(rows).map(|rows| stream::iter(rows).map(Ok))
        };
        Box::pin(stream::once(all).try_flatten())
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, Error>>
    where
        E: 'q + Execute<'q, Sqlite>,
    {
        let readers = self.clone();
        Box::pin(async move {
            let mut reader = readers.get().await?;
            let row = reader.fetch_optional(query).await;
            reader.seen(row)
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, Error>>
    where
        'p: 'e,
    {
        let readers = self.clone();
        Box::pin(async move {
            let mut reader = readers.get().await?;
            let statement = reader.prepare_with(sql, parameters).await;
            reader.seen(statement)
        })
    }

    fn describe<'e>(
        self,
        sql: SqlStr,
    ) -> Pin<Box<dyn Future<Output = Result<Describe<Sqlite>, Error>> + Send + 'e>>
    where
        'p: 'e,
    {
        let readers = self.clone();
        Box::pin(async move {
            let mut reader = readers.get().await?;
            let described = reader.describe(sql).await;
            reader.seen(described)
        })
    }
}
