//! API keys.

use async_trait::async_trait;

use crate::account::AccountId;
use crate::error::StorageError;
use crate::rows::Lookup;

/// An API key as it is stored: a hash of it, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Names it, also inside of the key; random.
    pub id: [u8; 16],
    /// Whose.
    pub account: AccountId,
    /// Hash of the key's secret.
    pub hash: Lookup,
    /// What the person calls it, sealed under the user key.
    pub name: Vec<u8>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// From where, in CIDR notation; from everywhere if empty.
    pub networks: Vec<String>,
    /// Which of the account's user keys it unlocks.
    pub key_epoch: u32,
    /// The user key, sealed under the key's secret, if a scope needs it.
    pub wrap: Option<Vec<u8>>,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it ends, in seconds of the Unix epoch.
    pub expires: i64,
    /// When it was last used, in seconds of the Unix epoch, cut to the day.
    pub used: Option<i64>,
}

/// Finds API keys. Those that expired are returned too, until they are swept.
#[async_trait]
pub trait ApiKeyStore: Send + Sync {
    /// The key of an id.
    async fn api_key(&self, id: [u8; 16]) -> Result<Option<ApiKeyRow>, StorageError>;

    /// All keys of an account, newest first.
    async fn api_keys(&self, account: AccountId) -> Result<Vec<ApiKeyRow>, StorageError>;
}
