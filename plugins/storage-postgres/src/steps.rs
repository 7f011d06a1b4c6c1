//! Writes to sessions that take more than one statement.

use affiant_backend::columns::{of_content, signed};
use affiant_backend::{FileRow, NextStep, SessionId, SessionRow, StepRow};
use async_trait::async_trait;
use sqlx::{PgConnection, PgExecutor};

use crate::jobs;
use crate::write::{Undone, Work};

/// A new session with its step 0.
pub(crate) struct Create(pub(crate) SessionRow, pub(crate) StepRow);

#[async_trait]
impl Work for Create {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        Ok(create(db, &self.0, &self.1).await?)
    }
}

/// A step that is put in place of others, or with files.
pub(crate) struct Replace(pub(crate) NextStep);

#[async_trait]
impl Work for Replace {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        let NextStep { session, expected, after, step, head, files, touched } = &self.0;
        let (id, after) = (&session.0[..], i64::from(*after));
        // Whoever else changes the session waits for us from here on.
        let moved = sqlx::query!(
            "update sessions set revision = $6, last_step = $3, head = $7, touched = $4, warned = 0
             where id = $1 and revision = $2 and last_step >= $5",
            id,
            signed(*expected),
            i64::from(step.number),
            touched,
            after,
            signed(head.revision),
            head.sealed
        )
        .execute(&mut *db)
        .await?;
        if moved.rows_affected() == 0 {
            return Err(Undone::Conflict);
        }
        sqlx::query!("delete from steps where session = $1 and number > $2", id, after)
            .execute(&mut *db)
            .await?;
        insert_step(db, *session, step).await?;
        if let Some(file) = &files.put {
            put_file(db, file).await?;
        }
        for file in &files.deleted {
            delete_file(&mut *db, *session, file).await?;
        }
        Ok(jobs::put(db, &files.jobs).await?)
    }
}

/// A file with its chunks.
pub(crate) struct PutFile(pub(crate) FileRow);

#[async_trait]
impl Work for PutFile {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        Ok(put_file(db, &self.0).await?)
    }
}

pub(crate) async fn put_file(db: &mut PgConnection, file: &FileRow) -> Result<(), sqlx::Error> {
    let (object, length, chunks) = of_content(&file.content);
    sqlx::query!(
        "insert into files (session, id, wrapped, name, object, object_length)
             values ($1, $2, $3, $4, $5, $6)",
        &file.session.0[..],
        &file.id[..],
        file.wrapped,
        file.name,
        object,
        length
    )
    .execute(&mut *db)
    .await?;
    put_chunks(db, file.session, &file.id, chunks).await
}

pub(crate) async fn delete_file(
    db: impl PgExecutor<'_>,
    session: SessionId,
    file: &[u8; 16],
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from files where session = $1 and id = $2", &session.0[..], &file[..])
        .execute(db)
        .await
        .map(|_| ())
}

pub(crate) async fn put_chunks(
    db: &mut PgConnection,
    session: SessionId,
    file: &[u8; 16],
    chunks: &[Vec<u8>],
) -> Result<(), sqlx::Error> {
    for (number, sealed) in (0_i64..).zip(chunks) {
        sqlx::query!(
            "insert into file_chunks (session, file, number, sealed) values ($1, $2, $3, $4)",
            &session.0[..],
            &file[..],
            number,
            sealed
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

pub(crate) async fn create(
    db: &mut PgConnection,
    session: &SessionRow,
    first: &StepRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sessions
           (id, lookup, interview, wrapped, revision, last_step, created, touched, epoch, head)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &session.id.0[..],
        &session.lookup.0[..],
        session.interview,
        session.wrapped,
        signed(session.revision),
        i64::from(session.last_step),
        session.created,
        session.touched,
        i64::from(session.epoch),
        session.head
    )
    .execute(&mut *db)
    .await?;
    insert_step(db, session.id, first).await
}

pub(crate) async fn insert_step(
    db: &mut PgConnection,
    session: SessionId,
    step: &StepRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into steps (session, number, delta, snapshot) values ($1, $2, $3, $4)",
        &session.0[..],
        i64::from(step.number),
        step.delta,
        step.snapshot.as_deref()
    )
    .execute(db)
    .await
    .map(|_| ())
}
