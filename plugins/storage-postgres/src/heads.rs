//! How far sessions have come, in the keyring.

use affiant_backend::columns::{NotedColumns, signed};
use affiant_backend::{Heads, NotedRow, SessionId, StorageError};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::secrets::Secrets;
use crate::write::{Undone, Work, transact};

/// Notes how far sessions have come.
struct Note(Vec<(SessionId, u64)>);

#[async_trait]
impl Work for Note {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        let ids: Vec<Vec<u8>> = self.0.iter().map(|(session, _)| session.0.to_vec()).collect();
        // Whoever deletes a secret waits until this is committed, and deletes the note then.
        let there = sqlx::query_scalar!(
            "select id from wrapped where kind = 'session' and id = any($1)
             order by id, epoch for share",
            &ids
        )
        .fetch_all(&mut *db)
        .await?;
        for (session, revision) in &self.0 {
            if there.binary_search_by(|it| it[..].cmp(&session.0)).is_ok() {
                note(db, *session, *revision).await?;
            }
        }
        Ok(())
    }
}

async fn note(db: &mut PgConnection, session: SessionId, revision: u64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into heads (session, revision) values ($1, $2)
         on conflict (session) do update
           set revision = excluded.revision, accepted = null, told = null
           where excluded.revision > heads.revision",
        &session.0[..],
        signed(revision)
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
               where w.kind = 'session' and w.id = $1 and w.epoch = $2"#,
            id,
            i64::from(epoch)
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let (accepted, told) = (row.accepted, row.told);
        let noted = |revision| NotedColumns { session: id.to_vec(), revision, accepted, told };
        let noted = row.revision.map(noted).map(NotedRow::try_from).transpose()?;
        Ok(Some((row.secret, noted)))
    }

    async fn note(&self, mut sessions: Vec<(SessionId, u64)>) -> Result<(), StorageError> {
        // In one order everywhere, so that no two servers wait for each other.
        sessions.sort_unstable();
        transact(&self.pool, Note(sessions)).await
    }

    async fn accept(&self, session: SessionId, older: u64) -> Result<(), StorageError> {
        sqlx::query!(
            "update heads set accepted = $1 where session = $2",
            signed(older),
            &session.0[..]
        )
        .execute(&self.pool)
        .await
        .map(|_| ())
        .map_err(storage)
    }

    async fn tell(&self, session: SessionId, older: u64) -> Result<bool, StorageError> {
        let told = sqlx::query!(
            "update heads set told = $1 where session = $2 and told is distinct from $1",
            signed(older),
            &session.0[..]
        );
        let told = told.execute(&self.pool).await.map_err(storage)?;
        Ok(told.rows_affected() > 0)
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
             where session > $1 order by session limit $2",
            after,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(NotedRow::try_from)
        .collect()
    }
}
