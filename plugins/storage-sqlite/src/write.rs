//! The writes, as data: so that many of them can share one commit, and be done again.

use affiant_backend::columns::{of_content, signed};
use affiant_backend::{FileRow, Lookup, NextStep, SessionId, SessionRow, StepRow};
use async_trait::async_trait;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, SqliteConnection};

use crate::jobs;
use crate::recent::Recent;
use crate::together::{Bound, Text, alone};

/// A session with its first step.
static CREATE: Text = Text {
    sql: "insert into sessions
       (id, lookup, interview, wrapped, revision, last_step, created, touched, epoch, head)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
     insert into steps (session, number, delta, snapshot) values (?, ?, ?, ?);",
    statements: 2,
    rows: 2,
};

/// A step behind the last one, as nearly every step is: it is put only where the session was moved.
static APPEND: Text = Text {
    sql: "update sessions set revision = ?, last_step = ?, head = ?, touched = ?, warned = 0
     where id = ? and revision = ? and last_step = ?;
     insert into steps (session, number, delta, snapshot)
     select ?, ?, ?, ? where changes() = 1;",
    statements: 2,
    rows: 2,
};

/// A write. It may be run again, when its commit failed for reasons of another.
#[async_trait]
pub(crate) trait Work: Send + Sync {
    /// When what it deletes must have left the log.
    fn leaves(&self) -> Leaves {
        Leaves::AtLeisure
    }

    /// Tells those that are kept in memory what became of it: it was committed, or perhaps not.
    /// Whatever does not say otherwise may have changed any session.
    fn tell(&self, recent: &Recent, _committed: bool) {
        recent.forget_all();
    }

    /// Its SQL, if there is one text of it that can be done together with those of others.
    fn text(&self) -> Option<&'static Text> {
        None
    }

    /// Binds what the text needs.
    fn bind(&self, _arguments: &mut SqliteArguments) -> Bound {
        Ok(())
    }

    /// Runs it inside of a transaction. What the number means is up to the write.
    async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, Undone>;
}

/// A write to sessions.
pub(crate) enum Write {
    Create(SessionRow, StepRow),
    Append(NextStep),
    Delete(SessionId),
    PutResume(Lookup, SessionId, Vec<u8>),
    MoveTo(SessionId, Lookup, Vec<u8>),
    PutFile(FileRow),
    DeleteFile(SessionId, [u8; 16]),
    /// Asks whether writing works at all.
    Nothing,
}

/// When the bytes of what a write deleted must have left the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leaves {
    /// It deletes nothing, or nothing that a copy of the file must not have.
    AtLeisure,
    /// As soon as no other write has to wait for it.
    Soon,
    /// Before the caller is answered.
    AtOnce,
}

/// Why a write was not done.
#[derive(Debug)]
pub(crate) enum Undone {
    /// What it relies on is gone or has changed. Nothing was changed.
    Conflict,
    /// The transaction it was in must be rolled back.
    Failed(sqlx::Error),
}

impl From<sqlx::Error> for Undone {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

#[async_trait]
impl Work for Write {
    fn leaves(&self) -> Leaves {
        match self {
            Self::Delete(_) | Self::DeleteFile(..) => Leaves::Soon,
            Self::Append(next) if !next.files.deleted.is_empty() => Leaves::Soon,
            _ => Leaves::AtLeisure,
        }
    }

    fn tell(&self, recent: &Recent, committed: bool) {
        match self {
            Self::Create(row, first) if committed => recent.created(row, first),
            Self::Append(next) if committed => recent.appended(next),
            Self::Create(SessionRow { id: session, .. }, _)
            | Self::Append(NextStep { session, .. })
            | Self::Delete(session)
            | Self::MoveTo(session, ..) => recent.forget(*session),
            Self::PutResume(..) | Self::PutFile(_) | Self::DeleteFile(..) | Self::Nothing => {}
        }
    }

    fn text(&self) -> Option<&'static Text> {
        match self {
            Self::Create(..) => Some(&CREATE),
            Self::Append(NextStep { files, .. }) => files.is_empty().then_some(&APPEND),
            _ => None,
        }
    }

    fn bind(&self, arguments: &mut SqliteArguments) -> Bound {
        match self {
            Self::Create(session, first) => bind_session(arguments, session, first),
            Self::Append(next) => bind_next(arguments, next),
            _ => Ok(()),
        }
    }

    async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, Undone> {
        match self {
            Self::Append(next) => {
                if !alone(connection, &APPEND, |it| bind_next(it, next)).await? {
                    go_back(connection, next).await?;
                }
                let files = &next.files;
                if let Some(file) = &files.put {
                    put_file(connection, file).await?;
                }
                for file in &files.deleted {
                    delete_file(connection, next.session, file).await?;
                }
                jobs::put(connection, &files.jobs).await?;
            }
            Self::Create(session, first) => create(connection, session, first).await?,
            Self::Delete(session) => delete(connection, *session).await?,
            Self::PutResume(code, session, wrapped) => {
                put_resume(connection, code, *session, wrapped).await?;
            }
            Self::MoveTo(session, lookup, wrapped) => {
                move_to(connection, *session, lookup, wrapped).await?;
            }
            Self::PutFile(file) => put_file(connection, file).await?,
            Self::DeleteFile(session, file) => delete_file(connection, *session, file).await?,
            Self::Nothing => {}
        }
        Ok(0)
    }
}

pub(crate) async fn create(
    connection: &mut SqliteConnection,
    session: &SessionRow,
    first: &StepRow,
) -> Result<(), sqlx::Error> {
    alone(connection, &CREATE, |it| bind_session(it, session, first)).await.map(|_| ())
}

