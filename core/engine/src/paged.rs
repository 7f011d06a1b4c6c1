//! A sorted map in pages, each of which is read from its stored form when somebody looks into it.
//!
//! A session of a thousand answers is opened for every step, and a step looks at a few of them. So
//! what was stored stays bytes until it is wanted, and goes back as the same bytes if nothing in it
//! changed: opening copies it once, and costs hardly more by the page.

use std::borrow::Borrow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use affiant_guest::{Path, Value};
use serde::de::DeserializeOwned;

use self::stored::Stored;

/// The most entries of a page. A page is read whole, so this is a microsecond's work.
const MOST: usize = 16;

/// A sorted map in pages.
#[derive(Clone)]
pub struct Paged<K, V> {
    pages: Vec<Page<K, V>>,
    /// A page was changed that could not be read.
    is_broken: bool,
}

/// Some neighbours of a map, at least one.
#[derive(Clone)]
struct Page<K, V> {
    /// Of all that its entries ever read.
    roots: Roots,
    /// As it was stored, while nothing in it changed; a page that was made in memory has its entries
    /// at hand.
    stored: Option<Stored>,
    /// The first key of what was stored, once somebody asked for it; `None` if it cannot be read.
    first: OnceLock<Option<K>>,
    entries: OnceLock<Arc<Vec<(K, V)>>>,
}

/// What a map keeps.
pub trait Entry {
    /// The paths that it was made from.
    fn reads(&self) -> &[Path] {
        &[]
    }
}

impl Entry for Value {}

impl Entry for Vec<Path> {
    fn reads(&self) -> &[Path] {
        self
    }
}

/// A set of root names that may say yes to one that is not in it, never no to one that is: a Bloom
/// filter. Of a page whose entries each read one name, it is wrong about one name in 200.
#[derive(Clone, Copy, Debug, Default)]
struct Roots([u64; 4]);

impl Roots {
    /// The set of one name.
    fn of(root: &str) -> Self {
        // FNV-1a: it is stored, so it has to be the same in every version.
        let hash = root.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut roots = Self::default();
        for at in [hash >> 56, hash >> 44, hash >> 32] {
            roots.0[(at >> 6) as usize & 3] |= 1 << (at & 63);
        }
        roots
    }

    fn add(&mut self, reads: &[Path]) {
        for read in reads {
            let other = Self::of(read.root());
            self.0.iter_mut().zip(other.0).for_each(|(word, bits)| *word |= bits);
        }
    }

    /// Whether all that is in another set may be in this one.
    fn has(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(word, bits)| word & bits == bits)
    }
}

impl<K: DeserializeOwned, V> Page<K, V> {
    /// Not behind its first key, and behind every key of the page before.
    fn first(&self) -> Option<&K> {
        let read = self.entries.get().and_then(|it| it.first()).map(|(key, _)| key);
        read.or_else(|| {
            let key = || self.stored.as_ref().and_then(|it| postcard::from_bytes(it.first()).ok());
            self.first.get_or_init(key).as_ref()
        })
    }

    /// Whether it could be read, as far as it was.
    fn is_sound(&self) -> bool {
        let Some(stored) = &self.stored else { return true };
        self.entries.get().is_none_or(|it| it.len() == stored.count as usize)
            && self.first.get().is_none_or(Option::is_some)
    }
}

impl<K, V> Page<K, V>
where
    K: Ord + Clone + DeserializeOwned,
    V: Clone + DeserializeOwned,
{
    /// Its entries. One that cannot be read has none, and is found by [`Page::is_sound`].
    fn entries(&self) -> &[(K, V)] {
        self.entries.get_or_init(|| {
            let bytes = self.stored.as_ref().map_or(&[] as &[u8], Stored::entries);
            Arc::new(postcard::from_bytes(bytes).unwrap_or_default())
        })
    }

    /// Its entries, to be changed.
    fn change(&mut self) -> &mut Vec<(K, V)> {
        self.entries();
        self.stored = None;
        Arc::make_mut(self.entries.get_mut().expect("it was read just now"))
    }
}

