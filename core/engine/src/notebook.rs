//! What plugins keep about a session, for one request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// Most values that a plugin keeps about a session.
pub const MOST_NOTES: usize = 1_000;

/// Most bytes that a plugin keeps about a session, keys included.
pub const MOST_NOTED: usize = 256 << 10;

/// The store of what the host itself keeps about what a plugin did. No manifest can name one like this,
/// and what is in it is not counted as the plugin's.
pub const OURS: &str = "";

/// What plugins keep about a session. Whoever opens a session gives it to the steps, and stores it with
/// the step that changed it, or apart from steps. Clones are the same one.
#[derive(Clone)]
pub struct Notebook {
    pages: Arc<Mutex<Pages>>,
    now: i64,
}

/// Something that a plugin keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Since when, in seconds of the Unix epoch.
    pub since: i64,
    /// What; bytes of the plugin's host.
    pub value: Vec<u8>,
}

/// What is kept, by plugin, store and key.
pub type Notes = BTreeMap<String, BTreeMap<String, BTreeMap<String, Note>>>;

struct Pages {
    notes: Notes,
    /// What changed since it was stored: plugin, store and key.
    changed: BTreeSet<(String, String, String)>,
}

impl Pages {
    fn change(&mut self, plugin: &str, store: &str, key: &str) {
        self.changed.insert((plugin.to_owned(), store.to_owned(), key.to_owned()));
    }
}

impl fmt::Debug for Notebook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notebook").finish_non_exhaustive()
    }
}

impl PartialEq for Notebook {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pages, &other.pages)
    }
}

