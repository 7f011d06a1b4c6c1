//! Mails that wait to be sent.

use affiant_backend::columns::{bytes, count, small};
use affiant_backend::{AccountId, Outbox, OutboxRow, StorageError};
use async_trait::async_trait;
use futures::future::try_join_all;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::recent::Recent;
use crate::sessions::Main;
use crate::write::{Leaves, Undone, Work};

/// Adds a mail inside of a transaction.
pub(crate) async fn put(db: &mut SqliteConnection, row: &OutboxRow) -> Result<(), sqlx::Error> {
    let id = &row.id[..];
    let account = row.account.as_ref().map(|it| &it.0[..]);
    sqlx::query!(
        "insert into outbox (id, account, sealed, attempts, next, expires)
         values (?, ?, ?, ?, ?, ?)",
        id,
        account,
        row.sealed,
        row.attempts,
        row.next,
        row.expires
    )
    .execute(db)
    .await
    .map(|_| ())
}

enum Change {
    /// For so many seconds.
    Claim([u8; 16], u32),
    PutOff([u8; 16], i64),
    Forget([u8; 16]),
}

#[async_trait]
impl Work for Change {
    /// It is about no session.
    fn tell(&self, _: &Recent, _: bool) {}

    fn leaves(&self) -> Leaves {
        match self {
            Self::Claim(..) | Self::PutOff(..) => Leaves::AtLeisure,
            Self::Forget(_) => Leaves::Soon,
        }
    }

    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        let done = match self {
            Self::Claim(id, seconds) => {
                let id = &id[..];
                sqlx::query!(
                    "update outbox set claimed = unixepoch() + ?
                     where id = ? and claimed <= unixepoch()",
                    seconds,
                    id
                )
                .execute(db)
                .await?
            }
            Self::PutOff(id, next) => {
                let id = &id[..];
                sqlx::query!(
                    "update outbox set attempts = attempts + 1, next = ?, claimed = 0 where id = ?",
                    next,
                    id
                )
                .execute(db)
                .await?
            }
            Self::Forget(id) => {
                let id = &id[..];
                sqlx::query!("delete from outbox where id = ?", id).execute(db).await?
            }
        };
        Ok(done.rows_affected())
    }
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
            "select id, account, sealed, attempts, next, expires from outbox
             where next <= ? and claimed <= unixepoch() order by next, id limit ?",
            now,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
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
        // Together, so that one flush of the disk is for all of them.
        let claims = due.iter().map(|it| self.writer.write(Change::Claim(it.id, seconds)));
        let claimed = try_join_all(claims).await?;
        Ok(due.into_iter().zip(claimed).filter(|(_, it)| *it == 1).map(|(row, _)| row).collect())
    }

    async fn put_off_mail(&self, id: [u8; 16], next: i64) -> Result<(), StorageError> {
        self.write(Change::PutOff(id, next)).await
    }

    async fn forget_mail(&self, id: [u8; 16]) -> Result<(), StorageError> {
        self.write(Change::Forget(id)).await
    }

    async fn waiting_mail(&self) -> Result<u64, StorageError> {
        let found =
            sqlx::query_scalar!("select count(*) from outbox").fetch_one(&self.readers).await;
        found.map(count).map_err(reading)
    }
}
