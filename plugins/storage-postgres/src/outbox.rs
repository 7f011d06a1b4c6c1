//! Mails that wait to be sent.

use affiant_backend::columns::{bytes, count, small};
use affiant_backend::{AccountId, Outbox, OutboxRow, StorageError};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::sessions::Main;

/// Adds a mail inside of a transaction.
pub(crate) async fn put(db: &mut PgConnection, row: &OutboxRow) -> Result<(), sqlx::Error> {
    let id = &row.id[..];
    let account = row.account.as_ref().map(|it| &it.0[..]);
    sqlx::query!(
        "insert into outbox (id, account, sealed, attempts, next, expires)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        account,
        row.sealed,
        i64::from(row.attempts),
        row.next,
        row.expires
    )
    .execute(db)
    .await
    .map(|_| ())
}

#[async_trait]
impl Outbox for Main {
    async fn claim_mail(
        &self,
        now: i64,
        seconds: u32,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StorageError> {
        let rows = sqlx::query!(
            "update outbox
             set claimed = extract(epoch from clock_timestamp())::bigint + $2::bigint
             where id in (
                 select id from outbox
                 where next <= $1 and claimed <= extract(epoch from clock_timestamp())::bigint
                 order by next, id limit $3
                 for update skip locked)
             returning id, account, sealed, attempts, next, expires",
            now,
            i64::from(seconds),
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        let mut due = Vec::with_capacity(rows.len());
        for row in rows {
            due.push(OutboxRow {
                id: bytes(row.id, "outbox")?,
                account: row.account.map(|it| bytes(it, "outbox").map(AccountId)).transpose()?,
                sealed: row.sealed,
                attempts: small(row.attempts, "outbox")?,
                next: row.next,
                expires: row.expires,
            });
        }
        // Rows come back in whatever order they were claimed.
        due.sort_unstable_by_key(|it| (it.next, it.id));
        Ok(due)
    }

    async fn put_off_mail(&self, id: [u8; 16], next: i64) -> Result<(), StorageError> {
        sqlx::query!(
            "update outbox set attempts = attempts + 1, next = $1, claimed = 0 where id = $2",
            next,
            &id[..]
        )
        .execute(&self.pool)
        .await
        .map(|_| ())
        .map_err(storage)
    }

    async fn forget_mail(&self, id: [u8; 16]) -> Result<(), StorageError> {
        sqlx::query!("delete from outbox where id = $1", &id[..])
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(storage)
    }

    async fn waiting_mail(&self) -> Result<u64, StorageError> {
        let found = sqlx::query_scalar!(r#"select count(*) as "count!" from outbox"#)
            .fetch_one(&self.pool)
            .await;
        found.map(count).map_err(storage)
    }
}
