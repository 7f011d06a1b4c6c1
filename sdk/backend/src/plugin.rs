//! Packages of plugins, their secret settings, and what was seen of them.

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::StorageError;

/// A package that is installed; its bytes are asked for apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageRow {
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// Name of the plugin, as in `org.example.shouting`.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// When it was installed, in seconds of the Unix epoch.
    pub installed: i64,
    /// Number of the account of who installed it; -1 for the command line.
    pub by: i64,
}

/// A secret setting of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginSecretRow {
    /// The plugin.
    pub plugin: String,
    /// Name of the setting.
    pub name: String,
    /// Its value, sealed under the master key.
    pub sealed: Vec<u8>,
}

/// What was seen of a plugin on one day: how often, how many bytes. Nothing of it leads to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedRow {
    /// The plugin.
    pub plugin: String,
    /// The day, in days of the Unix epoch.
    pub day: i64,
    /// What: a host that was reached, a capability that was denied, a way to fail.
    pub what: String,
    /// How often.
    pub count: i64,
    /// Bytes that went out.
    pub sent: i64,
    /// Bytes that came in.
    pub received: i64,
}

/// Something that a plugin keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginValueRow {
    /// The plugin.
    pub plugin: String,
    /// Its store.
    pub store: String,
    /// The key.
    pub key: String,
    /// The value, sealed under the master key.
    pub sealed: Vec<u8>,
}

/// A change of what belongs to plugins.
#[derive(Clone, Debug)]
pub enum PluginChange {
    /// A package; conflict if it is installed already.
    PutPackage(PackageRow, Arc<[u8]>),
    /// Removes a package, by its digest.
    DeletePackage([u8; 32]),
    /// A secret setting, in place of what it was.
    PutPluginSecret(PluginSecretRow),
    /// Removes all secret settings of a plugin, and all that it keeps.
    DeletePluginSecrets(String),
    /// Something that a plugin keeps, in place of what it was.
    PutValue(PluginValueRow),
    /// Removes something that a plugin keeps: plugin, store and key.
    DeleteValue(String, String, String),
    /// Adds to what was seen.
    Observed(ObservedRow),
    /// Removes what was seen before a day, in days of the Unix epoch.
    ForgetObserved(i64),
}

/// Finds packages and what belongs to them. What adds or removes one is a
/// [`Change`](crate::Change).
#[async_trait]
pub trait PluginStore: Send + Sync {
    /// Numbers that change when something is installed, removed or decided about a plugin, and hold
    /// nothing of it: for looking often.
    async fn plugin_stamp(&self) -> Result<[i64; 6], StorageError>;

    /// All packages that are installed.
    async fn packages(&self) -> Result<Vec<PackageRow>, StorageError>;

    /// The bytes of a package.
    async fn package_bytes(&self, digest: [u8; 32]) -> Result<Option<Vec<u8>>, StorageError>;

    /// The secret settings of all plugins.
    async fn plugin_secrets(&self) -> Result<Vec<PluginSecretRow>, StorageError>;

    /// What all plugins keep.
    async fn plugin_values(&self) -> Result<Vec<PluginValueRow>, StorageError>;

    /// What was seen of all plugins from a day on, in days of the Unix epoch.
    async fn observed(&self, from: i64) -> Result<Vec<ObservedRow>, StorageError>;
}
