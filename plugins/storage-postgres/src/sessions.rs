//! The main database; sessions, their steps, resume codes and files.

use std::sync::Arc;

use affiant_backend::columns::{
    SessionColumns, StepColumns, bytes, content, corrupt, history, object, signed,
};
use affiant_backend::{
    FileRow, History, Lookup, NextStep, SessionId, SessionRow, SessionStore, StepRow, StorageError,
};
use async_trait::async_trait;
use sqlx::PgPool;

use crate::error::{storage, was_ended};
use crate::steps::{Create, PutFile, Replace, delete_file};
use crate::write::{Work, transact};

/// The main database: sessions, accounts and all that belongs to them.
#[derive(Clone, Debug)]
pub struct Main {
    pub(crate) pool: PgPool,
}

impl Main {
    /// Does a write in one transaction.
    pub(crate) async fn write<W: Work + 'static>(&self, write: W) -> Result<W::Done, StorageError> {
        transact(&self.pool, write).await
    }

    /// A session by its lookup or by its id, with what makes its state.
    pub(crate) async fn load_by(
        &self,
        lookup: Option<&[u8]>,
        id: Option<&[u8]>,
        up_to: Option<u32>,
    ) -> Result<Option<(SessionRow, Arc<History>)>, StorageError> {
        let up_to = up_to.unwrap_or(u32::MAX);
        // One statement sees one state of the database: a step that is appended meanwhile counts in
        // the session and in the steps, or in neither.
        let rows = sqlx::query!(
            r#"select s.id, s.lookup, s.interview, s.wrapped, s.revision, s.last_step, s.created,
                 s.touched, s.epoch, s.head, t.number as "number?: i64", t.snapshot as "snapshot?: Vec<u8>",
                 case when t.snapshot is null then t.delta end as "delta?: Vec<u8>"
               from sessions s
               left join steps t on t.session = s.id
                 and t.number <= least(s.last_step, $2)
                 and t.number >= coalesce(
                   (select max(number) from steps
                    where session = s.id and number <= $2 and snapshot is not null), 0)
               where s.id = coalesce($3, (select id from sessions where lookup = $1))
               order by t.number"#,
            lookup,
            i64::from(up_to),
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        let mut session = None;
        let mut steps = Vec::with_capacity(rows.len());
        for row in rows {
            let number = row.number.ok_or_else(|| corrupt("steps"))?;
            steps.push(StepColumns { number, snapshot: row.snapshot, delta: row.delta });
            session = Some(SessionColumns {
                id: row.id,
                lookup: row.lookup,
                interview: row.interview,
                wrapped: row.wrapped,
                revision: row.revision,
                last_step: row.last_step,
                created: row.created,
                touched: row.touched,
                epoch: row.epoch,
                head: row.head,
            });
        }
        let Some(session) = session.map(SessionRow::try_from).transpose()? else {
            return Ok(None);
        };
        let history = history(steps, up_to.min(session.last_step))?;
        Ok(Some((session, Arc::new(history))))
    }
}

