//! The administrator's switches.

use affiant_backend::{Change, StorageError, SwitchRow, Switches};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::sessions::Main;
use crate::write::Undone;

/// Does a change of the switches; other changes are not for here.
pub(crate) async fn apply(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    let done = match change {
        Change::DecideSwitch(row) => {
            sqlx::query!(
                "insert into switches
                   (name, value, reason, by, second, asked, effective, cancelled)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
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
            .await?
        }
        Change::AgreeSwitch { id, second, effective } => {
            sqlx::query!(
                "update switches set second = $1, effective = $2
                 where id = $3 and second is null and cancelled is null and by <> $1
                   and effective > $2",
                second,
                effective,
                id
            )
            .execute(db)
            .await?
        }
        Change::CancelSwitch { id, at } => {
            sqlx::query!(
                "update switches set cancelled = $1
                 where id = $2 and cancelled is null and effective > $1",
                at,
                id
            )
            .execute(db)
            .await?
        }
        _ => return Ok(()),
    };
    if done.rows_affected() == 0 { Err(Undone::Conflict) } else { Ok(()) }
}

#[async_trait]
impl Switches for Main {
    async fn switches(&self) -> Result<Vec<SwitchRow>, StorageError> {
        sqlx::query_as!(
            SwitchRow,
            "select id, name, value, reason, by, second, asked, effective, cancelled
             from switches order by id"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)
    }
}
