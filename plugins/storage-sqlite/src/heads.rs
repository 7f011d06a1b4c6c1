//! How far sessions have come, in the keyring.

use affiant_backend::columns::{NotedColumns, signed};
use affiant_backend::{Heads, NotedRow, SessionId, StorageError};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::secrets::Secrets;
use crate::write::{Undone, Work};

enum Change {
    Note(Vec<(SessionId, u64)>),
    Accept(SessionId, u64),
    Tell(SessionId, u64),
}

#[async_trait]
impl Work for Change {
    /// Gives how many rows it changed.
    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        match self {
            Self::Note(sessions) => {
                for (session, revision) in sessions {
                    note(db, *session, *revision).await?;
                }
                Ok(0)
            }
            Self::Accept(session, older) => {
                let (session, older) = (&session.0[..], signed(*older));
                let accepted =
                    sqlx::query!("update heads set accepted = ? where session = ?", older, session);
                Ok(accepted.execute(db).await?.rows_affected())
            }
            Self::Tell(session, older) => {
                let (session, older) = (&session.0[..], signed(*older));
                let told = sqlx::query!(
                    "update heads set told = ?1 where session = ?2 and told is not ?1",
                    older,
                    session
                );
                Ok(told.execute(db).await?.rows_affected())
            }
        }
    }
}

async fn note(
    db: &mut SqliteConnection,
    session: SessionId,
    revision: u64,
) -> Result<(), sqlx::Error> {
    let (session, revision) = (&session.0[..], signed(revision));
    sqlx::query!(
        "insert into heads (session, revision)
         select ?1, ?2 where exists (select 1 from wrapped where kind = 'session' and id = ?1)
         on conflict (session) do update
           set revision = excluded.revision, accepted = null, told = null
           where excluded.revision > heads.revision",
        session,
        revision
    )
    .execute(db)
    .await
    .map(|_| ())
}

#[async_trait]
impl Heads for Secrets {
    async fn find_session(
        &self,
        session: SessionId,
        epoch: u32,
    ) -> Result<Option<(Vec<u8>, Option<NotedRow>)>, StorageError> {
        let id = &session.0[..];
        let row = sqlx::query!(
            r#"select w.secret, h.revision as "revision?: i64", h.accepted as "accepted?: i64",
                 h.told as "told?: i64"
               from wrapped w left join heads h on h.session = w.id
               where w.kind = 'session' and w.id = ? and w.epoch = ?"#,
            id,
            epoch
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?;
        let Some(row) = row else { return Ok(None) };
        let (accepted, told) = (row.accepted, row.told);
        let noted = |revision| NotedColumns { session: id.to_vec(), revision, accepted, told };
        let noted = row.revision.map(noted).map(NotedRow::try_from).transpose()?;
        Ok(Some((row.secret, noted)))
    }

    async fn note(&self, sessions: Vec<(SessionId, u64)>) -> Result<(), StorageError> {
        self.write(Change::Note(sessions)).await
    }

    async fn accept(&self, session: SessionId, older: u64) -> Result<(), StorageError> {
        self.write(Change::Accept(session, older)).await
    }

    async fn tell(&self, session: SessionId, older: u64) -> Result<bool, StorageError> {
        Ok(self.writer.write(Change::Tell(session, older)).await? > 0)
    }

    async fn noted(
        &self,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<NotedRow>, StorageError> {
        // Nothing is smaller than no bytes at all.
        let after = after.as_ref().map_or(&[][..], |it| &it.0[..]);
        sqlx::query_as!(
            NotedColumns,
            "select session, revision, accepted, told from heads
             where session > ? order by session limit ?",
            after,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(NotedRow::try_from)
        .collect()
    }
}
