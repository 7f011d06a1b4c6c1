//! What retention asks and removes.

use std::sync::{Arc, Mutex, PoisonError};

use affiant_backend::columns::{bytes, count, small, subject};
use affiant_backend::{AccountId, IdleRow, SessionId, StorageError, Subject, Sweep, WatchRow};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::jobs;
use crate::sessions::Main;
use crate::write::{Leaves, Undone, Work};

/// Notes how often the owner of a session was warned.
pub(crate) async fn set_warned(
    db: &mut SqliteConnection,
    session: SessionId,
    times: u32,
) -> Result<(), sqlx::Error> {
    let id = &session.0[..];
    sqlx::query!("update sessions set warned = ? where id = ?", times, id).execute(db).await?;
    Ok(())
}

struct SetWatch(WatchRow);

#[async_trait]
impl Work for SetWatch {
    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        let WatchRow { last, not_before } = self.0;
        sqlx::query!(
            "insert or replace into watch (one, last, not_before) values (1, ?, ?)",
            last,
            not_before
        )
        .execute(db)
        .await?;
        Ok(0)
    }
}

/// How many rows of each table expired.
type Expired = Vec<(&'static str, u64)>;

struct Expire {
    now: i64,
    /// What the last run removed.
    removed: Arc<Mutex<Expired>>,
}

#[async_trait]
impl Work for Expire {
    fn leaves(&self) -> Leaves {
        Leaves::Soon
    }

    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        let now = self.now;
        let gone = [
            (
                "sign_ins",
                sqlx::query!(
                    "delete from sign_ins where min(idle_until, absolute_until) <= ?",
                    now
                )
                .execute(&mut *db)
                .await?,
            ),
            (
                "pending_sign_ins",
                sqlx::query!("delete from pending_sign_ins where expires <= ?", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "links",
                sqlx::query!("delete from links where expires <= ?", now).execute(&mut *db).await?,
            ),
            (
                "invitations",
                sqlx::query!("delete from invitations where expires <= ?", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "grants",
                sqlx::query!("delete from grants where expires <= ?", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "api_keys",
                sqlx::query!("delete from api_keys where expires <= ?", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "outbox",
                sqlx::query!("delete from outbox where expires <= ?", now)
                    .execute(&mut *db)
                    .await?,
            ),
        ];
        let gone = gone.map(|(table, it)| (table, it.rows_affected()));
        let jobs = jobs::expire(db, now).await?;
        *self.removed.lock().unwrap_or_else(PoisonError::into_inner) =
            gone.into_iter().chain([("jobs", jobs)]).collect();
        Ok(0)
    }
}

#[async_trait]
impl Sweep for Main {
    async fn interviews(&self) -> Result<Vec<String>, StorageError> {
        // The index gives the names without reading the sessions.
        sqlx::query_scalar!("select distinct interview from sessions order by interview")
            .fetch_all(&self.readers)
            .await
            .map_err(reading)
    }

    async fn idle(
        &self,
        interview: &str,
        owned: bool,
        before: i64,
        warned: u32,
        limit: u32,
    ) -> Result<Vec<IdleRow>, StorageError> {
        let rows = sqlx::query!(
            r#"select s.id, s.touched, s.warned,
                 (select account from grants where session = s.id and role = 'owner' limit 1)
                   as "owner?: Vec<u8>"
               from sessions s
               where s.interview = ? and s.touched < ? and s.warned < ?
                 and (length(s.wrapped) = 0) = ?
               order by s.touched
               limit ?"#,
            interview,
            before,
            warned,
            owned,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut idle = Vec::with_capacity(rows.len());
        for row in rows {
            idle.push(IdleRow {
                id: SessionId(bytes(row.id, "sessions")?),
                touched: row.touched,
                warned: small(row.warned, "sessions")?,
                owner: row.owner.map(|it| bytes(it, "grants").map(AccountId)).transpose()?,
            });
        }
        Ok(idle)
    }

    async fn count_sessions(&self, owned: bool) -> Result<u64, StorageError> {
        let found = sqlx::query_scalar!(
            "select count(*) from sessions where (length(wrapped) = 0) = ?",
            owned
        )
        .fetch_one(&self.readers)
        .await;
        found.map(count).map_err(reading)
    }

    async fn idle_accounts(
        &self,
        active: bool,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AccountId>, StorageError> {
        let status = if active { "active" } else { "unconfirmed" };
        let ids = sqlx::query_scalar!(
            "select id from accounts where status = ? and seen < ? order by seen limit ?",
            status,
            before,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        ids.into_iter().map(|it| bytes(it, "accounts").map(AccountId)).collect()
    }

    async fn subjects(
        &self,
        after: Option<Subject>,
        limit: u32,
    ) -> Result<Vec<Subject>, StorageError> {
        // Accounts come first. A smaller id than all stands for "from the beginning".
        let (accounts, sessions) = match &after {
            None => (Some(&[][..]), &[][..]),
            Some(Subject::Account(id)) => (Some(&id.0[..]), &[][..]),
            Some(Subject::Session(id)) => (None, &id.0[..]),
        };
        let rows = sqlx::query!(
            r#"select kind as "kind!: String", id as "id!: Vec<u8>" from (
                 select 'account' as kind, id from accounts where id > ?1
                 union all
                 select 'session' as kind, id from sessions where id > ?2
               )
               order by kind, id
               limit ?3"#,
            accounts,
            sessions,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        rows.into_iter().map(|it| subject(&it.kind, it.id, "sessions")).collect()
    }

    async fn expire(&self, now: i64, dry: bool) -> Result<Vec<(&'static str, u64)>, StorageError> {
        if dry {
            let row = sqlx::query!(
                "select
                   (select count(*) from sign_ins where min(idle_until, absolute_until) <= ?1)
                     as sign_ins,
                   (select count(*) from pending_sign_ins where expires <= ?1) as pending,
                   (select count(*) from links where expires <= ?1) as links,
                   (select count(*) from invitations where expires <= ?1) as invitations,
                   (select count(*) from grants where expires <= ?1) as grants,
                   (select count(*) from api_keys where expires <= ?1) as api_keys,
                   (select count(*) from outbox where expires <= ?1) as outbox,
                   (select count(*) from jobs where expires <= ?1 and length(sealed) > 0) as jobs",
                now
            )
            .fetch_one(&self.readers)
            .await
            .map_err(reading)?;
            return Ok(vec![
                ("sign_ins", count(row.sign_ins)),
                ("pending_sign_ins", count(row.pending)),
                ("links", count(row.links)),
                ("invitations", count(row.invitations)),
                ("grants", count(row.grants)),
                ("api_keys", count(row.api_keys)),
                ("outbox", count(row.outbox)),
                ("jobs", count(row.jobs)),
            ]);
        }
        let removed = Arc::new(Mutex::new(Vec::new()));
        self.write(Expire { now, removed: Arc::clone(&removed) }).await?;
        let gone = removed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(gone)
    }

    async fn expired_locked(
        &self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(AccountId, u32)>, StorageError> {
        let rows = sqlx::query!(
            r#"select account, key_epoch as "key_epoch!: i64"
               from locked_keys where until <= ? order by until limit ?"#,
            now,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut expired = Vec::with_capacity(rows.len());
        for row in rows {
            let account = AccountId(bytes(row.account, "locked_keys")?);
            expired.push((account, small(row.key_epoch, "locked_keys")?));
        }
        Ok(expired)
    }

    async fn watch(&self) -> Result<Option<WatchRow>, StorageError> {
        sqlx::query_as!(WatchRow, "select last, not_before from watch")
            .fetch_optional(&self.readers)
            .await
            .map_err(reading)
    }

    async fn set_watch(&self, row: WatchRow) -> Result<(), StorageError> {
        self.write(SetWatch(row)).await
    }
}
