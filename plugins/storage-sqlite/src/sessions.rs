//! Sessions, their steps, resume codes and files.

use affiant_backend::{
    FileRow, History, Lookup, SessionId, SessionRow, SessionStore, StepRow, StorageError,
};
use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};

use crate::error::{corrupt, storage};
use crate::write::Write;
use crate::writer::Writer;

/// Sessions in the main database.
#[derive(Clone, Debug)]
pub struct Sessions {
    writer: Writer,
    readers: SqlitePool,
}

impl Sessions {
    pub(crate) fn new(writer: Writer, readers: SqlitePool) -> Self {
        Self { writer, readers }
    }
}

/// A column as bytes of a fixed length.
fn bytes<const N: usize>(
    row: &SqliteRow,
    column: &str,
    table: &'static str,
) -> Result<[u8; N], StorageError> {
    let bytes: Vec<u8> = row.try_get(column).map_err(|_| corrupt(table))?;
    bytes.try_into().map_err(|_| corrupt(table))
}

fn session(row: &SqliteRow) -> Result<SessionRow, StorageError> {
    let wrong = |_: sqlx::Error| corrupt("sessions");
    Ok(SessionRow {
        id: SessionId(bytes(row, "id", "sessions")?),
        lookup: Lookup(bytes(row, "lookup", "sessions")?),
        interview: row.try_get("interview").map_err(wrong)?,
        wrapped: row.try_get("wrapped").map_err(wrong)?,
        revision: u64::try_from(row.try_get::<i64, _>("revision").map_err(wrong)?)
            .map_err(|_| corrupt("sessions"))?,
        last_step: row.try_get("last_step").map_err(wrong)?,
        created: row.try_get("created").map_err(wrong)?,
        touched: row.try_get("touched").map_err(wrong)?,
    })
}

const FIND: &str = "select id, lookup, interview, wrapped, revision, last_step, created, touched
    from sessions where lookup = ?";

/// The deltas behind the newest snapshot, and that snapshot, of the steps up to a number.
const LOAD: &str = "select number, delta, snapshot from steps
    where session = ?1 and number <= ?2 and number >= coalesce(
        (select max(number) from steps where session = ?1 and number <= ?2 and snapshot is not null), 0)
    order by number";

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, session: SessionRow, first: StepRow) -> Result<(), StorageError> {
        self.writer.write(Write::Create(session, first)).await.map(|_| ())
    }

    async fn find(&self, lookup: &Lookup) -> Result<Option<SessionRow>, StorageError> {
        let row = sqlx::query(FIND)
            .bind(&lookup.0[..])
            .fetch_optional(&self.readers)
            .await
            .map_err(storage)?;
        row.as_ref().map(session).transpose()
    }

    async fn load(
        &self,
        lookup: &Lookup,
        up_to: Option<u32>,
    ) -> Result<Option<(SessionRow, History)>, StorageError> {
        // One transaction, so that a step appended meanwhile is seen by both reads or by none.
        let mut read = self.readers.begin().await.map_err(storage)?;
        let row = sqlx::query(FIND)
            .bind(&lookup.0[..])
            .fetch_optional(&mut *read)
            .await
            .map_err(storage)?;
        let Some(session) = row.as_ref().map(session).transpose()? else { return Ok(None) };
        let up_to = up_to.unwrap_or(session.last_step).min(session.last_step);
        let rows = sqlx::query(LOAD)
            .bind(&session.id.0[..])
            .bind(up_to)
            .fetch_all(&mut *read)
            .await
            .map_err(storage)?;
        let mut history = History::default();
        for row in &rows {
            let wrong = |_: sqlx::Error| corrupt("steps");
            let number: u32 = row.try_get("number").map_err(wrong)?;
            match row.try_get::<Option<Vec<u8>>, _>("snapshot").map_err(wrong)? {
                Some(snapshot) => {
                    history = History { snapshot: Some((number, snapshot)), deltas: Vec::new() }
                }
                None => history.deltas.push((number, row.try_get("delta").map_err(wrong)?)),
            }
        }
        Ok(Some((session, history)))
    }

    async fn append(
        &self,
        session: SessionId,
        expected: u64,
        after: u32,
        step: StepRow,
        touched: i64,
    ) -> Result<u64, StorageError> {
        self.writer.write(Write::Append { session, expected, after, step, touched }).await
    }

    async fn delete(&self, session: SessionId) -> Result<(), StorageError> {
        self.writer.write(Write::Delete(session)).await.map(|_| ())
    }

    async fn idle_since(&self, before: i64, limit: u32) -> Result<Vec<SessionId>, StorageError> {
        let rows =
            sqlx::query("select id from sessions where touched < ? order by touched limit ?")
                .bind(before)
                .bind(limit)
                .fetch_all(&self.readers)
                .await
                .map_err(storage)?;
        rows.iter().map(|it| bytes(it, "id", "sessions").map(SessionId)).collect()
    }

    async fn put_resume(
        &self,
        code: &Lookup,
        session: SessionId,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError> {
        self.writer.write(Write::PutResume(*code, session, wrapped)).await.map(|_| ())
    }

    async fn find_resume(
        &self,
        code: &Lookup,
    ) -> Result<Option<(SessionRow, Vec<u8>)>, StorageError> {
        let row = sqlx::query(
            "select s.id, s.lookup, s.interview, s.wrapped, s.revision, s.last_step, s.created, s.touched,
                r.wrapped as code_wrapped
             from resume_codes r join sessions s on s.id = r.session
             where r.code = ?",
        )
        .bind(&code.0[..])
        .fetch_optional(&self.readers)
        .await
        .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let wrapped = row.try_get("code_wrapped").map_err(|_| corrupt("resume_codes"))?;
        Ok(Some((session(&row)?, wrapped)))
    }

    async fn move_to(
        &self,
        session: SessionId,
        lookup: Lookup,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError> {
        self.writer.write(Write::MoveTo(session, lookup, wrapped)).await.map(|_| ())
    }

    async fn put_file(&self, file: FileRow) -> Result<(), StorageError> {
        self.writer.write(Write::PutFile(file)).await.map(|_| ())
    }

    async fn find_file(
        &self,
        session: SessionId,
        file: [u8; 16],
    ) -> Result<Option<FileRow>, StorageError> {
        let row = sqlx::query("select wrapped, name from files where session = ? and id = ?")
            .bind(&session.0[..])
            .bind(&file[..])
            .fetch_optional(&self.readers)
            .await
            .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let wrapped = row.try_get("wrapped").map_err(|_| corrupt("files"))?;
        let name = row.try_get("name").map_err(|_| corrupt("files"))?;
        let rows = sqlx::query(
            "select sealed from file_chunks where session = ? and file = ? order by number",
        )
        .bind(&session.0[..])
        .bind(&file[..])
        .fetch_all(&self.readers)
        .await
        .map_err(storage)?;
        let chunks = rows
            .iter()
            .map(|it| it.try_get("sealed").map_err(|_| corrupt("file_chunks")))
            .collect::<Result<_, _>>()?;
        Ok(Some(FileRow { session, id: file, wrapped, name, chunks }))
    }

    async fn count(&self) -> Result<u64, StorageError> {
        let row = sqlx::query("select count(*) from sessions")
            .fetch_one(&self.readers)
            .await
            .map_err(storage)?;
        u64::try_from(row.try_get::<i64, _>(0).map_err(|_| corrupt("sessions"))?)
            .map_err(|_| corrupt("sessions"))
    }
}