/// Fails when a database does not write.
pub(crate) async fn writes(pool: &PgPool) -> Result<(), StorageError> {
    let refuses =
        sqlx::query_scalar!(r#"select current_setting('transaction_read_only') as "it!""#)
            .fetch_one(pool)
            .await
            .map_err(storage)?;
    match refuses.as_str() {
        "off" => Ok(()),
        _ => Err(StorageError::Unavailable("the database only reads".into())),
    }
}

#[async_trait]
impl SessionStore for Main {
    async fn create(&self, session: SessionRow, first: StepRow) -> Result<(), StorageError> {
        self.write(Create(session, first)).await
    }

    async fn find(&self, lookup: &Lookup) -> Result<Option<SessionRow>, StorageError> {
        let key = &lookup.0[..];
        sqlx::query_as!(
            SessionColumns,
            "select id, lookup, interview, wrapped, revision, last_step, created, touched,
               epoch, head
             from sessions
             where lookup = $1",
            key
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?
        .map(SessionRow::try_from)
        .transpose()
    }

    async fn load(
        &self,
        lookup: &Lookup,
        up_to: Option<u32>,
    ) -> Result<Option<(SessionRow, Arc<History>)>, StorageError> {
        self.load_by(Some(&lookup.0), None, up_to).await
    }

    async fn append(&self, next: NextStep) -> Result<(), StorageError> {
        if !next.files.is_empty() {
            return self.write(Replace(next)).await;
        }
        // Nearly every step goes behind the last one. Then one statement asks and does both.
        let done = sqlx::query!(
            "with moved as (
               update sessions set revision = $8, last_step = $3, head = $9, touched = $4, warned = 0
               where id = $1 and revision = $2 and last_step = $5
               returning id
             )
             insert into steps (session, number, delta, snapshot)
             select id, $3, $6, $7 from moved",
            &next.session.0[..],
            signed(next.expected),
            i64::from(next.step.number),
            next.touched,
            i64::from(next.after),
            next.step.delta,
            next.step.snapshot.as_deref(),
            signed(next.head.revision),
            next.head.sealed
        )
        .execute(&self.pool)
        .await;
        match done {
            Ok(done) if done.rows_affected() > 0 => return Ok(()),
            Err(error) if !was_ended(&error) => return Err(storage(error)),
            // It goes elsewhere, or the database is being restarted: then it is tried again.
            Ok(_) | Err(_) => {}
        }
        self.write(Replace(next)).await
    }

    async fn delete(&self, session: SessionId) -> Result<(), StorageError> {
        sqlx::query!("delete from sessions where id = $1", &session.0[..])
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(storage)
    }

    async fn idle_since(&self, before: i64, limit: u32) -> Result<Vec<SessionId>, StorageError> {
        let ids = sqlx::query_scalar!(
            "select id from sessions where touched < $1 order by touched limit $2",
            before,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        ids.into_iter().map(|it| bytes(it, "sessions").map(SessionId)).collect()
    }

    async fn put_resume(
        &self,
        code: &Lookup,
        session: SessionId,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError> {
        sqlx::query!(
            "insert into resume_codes (code, session, wrapped) values ($1, $2, $3)",
            &code.0[..],
            &session.0[..],
            wrapped
        )
        .execute(&self.pool)
        .await
        .map(|_| ())
        .map_err(storage)
    }

    async fn find_resume(
        &self,
        code: &Lookup,
    ) -> Result<Option<(SessionRow, Vec<u8>)>, StorageError> {
        let key = &code.0[..];
        let row = sqlx::query!(
            "select s.id, s.lookup, s.interview, s.wrapped, s.revision, s.last_step, s.created,
               s.touched, s.epoch, s.head, r.wrapped as by_code
             from resume_codes r
             join sessions s on s.id = r.session
             where r.code = $1",
            key
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let session = SessionColumns {
            id: row.id,
            lookup: row.lookup,
            interview: row.interview,
            wrapped: row.wrapped,
            revision: row.revision,
            last_step: row.last_step,
            created: row.created,
            touched: row.touched,
            epoch: row.epoch,
            head: row.head,
        };
        Ok(Some((session.try_into()?, row.by_code)))
    }

    async fn move_to(
        &self,
        session: SessionId,
        lookup: Lookup,
        wrapped: Vec<u8>,
    ) -> Result<(), StorageError> {
        let moved = sqlx::query!(
            "update sessions set lookup = $1, wrapped = $2 where id = $3 and length(wrapped) > 0",
            &lookup.0[..],
            wrapped,
            &session.0[..]
        )
        .execute(&self.pool)
        .await
        .map_err(storage)?;
        if moved.rows_affected() == 0 { Err(StorageError::Conflict) } else { Ok(()) }
    }

    async fn put_file(&self, file: FileRow) -> Result<(), StorageError> {
        self.write(PutFile(file)).await
    }

    async fn find_file(
        &self,
        session: SessionId,
        file: [u8; 16],
    ) -> Result<Option<FileRow>, StorageError> {
        let (session_key, key) = (&session.0[..], &file[..]);
        let rows = sqlx::query!(
            r#"select f.wrapped, f.name, f.object, f.object_length, c.number as "number?: i64", c.sealed as "sealed?: Vec<u8>"
               from files f
               left join file_chunks c on c.session = f.session and c.file = f.id
               where f.session = $1 and f.id = $2
               order by c.number"#,
            session_key,
            key
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        let (mut found, mut chunks) = (None, Vec::new());
        for (number, row) in (0..).zip(rows) {
            found = Some((row.wrapped, row.name, object(row.object, row.object_length)?));
            match (row.number, row.sealed) {
                (Some(it), Some(sealed)) if it == number => chunks.push(sealed),
                (None, None) => {}
                _ => return Err(corrupt("file_chunks")),
            }
        }
        let Some((wrapped, name, object)) = found else { return Ok(None) };
        let content = content(object, chunks)?;
        Ok(Some(FileRow { session, id: file, wrapped, name, content }))
    }

    async fn files_kept(&self, session: SessionId) -> Result<(u32, u64), StorageError> {
        let key = &session.0[..];
        let kept = sqlx::query!(
            r#"select (select count(*) from files where session = $1) as "files!: i64",
                 (select coalesce(sum(length(sealed)), 0) from file_chunks where session = $1)
                   + (select coalesce(sum(object_length), 0) from files where session = $1)::bigint
                   as "bytes!: i64""#,
            key
        )
        .fetch_one(&self.pool)
        .await
        .map_err(storage)?;
        let files = u32::try_from(kept.files).map_err(|_| corrupt("files"))?;
        let bytes = u64::try_from(kept.bytes).map_err(|_| corrupt("file_chunks"))?;
        Ok((files, bytes))
    }

    async fn delete_file(&self, session: SessionId, file: [u8; 16]) -> Result<(), StorageError> {
        delete_file(&self.pool, session, &file).await.map_err(storage)
    }

    async fn check(&self) -> Result<(), StorageError> {
        sqlx::query_scalar!("select id from sessions limit 1")
            .fetch_optional(&self.pool)
            .await
            .map_err(storage)?;
        // A standby reads, and does not write.
        writes(&self.pool).await
    }
}
