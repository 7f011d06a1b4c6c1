//! What plugins keep, and where.

use affiant_engine::Notebook;
use affiant_guest::Value;
use affiant_manifest::{Declaration, SubjectKey};
use affiant_plugins::Why;

use crate::components::World;

/// Most bytes of a value.
const LARGEST: usize = 64 << 10;

/// Longest key, in bytes.
const LONGEST: usize = 256;

/// Whom a store is about; `None` if the manifest names no such store.
pub(crate) fn subject(declaration: &Declaration<'_>, store: &str) -> Option<SubjectKey> {
    let mut stores = declaration.server_storage.iter();
    stores.find(|it| it.id.value.as_str() == store).map(|it| it.subject_key)
}

/// Where a store is kept.
pub(crate) enum Place<'a> {
    /// With the server: what is about nobody.
    World(&'a dyn World),
    /// With a session, under its keys: what is about it.
    Notebook(&'a Notebook),
}

impl Place<'_> {
    pub(crate) fn get(&self, plugin: &str, store: &str, key: &str) -> Option<Vec<u8>> {
        match self {
            Self::World(it) => it.kept(plugin, store, key),
            Self::Notebook(it) => it.get(plugin, store, key),
        }
    }

    /// Keeps a value; false when the plugin keeps too much.
    pub(crate) fn put(&self, plugin: &str, store: &str, key: &str, value: Vec<u8>) -> bool {
        match self {
            Self::World(it) => it.keep(plugin, store, key, Some(value)),
            Self::Notebook(it) => it.put(plugin, store, key, value),
        }
    }

    pub(crate) fn remove(&self, plugin: &str, store: &str, key: &str) {
        match self {
            Self::World(it) => drop(it.keep(plugin, store, key, None)),
            Self::Notebook(it) => it.remove(plugin, store, key),
        }
    }

    pub(crate) fn keys(
        &self,
        plugin: &str,
        store: &str,
        prefix: &str,
        after: &str,
        most: usize,
    ) -> Vec<String> {
        match self {
            Self::World(it) => it.keys(plugin, store, prefix, after, most),
            Self::Notebook(it) => it.keys(plugin, store, prefix, after, most),
        }
    }
}

/// A value as it is stored.
pub(crate) fn stored(key: &str, value: &Value) -> Result<Vec<u8>, Why> {
    let bytes = postcard::to_stdvec(value).map_err(|_| Why::OverLimit)?;
    if bytes.len() > LARGEST || key.len() > LONGEST {
        return Err(Why::OverLimit);
    }
    Ok(bytes)
}

/// A stored value; nothing for what this version cannot read.
pub(crate) fn read(bytes: &[u8]) -> Option<Value> {
    postcard::from_bytes(bytes).ok()
}