impl Notebook {
    /// One that holds what was stored. `now` is when the request runs, in seconds of the Unix epoch.
    pub fn new(notes: Notes, now: i64) -> Self {
        Self { pages: Arc::new(Mutex::new(Pages { notes, changed: BTreeSet::new() })), now }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A value.
    pub fn get(&self, plugin: &str, store: &str, key: &str) -> Option<Vec<u8>> {
        let pages = self.pages();
        Some(pages.notes.get(plugin)?.get(store)?.get(key)?.value.clone())
    }

    /// Keeps a value; false, and nothing is kept, when the plugin would keep too much.
    pub fn put(&self, plugin: &str, store: &str, key: &str, value: Vec<u8>) -> bool {
        let mut pages = self.pages();
        let stores = pages.notes.get(plugin);
        let others = stores
            .into_iter()
            .flatten()
            .filter(|(at, _)| (*at == OURS) == (store == OURS))
            .flat_map(|(at, it)| it.iter().filter(move |(name, _)| !(at == store && *name == key)));
        let (count, bytes) = others
            .fold((1, key.len() + value.len()), |(count, bytes), (name, it)| {
                (count + 1, bytes + name.len() + it.value.len())
            });
        if count > MOST_NOTES || bytes > MOST_NOTED {
            return false;
        }
        let stores = pages.notes.entry(plugin.to_owned()).or_default();
        let note = Note { since: self.now, value };
        stores.entry(store.to_owned()).or_default().insert(key.to_owned(), note);
        pages.change(plugin, store, key);
        true
    }

    /// Drops a value.
    pub fn remove(&self, plugin: &str, store: &str, key: &str) {
        let mut pages = self.pages();
        let stores = pages.notes.get_mut(plugin);
        let dropped = stores.and_then(|it| it.get_mut(store)).and_then(|it| it.remove(key));
        if dropped.is_some() {
            pages.change(plugin, store, key);
        }
    }

    /// At most `most` keys of a store that begin with `prefix` and come behind `after`, in their order.
    pub fn keys(
        &self,
        plugin: &str,
        store: &str,
        prefix: &str,
        after: &str,
        most: usize,
    ) -> Vec<String> {
        let pages = self.pages();
        let values = pages.notes.get(plugin).and_then(|it| it.get(store));
        let own = values.into_iter().flat_map(BTreeMap::keys);
        let found =
            own.filter(|it| it.starts_with(prefix) && (after.is_empty() || it.as_str() > after));
        found.take(most).cloned().collect()
    }

    /// Drops what is not meant: a plugin, its store, and something in there.
    pub fn retain(&self, is_meant: impl Fn(&str, &str, &Note) -> bool) {
        let mut pages = self.pages();
        let Pages { notes, changed } = &mut *pages;
        for (plugin, stores) in &mut *notes {
            for (store, notes) in &mut *stores {
                notes.retain(|key, note| {
                    let is_meant = is_meant(plugin, store, note);
                    if !is_meant {
                        changed.insert((plugin.clone(), store.clone(), key.clone()));
                    }
                    is_meant
                });
            }
        }
        prune(notes);
    }

    /// Forgets that anything changed, of what a plugin has in a store: it is not stored.
    pub fn give_up(&self, is_given_up: impl Fn(&str, &str) -> bool) {
        self.pages().changed.retain(|(plugin, store, _)| !is_given_up(plugin, store));
    }

    /// Whether something changed since it was stored; [`Notebook::stored`] is told of that.
    pub fn is_changed(&self) -> bool {
        !self.pages().changed.is_empty()
    }

    /// What is to be stored in place of what is: that with what changed here, so that what another
    /// request stored meanwhile stays.
    pub fn onto(&self, mut stored: Notes) -> Notes {
        let pages = self.pages();
        for (plugin, store, key) in &pages.changed {
            let note = pages.notes.get(plugin).and_then(|it| it.get(store)?.get(key));
            let stores = stored.entry(plugin.clone()).or_default();
            let notes = stores.entry(store.clone()).or_default();
            match note {
                Some(note) => notes.insert(key.clone(), note.clone()),
                None => notes.remove(key),
            };
        }
        prune(&mut stored);
        stored
    }

    /// It is stored as it is.
    pub fn stored(&self) {
        self.pages().changed.clear();
    }
}

/// Takes out what holds nothing.
fn prune(notes: &mut Notes) {
    for stores in notes.values_mut() {
        stores.retain(|_, it| !it.is_empty());
    }
    notes.retain(|_, it| !it.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_pages_and_nothing_of_another_plugin_is_seen() {
        let it = Notebook::new(Notes::new(), 7);
        for key in ["a1", "a2", "a3", "b1"] {
            assert!(it.put("org.example.one", "notes", key, vec![1]));
        }
        assert!(it.put("org.example.two", "notes", "a4", vec![2]));
        let keys = |after: &str| it.keys("org.example.one", "notes", "a", after, 2);
        assert_eq!(keys(""), ["a1", "a2"]);
        assert_eq!(keys("a2"), ["a3"]);
        assert_eq!(it.get("org.example.one", "notes", "a4"), None);
        assert_eq!(it.get("org.example.one", "other", "a1"), None);
    }

    #[test]
    fn a_plugin_that_would_keep_too_much_keeps_what_it_had() {
        let it = Notebook::new(Notes::new(), 7);
        let half = vec![0; MOST_NOTED / 2];
        assert!(it.put("p", "s", "a", half.clone()));
        assert!(!it.put("p", "s", "b", half.clone()), "the keys count too");
        assert!(it.put("p", "s", "a", half.clone()), "in place of itself");
        assert!(it.put("q", "s", "b", half), "each plugin has its own");
        assert_eq!(it.get("p", "s", "b"), None);
        let it = Notebook::new(Notes::new(), 7);
        let fits = (0..=MOST_NOTES).filter(|key| it.put("p", "s", &key.to_string(), Vec::new()));
        assert_eq!(fits.count(), MOST_NOTES);
    }

    #[test]
    fn it_is_stored_again_only_when_something_changed() {
        let it = Notebook::new(Notes::new(), 7);
        assert!(!it.is_changed());
        it.remove("p", "s", "a");
        it.retain(|_, _, _| false);
        assert!(!it.is_changed());
        it.put("p", "s", "a", vec![1]);
        assert!(it.is_changed());
        let stored = it.onto(Notes::new());
        it.stored();
        assert!(!it.is_changed());
        it.retain(|plugin, store, note| (plugin, store, note.since) != ("p", "s", 7));
        assert!(it.is_changed());
        assert_eq!(it.onto(stored), Notes::new());
    }

    #[test]
    fn what_another_request_stored_meanwhile_stays() {
        let put = |it: &Notebook, key: &str, value: u8| assert!(it.put("p", "s", key, vec![value]));
        let before = Notebook::new(Notes::new(), 7);
        for key in ["a", "b", "c"] {
            put(&before, key, 1);
        }
        let stored = before.onto(Notes::new());
        let [one, other] = [(); 2].map(|()| Notebook::new(stored.clone(), 8));
        put(&one, "a", 2);
        one.remove("p", "s", "b");
        put(&other, "d", 3);
        put(&other, "e", 3);
        other.give_up(|plugin, _| plugin == "q");
        let both = Notebook::new(other.onto(one.onto(stored.clone())), 9);
        let values = ["a", "b", "c", "d", "e"].map(|key| both.get("p", "s", key));
        assert_eq!(values, [Some(vec![2]), None, Some(vec![1]), Some(vec![3]), Some(vec![3])]);
        other.give_up(|plugin, store| (plugin, store) == ("p", "s"));
        assert_eq!(other.onto(stored.clone()), stored);
    }

    #[test]
    fn a_plugin_that_keeps_a_lot_leaves_room_for_what_the_host_keeps_of_it() {
        let it = Notebook::new(Notes::new(), 7);
        assert!(it.put("p", "s", "a", vec![0; MOST_NOTED - 1]));
        assert!(it.put("p", OURS, "parcel", vec![0; 100]));
        assert!(!it.put("p", OURS, "other", vec![0; MOST_NOTED]), "which is bounded as well");
    }
}
