//! What other servers change: told by the database when it is committed.

use affiant_backend::{Listener, News, Stamp, StorageError, Topic};
use async_trait::async_trait;
use sqlx::postgres::PgListener;

use crate::error::storage;
use crate::presence::attend_again;
use crate::sessions::Main;

/// One connection, which does nothing else.
struct Heard(PgListener);

#[async_trait]
impl Listener for Heard {
    async fn next(&mut self) -> Result<Topic, StorageError> {
        loop {
            let told = self.0.try_recv().await.map_err(storage)?;
            let Some(told) = told else {
                return Err(StorageError::Unavailable("the listening connection was lost".into()));
            };
            // A newer version may tell of more.
            if let Some(topic) = Topic::from_word(told.payload()) {
                return Ok(topic);
            }
        }
    }
}

#[async_trait]
impl News for Main {
    async fn stamp(&self) -> Result<Stamp, StorageError> {
        let it = sqlx::query!(
            r#"select
                 (select count(*) from switches) as "decisions!: i64",
                 (select coalesce(max(id), 0) from switches) as "newest!: i64",
                 (select coalesce(sum(effective), 0)::bigint from switches) as "effective!: i64",
                 (select coalesce(sum(cancelled), 0)::bigint from switches) as "cancelled!: i64",
                 count(*) as "networks!: i64",
                 coalesce(sum(since), 0)::bigint as "since!: i64",
                 coalesce(sum(until), 0)::bigint as "until!: i64",
                 count(*) filter (where allowed) as "allowed!: i64"
               from networks"#
        )
        .fetch_one(&self.pool)
        .await
        .map_err(storage)?;
        Ok(Stamp {
            decisions: [it.decisions, it.newest, it.effective, it.cancelled],
            networks: [it.networks, it.since, it.until, it.allowed],
        })
    }

    async fn listen(&self) -> Result<Option<Box<dyn Listener>>, StorageError> {
        let schema = sqlx::query_scalar!(r#"select current_schema()::text as "schema!""#)
            .fetch_one(&self.pool)
            .await
            .map_err(storage)?;
        let mut listener = PgListener::connect_with(&self.pool).await.map_err(storage)?;
        // Who listens again has to look first: what was told meanwhile is lost.
        listener.eager_reconnect(false);
        attend_again(&mut listener).await.map_err(storage)?;
        listener.listen(&format!("affiant/{schema}")).await.map_err(storage)?;
        Ok(Some(Box::new(Heard(listener))))
    }
}
