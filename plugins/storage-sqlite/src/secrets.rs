//! The keyring.

use affiant_backend::{Keyring, SessionId, StorageError};
use async_trait::async_trait;
use sqlx::{Row as _, SqlitePool};

use crate::error::{corrupt, storage};
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
        let row = sqlx::query("select secret from secrets where session = ?")
            .bind(&session.0[..])
            .fetch_optional(&self.readers)
            .await
            .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let secret: Vec<u8> = row.try_get(0).map_err(|_| corrupt("secrets"))?;
        secret.try_into().map(Some).map_err(|_| corrupt("secrets"))
    }

    async fn delete(&self, session: SessionId) -> Result<(), StorageError> {
        self.writer.write(Write::DeleteSecret(session)).await.map(|_| ())
    }
}