fn bind_session(to: &mut SqliteArguments, session: &SessionRow, first: &StepRow) -> Bound {
    to.add(&session.id.0[..])?;
    to.add(&session.lookup.0[..])?;
    to.add(&session.interview)?;
    to.add(&session.wrapped)?;
    to.add(signed(session.revision))?;
    to.add(session.last_step)?;
    to.add(session.created)?;
    to.add(session.touched)?;
    to.add(session.epoch)?;
    to.add(&session.head)?;
    bind_step(to, session.id, first)
}

fn bind_next(to: &mut SqliteArguments, next: &NextStep) -> Bound {
    let NextStep { session, expected, after, step, head, touched, .. } = next;
    to.add(signed(head.revision))?;
    to.add(step.number)?;
    to.add(&head.sealed)?;
    to.add(touched)?;
    to.add(&session.0[..])?;
    to.add(signed(*expected))?;
    to.add(after)?;
    bind_step(to, *session, step)
}

fn bind_step(to: &mut SqliteArguments, session: SessionId, step: &StepRow) -> Bound {
    to.add(&session.0[..])?;
    to.add(step.number)?;
    to.add(&step.delta)?;
    to.add(step.snapshot.as_ref())
}

pub(crate) async fn insert_step(
    connection: &mut SqliteConnection,
    session: SessionId,
    step: &StepRow,
) -> Result<(), sqlx::Error> {
    let id = &session.0[..];
    sqlx::query!(
        "insert into steps (session, number, delta, snapshot) values (?, ?, ?, ?)",
        id,
        step.number,
        step.delta,
        step.snapshot
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Puts a step in place of those that are there, as it is when somebody went back.
async fn go_back(connection: &mut SqliteConnection, next: &NextStep) -> Result<(), Undone> {
    let NextStep { session, expected, after, step, head, touched, .. } = next;
    let id = &session.0[..];
    let (revision, raised) = (signed(*expected), signed(head.revision));
    let old = sqlx::query_scalar!(
        "select last_step from sessions where id = ? and revision = ?",
        id,
        revision
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(last) = old.filter(|last| *last >= i64::from(*after)) else {
        return Err(Undone::Conflict);
    };
    sqlx::query!(
        "update sessions set revision = ?, last_step = ?, head = ?, touched = ?, warned = 0
         where id = ?",
        raised,
        step.number,
        head.sealed,
        touched,
        id
    )
    .execute(&mut *connection)
    .await?;
    if last > i64::from(*after) {
        sqlx::query!("delete from steps where session = ? and number > ?", id, after)
            .execute(&mut *connection)
            .await?;
    }
    Ok(insert_step(connection, *session, step).await?)
}

pub(crate) async fn delete(
    connection: &mut SqliteConnection,
    session: SessionId,
) -> Result<(), sqlx::Error> {
    let id = &session.0[..];
    sqlx::query!("delete from sessions where id = ?", id).execute(connection).await.map(|_| ())
}

async fn put_resume(
    connection: &mut SqliteConnection,
    code: &Lookup,
    session: SessionId,
    wrapped: &[u8],
) -> Result<(), sqlx::Error> {
    let (code, id) = (&code.0[..], &session.0[..]);
    sqlx::query!(
        "insert into resume_codes (code, session, wrapped) values (?, ?, ?)",
        code,
        id,
        wrapped
    )
    .execute(connection)
    .await
    .map(|_| ())
}

async fn move_to(
    connection: &mut SqliteConnection,
    session: SessionId,
    lookup: &Lookup,
    wrapped: &[u8],
) -> Result<(), Undone> {
    let (lookup, id) = (&lookup.0[..], &session.0[..]);
    let moved = sqlx::query!(
        "update sessions set lookup = ?, wrapped = ? where id = ? and length(wrapped) > 0",
        lookup,
        wrapped,
        id
    )
    .execute(connection)
    .await?;
    if moved.rows_affected() == 0 { Err(Undone::Conflict) } else { Ok(()) }
}

pub(crate) async fn put_file(
    connection: &mut SqliteConnection,
    file: &FileRow,
) -> Result<(), sqlx::Error> {
    let (session, id) = (&file.session.0[..], &file.id[..]);
    let (object, length, chunks) = of_content(&file.content);
    sqlx::query!(
        "insert into files (session, id, wrapped, name, object, object_length)
         values (?, ?, ?, ?, ?, ?)",
        session,
        id,
        file.wrapped,
        file.name,
        object,
        length
    )
    .execute(&mut *connection)
    .await?;
    put_chunks(connection, file.session, &file.id, chunks).await
}

pub(crate) async fn put_chunks(
    connection: &mut SqliteConnection,
    session: SessionId,
    file: &[u8; 16],
    chunks: &[Vec<u8>],
) -> Result<(), sqlx::Error> {
    let (session, id) = (&session.0[..], &file[..]);
    for (number, sealed) in (0_i64..).zip(chunks) {
        sqlx::query!(
            "insert into file_chunks (session, file, number, sealed) values (?, ?, ?, ?)",
            session,
            id,
            number,
            sealed
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn delete_file(
    connection: &mut SqliteConnection,
    session: SessionId,
    file: &[u8; 16],
) -> Result<(), sqlx::Error> {
    let (session, id) = (&session.0[..], &file[..]);
    sqlx::query!("delete from files where session = ? and id = ?", session, id)
        .execute(connection)
        .await
        .map(|_| ())
}
