//! The interviews that are served.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use affiant_diagnostic::{Diagnostic, Sources};
use affiant_runtime::{Loaded, Loading};

/// One interview of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The last version without errors, if there was one.
    pub loaded: Option<Arc<Loaded>>,
    /// What is wrong with the version on the disk.
    pub diagnostics: Arc<Vec<Diagnostic>>,
    /// The texts that the diagnostics point into.
    pub sources: Arc<Sources>,
}

/// The interviews by name. A broken version does not take the last good one away.
#[derive(Debug, Default)]
pub struct Catalogue {
    entries: RwLock<BTreeMap<String, Entry>>,
}

impl Catalogue {
    /// Puts a freshly loaded interview in place of an earlier version.
    pub fn put(&self, name: &str, loading: Loading) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let earlier = entries.get(name).and_then(|it| it.loaded.clone());
        let entry = Entry {
            loaded: loading.loaded.map(Arc::new).or(earlier),
            diagnostics: Arc::new(loading.diagnostics),
            sources: Arc::new(loading.sources),
        };
        entries.insert(name.to_owned(), entry);
    }

    /// Takes an interview away.
    pub fn remove(&self, name: &str) {
        self.entries.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// The interview of this name.
    pub fn get(&self, name: &str) -> Option<Entry> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// All interviews, by name.
    pub fn all(&self) -> Vec<(String, Entry)> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.iter().map(|(name, it)| (name.clone(), it.clone())).collect()
    }
}
