//! What retention asks and removes.

use affiant_backend::columns::{bytes, count, small, subject};
use affiant_backend::{AccountId, IdleRow, SessionId, StorageError, Subject, Sweep, WatchRow};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::jobs;
use crate::sessions::Main;
use crate::write::{Undone, Work};

/// Notes how often the owner of a session was warned.
pub(crate) async fn set_warned(
    db: &mut PgConnection,
    session: SessionId,
    times: u32,
) -> Result<(), sqlx::Error> {
    let id = &session.0[..];
    sqlx::query!("update sessions set warned = $1 where id = $2", i64::from(times), id)
        .execute(db)
        .await?;
    Ok(())
}

/// How many rows of each table expired.
type Expired = Vec<(&'static str, u64)>;

/// Removes what expired by a moment.
struct Expire(i64);

#[async_trait]
impl Work for Expire {
    type Done = Expired;

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<Expired, Undone> {
        let now = self.0;
        let gone = [
            (
                "sign_ins",
                sqlx::query!(
                    "delete from sign_ins where least(idle_until, absolute_until) <= $1",
                    now
                )
                .execute(&mut *db)
                .await?,
            ),
            (
                "pending_sign_ins",
                sqlx::query!("delete from pending_sign_ins where expires <= $1", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "links",
                sqlx::query!("delete from links where expires <= $1", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "invitations",
                sqlx::query!("delete from invitations where expires <= $1", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "grants",
                sqlx::query!("delete from grants where expires <= $1", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "api_keys",
                sqlx::query!("delete from api_keys where expires <= $1", now)
                    .execute(&mut *db)
                    .await?,
            ),
            (
                "outbox",
                sqlx::query!("delete from outbox where expires <= $1", now)
                    .execute(&mut *db)
                    .await?,
            ),
        ];
        let gone = gone.map(|(table, it)| (table, it.rows_affected()));
        let jobs = jobs::expire(db, now).await?;
        Ok(gone.into_iter().chain([("jobs", jobs)]).collect())
    }
}

#[async_trait]
impl Sweep for Main {
    async fn interviews(&self) -> Result<Vec<String>, StorageError> {
        // The index gives the names without reading the sessions.
        sqlx::query_scalar!("select distinct interview from sessions order by interview")
            .fetch_all(&self.pool)
            .await
            .map_err(storage)
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
               where s.interview = $1 and s.touched < $2 and s.warned < $3
                 and (length(s.wrapped) = 0) = $4
               order by s.touched
               limit $5"#,
            interview,
            before,
            i64::from(warned),
            owned,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
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
            r#"select count(*) as "count!" from sessions where (length(wrapped) = 0) = $1"#,
            owned
        )
        .fetch_one(&self.pool)
        .await;
        found.map(count).map_err(storage)
    }

    async fn idle_accounts(
        &self,
        active: bool,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AccountId>, StorageError> {
        let status = if active { "active" } else { "unconfirmed" };
        let ids = sqlx::query_scalar!(
            "select id from accounts where status = $1 and seen < $2 order by seen limit $3",
            status,
            before,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
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
                 select 'account' as kind, id from accounts where id > $1
                 union all
                 select 'session' as kind, id from sessions where id > $2
               ) as it
               order by kind, id
               limit $3"#,
            accounts,
            sessions,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        rows.into_iter().map(|it| subject(&it.kind, it.id, "sessions")).collect()
    }

    async fn expire(&self, now: i64, dry: bool) -> Result<Vec<(&'static str, u64)>, StorageError> {
        if dry {
            let row = sqlx::query!(
                r#"select
                   (select count(*) from sign_ins where least(idle_until, absolute_until) <= $1)
                     as "sign_ins!",
                   (select count(*) from pending_sign_ins where expires <= $1) as "pending!",
                   (select count(*) from links where expires <= $1) as "links!",
                   (select count(*) from invitations where expires <= $1) as "invitations!",
                   (select count(*) from grants where expires <= $1) as "grants!",
                   (select count(*) from api_keys where expires <= $1) as "api_keys!",
                   (select count(*) from outbox where expires <= $1) as "outbox!",
                   (select count(*) from jobs where expires <= $1 and length(sealed) > 0)
                     as "jobs!""#,
                now
            )
            .fetch_one(&self.pool)
            .await
            .map_err(storage)?;
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
        self.write(Expire(now)).await
    }

    async fn expired_locked(
        &self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(AccountId, u32)>, StorageError> {
        let rows = sqlx::query!(
            r#"select account, key_epoch as "key_epoch!: i64"
               from locked_keys where until <= $1 order by until limit $2"#,
            now,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        let mut expired = Vec::with_capacity(rows.len());
        for row in rows {
            let account = AccountId(bytes(row.account, "locked_keys")?);
            expired.push((account, small(row.key_epoch, "locked_keys")?));
        }
        Ok(expired)
    }

    async fn watch(&self) -> Result<Option<WatchRow>, StorageError> {
        sqlx::query_as!(WatchRow, "select last, not_before from watch")
            .fetch_optional(&self.pool)
            .await
            .map_err(storage)
    }

    async fn set_watch(&self, row: WatchRow) -> Result<(), StorageError> {
        sqlx::query!(
            "insert into watch (one, last, not_before) values (1, $1, $2)
             on conflict (one) do update set
               last = excluded.last, not_before = excluded.not_before",
            row.last,
            row.not_before
        )
        .execute(&self.pool)
        .await
        .map(|_| ())
        .map_err(storage)
    }
}