impl<K, V> Paged<K, V>
where
    K: Ord + Clone + DeserializeOwned,
    V: Entry + Clone + DeserializeOwned,
{
    /// The page in which a key is if it is anywhere.
    fn page<Q: Ord + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        let before = |it: &Page<K, V>| it.first().is_some_and(|first| first.borrow() <= key);
        self.pages.partition_point(before).checked_sub(1)
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let entries = self.pages[self.page(key)?].entries();
        let at = entries.binary_search_by(|(it, _)| it.borrow().cmp(key)).ok()?;
        Some(&entries[at].1)
    }

    /// Whether there is such a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// The value of a key, to be changed. What it reads stays what it was.
    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let page = self.page(key)?;
        let at =
            self.pages[page].entries().binary_search_by(|(it, _)| it.borrow().cmp(key)).ok()?;
        Some(&mut self.change(page)[at].1)
    }

    /// Puts a value; returns what was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let Some(page) = self.page(&key).or_else(|| (!self.pages.is_empty()).then_some(0)) else {
            self.pages.push(Page::new(vec![(key, value)])?);
            return None;
        };
        self.pages[page].roots.add(value.reads());
        match self.pages[page].entries().binary_search_by(|(it, _)| it.cmp(&key)) {
            Ok(at) => Some(std::mem::replace(&mut self.change(page)[at].1, value)),
            Err(at) => {
                self.change(page).insert(at, (key, value));
                self.split(page);
                None
            }
        }
    }

    /// Takes a value away and returns it.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let page = self.page(key)?;
        let at =
            self.pages[page].entries().binary_search_by(|(it, _)| it.borrow().cmp(key)).ok()?;
        let (_, value) = self.change(page).remove(at);
        if self.pages[page].entries().is_empty() {
            self.pages.remove(page);
        }
        Some(value)
    }

    fn change(&mut self, page: usize) -> &mut Vec<(K, V)> {
        self.is_broken |= !self.pages[page].is_sound();
        self.pages[page].change()
    }

    /// Makes two pages of one that is too long; keys that come in their order leave full ones.
    fn split(&mut self, page: usize) {
        let entries = self.pages[page].change();
        if entries.len() <= MOST {
            return;
        }
        let at = if page + 1 == self.pages.len() { MOST } else { MOST / 2 };
        let behind = self.pages[page].change().split_off(at);
        if let Some(behind) = Page::new(behind) {
            self.pages.insert(page + 1, behind);
        }
    }

    /// All entries, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pages.iter().flat_map(Page::entries).map(|(key, value)| (key, value))
    }

    /// All keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// At least those entries that read something below a root, sorted by key.
    pub(crate) fn reading(&self, root: &str) -> impl Iterator<Item = (&K, &V)> {
        let wanted = Roots::of(root);
        let pages = self.pages.iter().filter(move |it| it.roots.has(&wanted));
        pages.flat_map(Page::entries).map(|(key, value)| (key, value))
    }

    /// Whether everything could be read that was looked at. What was stored is what was meant, or
    /// the vault would not open it, so this is only wrong for one that another version stored.
    pub(crate) fn is_sound(&self) -> bool {
        !self.is_broken && self.pages.iter().all(Page::is_sound)
    }
}

impl<K, V: Entry> Page<K, V> {
    /// A page of these; `None` when there are none.
    fn new(entries: Vec<(K, V)>) -> Option<Self> {
        entries.first()?;
        let mut roots = Roots::default();
        for (_, it) in &entries {
            roots.add(it.reads());
        }
        Some(Self {
            roots,
            stored: None,
            first: OnceLock::new(),
            entries: OnceLock::from(Arc::new(entries)),
        })
    }
}

impl<K, V> Default for Paged<K, V> {
    fn default() -> Self {
        Self { pages: Vec::new(), is_broken: false }
    }
}

impl<K, V> fmt::Debug for Paged<K, V>
where
    K: Ord + Clone + DeserializeOwned + fmt::Debug,
    V: Entry + Clone + DeserializeOwned + fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V> PartialEq for Paged<K, V>
where
    K: Ord + Clone + DeserializeOwned,
    V: Entry + Clone + DeserializeOwned + PartialEq,
{
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

mod stored;
#[cfg(test)]
mod tests;
