//! The keyring.

use affiant_backend::{Keyring, SessionId, StorageError};
use async_trait::async_trait;
use sqlx::SqlitePool;

use crate::columns::bytes;
use crate::error::reading;
use crate::write::Write;
use crate::writer::Writer;

/// The keyring in a database file of its own.
#[derive(Clone, Debug)]
pub struct Secrets {
    writer: Writer,
    readers: SqlitePool,
    deployment: [u8; 16],
}

impl Secrets {
    pub(crate) fn new(writer: Writer, readers: SqlitePool, deployment: [u8; 16]) -> Self {
        Self { writer, readers, deployment }
    }

    pub(crate) async fn close(&self) -> Result<(), StorageError> {
        self.readers.close().await;
        self.writer.close().await
    }
}

/// The name that the keyring got when it was made.
pub(crate) async fn deployment(readers: &SqlitePool) -> Result<[u8; 16], StorageError> {
    let id = sqlx::query_scalar!("select id from deployment").fetch_one(readers).await;
    bytes(id.map_err(reading)?, "deployment")
}

#[async_trait]
impl Keyring for Secrets {
    fn deployment(&self) -> [u8; 16] {
        self.deployment
    }

    async fn put(&self, session: SessionId, secret: [u8; 32]) -> Result<(), StorageError> {
        self.writer.write(Write::PutSecret(session, secret)).await.map(|_| ())
    }

    async fn find(&self, session: SessionId) -> Result<Option<[u8; 32]>, StorageError> {
        let id = &session.0[..];
        let secret = sqlx::query_scalar!("select secret from secrets where session = ?", id)
            .fetch_optional(&self.readers)
            .await
            .map_err(reading)?;
        secret.map(|it| bytes(it, "secrets")).transpose()
    }

    async fn delete(&self, session: SessionId) -> Result<(), StorageError> {
        self.writer.write(Write::DeleteSecret(session)).await.map(|_| ())
    }
}
