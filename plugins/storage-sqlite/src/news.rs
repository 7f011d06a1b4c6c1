//! What commands change beside the server: found by looking.

use affiant_backend::{Listener, News, Stamp, StorageError};
use async_trait::async_trait;

use crate::error::reading;
use crate::sessions::Main;

#[async_trait]
impl News for Main {
    async fn stamp(&self) -> Result<Stamp, StorageError> {
        let it = sqlx::query!(
            r#"select
                 (select count(*) from switches) as "decisions!: i64",
                 (select coalesce(max(id), 0) from switches) as "newest!: i64",
                 (select coalesce(sum(effective), 0) from switches) as "effective!: i64",
                 (select coalesce(sum(cancelled), 0) from switches) as "cancelled!: i64",
                 count(*) as "networks!: i64",
                 coalesce(sum(since), 0) as "since!: i64",
                 coalesce(sum(until), 0) as "until!: i64",
                 coalesce(sum(allowed), 0) as "allowed!: i64"
               from networks"#
        )
        .fetch_one(&self.readers)
        .await
        .map_err(reading)?;
        Ok(Stamp {
            decisions: [it.decisions, it.newest, it.effective, it.cancelled],
            networks: [it.networks, it.since, it.until, it.allowed],
        })
    }

    async fn listen(&self) -> Result<Option<Box<dyn Listener>>, StorageError> {
        Ok(None)
    }
}
