//! Work that one of several servers does. A folder has one server, and commands beside it.

use affiant_backend::{Claims, StorageError};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::recent::Recent;
use crate::sessions::Main;
use crate::write::{Undone, Work};

enum Change {
    Claim(String, [u8; 16], u32),
    GiveBack([u8; 16]),
}

#[async_trait]
impl Work for Change {
    /// It is about no session.
    fn tell(&self, _: &Recent, _: bool) {}

    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        let done = match self {
            Self::Claim(work, server, seconds) => {
                let server = &server[..];
                sqlx::query!(
                    "insert into claims (work, server, until) values (?, ?, unixepoch() + ?)
                     on conflict (work) do update
                     set server = excluded.server, until = excluded.until
                     where claims.server = excluded.server or claims.until <= unixepoch()",
                    work,
                    server,
                    seconds
                )
                .execute(db)
                .await?
            }
            Self::GiveBack(server) => {
                let server = &server[..];
                sqlx::query!("delete from claims where server = ?", server).execute(db).await?
            }
        };
        Ok(done.rows_affected())
    }
}

#[async_trait]
impl Claims for Main {
    async fn claim(
        &self,
        work: &str,
        server: [u8; 16],
        seconds: u32,
    ) -> Result<bool, StorageError> {
        let claim = Change::Claim(work.to_owned(), server, seconds);
        Ok(self.writer.write(claim).await? == 1)
    }

    async fn give_back(&self, server: [u8; 16]) -> Result<(), StorageError> {
        self.write(Change::GiveBack(server)).await
    }
}
