//! The administrator's switches.

use affiant_backend::{StorageError, SwitchRow, Switches};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::sessions::Main;
use crate::write::{Undone, Work};

enum Change {
    Decide(SwitchRow),
    Agree { id: i64, second: i64, effective: i64 },
    Cancel { id: i64, at: i64 },
}

#[async_trait]
impl Work for Change {
    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        let done = match self {
            Self::Decide(row) => {
                let added = sqlx::query!(
                    "insert into switches
                       (name, value, reason, by, second, asked, effective, cancelled)
                     values (?, ?, ?, ?, ?, ?, ?, ?)",
                    row.name,
                    row.value,
                    row.reason,
                    row.by,
                    row.second,
                    row.asked,
                    row.effective,
                    row.cancelled
                )
                .execute(db)
                .await?;
                // Numbers are given from 1 on.
                return Ok(added.last_insert_rowid().try_into().unwrap_or(0));
            }
            Self::Agree { id, second, effective } => {
                sqlx::query!(
                    "update switches set second = ?1, effective = ?2
                     where id = ?3 and second is null and cancelled is null and by <> ?1",
                    second,
                    effective,
                    id
                )
                .execute(db)
                .await?
            }
            Self::Cancel { id, at } => {
                sqlx::query!(
                    "update switches set cancelled = ?1
                     where id = ?2 and cancelled is null and effective > ?1",
                    at,
                    id
                )
                .execute(db)
                .await?
            }
        };
        if done.rows_affected() == 0 { Err(Undone::Conflict) } else { Ok(0) }
    }
}

#[async_trait]
impl Switches for Main {
    async fn decide_switch(&self, row: SwitchRow) -> Result<u64, StorageError> {
        self.writer.write(Change::Decide(row)).await
    }

    async fn agree_switch(&self, id: i64, second: i64, effective: i64) -> Result<(), StorageError> {
        self.write(Change::Agree { id, second, effective }).await
    }

    async fn cancel_switch(&self, id: i64, at: i64) -> Result<(), StorageError> {
        self.write(Change::Cancel { id, at }).await
    }

    async fn switches(&self) -> Result<Vec<SwitchRow>, StorageError> {
        sqlx::query_as!(
            SwitchRow,
            "select id, name, value, reason, by, second, asked, effective, cancelled
             from switches order by id"
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)
    }
}
