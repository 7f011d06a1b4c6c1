//! Reading API keys.

use affiant_backend::{AccountId, ApiKeyRow, ApiKeyStore, Lookup, StorageError};
use async_trait::async_trait;

use crate::columns::{bytes, small, words};
use crate::error::reading;
use crate::sessions::Main;

struct ApiKeyColumns {
    id: Vec<u8>,
    account: Vec<u8>,
    hash: Vec<u8>,
    name: Vec<u8>,
    scopes: String,
    networks: String,
    key_epoch: i64,
    wrap: Option<Vec<u8>>,
    created: i64,
    expires: i64,
    used: Option<i64>,
}

impl TryFrom<ApiKeyColumns> for ApiKeyRow {
    type Error = StorageError;

    fn try_from(columns: ApiKeyColumns) -> Result<Self, StorageError> {
        let table = "api_keys";
        Ok(Self {
            id: bytes(columns.id, table)?,
            account: AccountId(bytes(columns.account, table)?),
            hash: Lookup(bytes(columns.hash, table)?),
            name: columns.name,
            scopes: words(&columns.scopes),
            networks: words(&columns.networks),
            key_epoch: small(columns.key_epoch, table)?,
            wrap: columns.wrap,
            created: columns.created,
            expires: columns.expires,
            used: columns.used,
        })
    }
}

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
