//! Work that one of several servers does.

use affiant_backend::{Claims, StorageError};
use async_trait::async_trait;

use crate::error::storage;
use crate::sessions::Main;

#[async_trait]
impl Claims for Main {
    async fn claim(
        &self,
        work: &str,
        server: [u8; 16],
        seconds: u32,
    ) -> Result<bool, StorageError> {
        // The clock is asked behind the lock of the row: who waited for it sees how late it is.
        let done = sqlx::query!(
            "insert into claims (work, server, until)
             values ($1, $2, extract(epoch from clock_timestamp())::bigint + $3::bigint)
             on conflict (work) do update
             set server = excluded.server,
                 until = extract(epoch from clock_timestamp())::bigint + $3::bigint
             where claims.server = excluded.server
                or claims.until <= extract(epoch from clock_timestamp())::bigint",
            work,
            &server[..],
            i64::from(seconds)
        )
        .execute(&self.pool)
        .await
        .map_err(storage)?;
        Ok(done.rows_affected() == 1)
    }

    async fn give_back(&self, server: [u8; 16]) -> Result<(), StorageError> {
        sqlx::query!("delete from claims where server = $1", &server[..])
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(storage)
    }
}
