//! The writes, as data: so that many of them can share one commit.

use affiant_backend::{FileRow, Lookup, SessionId, SessionRow, StepRow, StorageError};
use sqlx::SqliteConnection;

use crate::error::storage;

/// One write.
#[derive(Debug)]
pub(crate) enum Write {
    Create(SessionRow, StepRow),
    Append { session: SessionId, expected: u64, after: u32, step: StepRow, touched: i64 },
    Delete(SessionId),
    PutResume(Lookup, SessionId, Vec<u8>),
    MoveTo(SessionId, Lookup, Vec<u8>),
    PutFile(FileRow),
    PutSecret(SessionId, [u8; 32]),
    DeleteSecret(SessionId),
}

impl Write {
    /// Whether what it deleted must leave the log at once.
    pub(crate) fn wants_checkpoint(&self) -> bool {
        matches!(self, Self::Delete(_) | Self::DeleteSecret(_))
    }

    /// Runs it inside of a transaction. Gives the new revision for [`Write::Append`], else 0.
    pub(crate) async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, StorageError> {
        match self {
            Self::Create(session, first) => create(connection, session, first).await.map(|()| 0),
            Self::Append { session, expected, after, step, touched } => {
                append(connection, *session, *expected, *after, step, *touched).await
            }
            Self::Delete(session) => delete(connection, *session).await.map(|()| 0),
            Self::PutResume(code, session, wrapped) => {
                let query = sqlx::query(
                    "insert into resume_codes (code, session, wrapped) values (?, ?, ?)",
                )
                .bind(&code.0[..])
                .bind(&session.0[..])
                .bind(wrapped);
                query.execute(connection).await.map(|_| 0).map_err(storage)
            }
            Self::MoveTo(session, lookup, wrapped) => {
                let query = sqlx::query("update sessions set lookup = ?, wrapped = ? where id = ?")
                    .bind(&lookup.0[..])
                    .bind(wrapped)
                    .bind(&session.0[..]);
                query.execute(connection).await.map(|_| 0).map_err(storage)
            }
            Self::PutFile(file) => put_file(connection, file).await.map(|()| 0),
            Self::PutSecret(session, secret) => {
                let query = sqlx::query("insert into secrets (session, secret) values (?, ?)")
                    .bind(&session.0[..])
                    .bind(&secret[..]);
                query.execute(connection).await.map(|_| 0).map_err(storage)
            }
            Self::DeleteSecret(session) => {
                let query =
                    sqlx::query("delete from secrets where session = ?").bind(&session.0[..]);
                query.execute(connection).await.map(|_| 0).map_err(storage)
            }
        }
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

async fn create(
    connection: &mut SqliteConnection,
    session: &SessionRow,
    first: &StepRow,
) -> Result<(), StorageError> {
    sqlx::query(
        "insert into sessions (id, lookup, interview, wrapped, revision, last_step, created, touched)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&session.id.0[..])
    .bind(&session.lookup.0[..])
    .bind(&session.interview)
    .bind(&session.wrapped)
    .bind(signed(session.revision))
    .bind(session.last_step)
    .bind(session.created)
    .bind(session.touched)
    .execute(&mut *connection)
    .await
    .map_err(storage)?;
    insert_step(connection, session.id, first).await
}

async fn insert_step(
    connection: &mut SqliteConnection,
    session: SessionId,
    step: &StepRow,
) -> Result<(), StorageError> {
    sqlx::query("insert into steps (session, number, delta, snapshot) values (?, ?, ?, ?)")
        .bind(&session.0[..])
        .bind(step.number)
        .bind(&step.delta)
        .bind(&step.snapshot)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(storage)
}

async fn append(
    connection: &mut SqliteConnection,
    session: SessionId,
    expected: u64,
    after: u32,
    step: &StepRow,
    touched: i64,
) -> Result<u64, StorageError> {
    let updated = sqlx::query(
        "update sessions set revision = revision + 1, last_step = ?, touched = ?
         where id = ? and revision = ? and last_step >= ?",
    )
    .bind(step.number)
    .bind(touched)
    .bind(&session.0[..])
    .bind(signed(expected))
    .bind(after)
    .execute(&mut *connection)
    .await
    .map_err(storage)?;
    if updated.rows_affected() == 0 {
        return Err(StorageError::Conflict);
    }
    sqlx::query("delete from steps where session = ? and number > ?")
        .bind(&session.0[..])
        .bind(after)
        .execute(&mut *connection)
        .await
        .map_err(storage)?;
    insert_step(connection, session, step).await?;
    Ok(expected + 1)
}

async fn delete(connection: &mut SqliteConnection, session: SessionId) -> Result<(), StorageError> {
    sqlx::query("delete from sessions where id = ?")
        .bind(&session.0[..])
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(storage)
}

async fn put_file(connection: &mut SqliteConnection, file: &FileRow) -> Result<(), StorageError> {
    sqlx::query("insert into files (session, id, wrapped, name) values (?, ?, ?, ?)")
        .bind(&file.session.0[..])
        .bind(&file.id[..])
        .bind(&file.wrapped)
        .bind(&file.name)
        .execute(&mut *connection)
        .await
        .map_err(storage)?;
    for (number, sealed) in file.chunks.iter().enumerate() {
        sqlx::query("insert into file_chunks (session, file, number, sealed) values (?, ?, ?, ?)")
            .bind(&file.session.0[..])
            .bind(&file.id[..])
            .bind(i64::try_from(number).unwrap_or(i64::MAX))
            .bind(sealed)
            .execute(&mut *connection)
            .await
            .map_err(storage)?;
    }
    Ok(())
}
