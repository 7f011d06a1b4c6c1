//! Reading API keys.

use affiant_backend::columns::ApiKeyColumns;
use affiant_backend::{AccountId, ApiKeyRow, ApiKeyStore, StorageError};
use async_trait::async_trait;

use crate::error::reading;
use crate::sessions::Main;

#[async_trait]
impl ApiKeyStore for Main {
    async fn api_key(&self, id: [u8; 16]) -> Result<Option<ApiKeyRow>, StorageError> {
        let id = &id[..];
        sqlx::query_as!(
            ApiKeyColumns,
            "select id, account, hash, name, scopes, networks, key_epoch, wrap, created, expires,
               used
             from api_keys where id = ?",
            id
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(ApiKeyRow::try_from)
        .transpose()
    }

    async fn api_keys(&self, account: AccountId) -> Result<Vec<ApiKeyRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            ApiKeyColumns,
            "select id, account, hash, name, scopes, networks, key_epoch, wrap, created, expires,
               used
             from api_keys where account = ? order by created desc, id",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(ApiKeyRow::try_from)
        .collect()
    }
}
