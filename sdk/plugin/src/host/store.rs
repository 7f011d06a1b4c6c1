//! Values that the host keeps for the plugin: capability `kv.private`.
//!
//! A store is one that the manifest lists as `[[server_storage]]`. What is in it is exported and
//! erased by the host, which does not ask the plugin.

use crate::failure::Denied;
use crate::value::{IntoValue, Value, from_wire, to_wire};
use crate::wire::host::affiant::host::store as wit;

/// What is kept under a key.
pub fn get(store: &str, key: &str) -> Result<Option<Value>, Denied> {
    Ok(wit::get(store, key)?.map(from_wire))
}

/// Keeps a value under a key, in place of what was there.
pub fn set(store: &str, key: &str, value: impl IntoValue) -> Result<(), Denied> {
    Ok(wit::set(store, key, &to_wire(value.into_value()))?)
}

/// Drops what is kept under a key.
pub fn remove(store: &str, key: &str) -> Result<(), Denied> {
    Ok(wit::remove(store, key)?)
}

/// At most `most` keys that begin with `prefix` and come behind `after`, in their order.
pub fn keys(store: &str, prefix: &str, after: &str, most: u32) -> Result<Vec<String>, Denied> {
    Ok(wit::keys(store, prefix, after, most)?)
}
