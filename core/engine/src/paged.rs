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

pub(crate) use self::stored::{Buffer, Map};

/// The most entries of a page. A page is read whole, so this is a microsecond's work.
const MOST: usize = 16;

/// A sorted map in pages.
#[derive(Clone)]
pub struct Paged<K, V> {
    /// What was stored, where the pages that nobody changed lie.
    map: Map,
    /// Shared with the states that this one was made from, until one of them changes.
    pages: Arc<Vec<Page<K, V>>>,
    /// A page was changed that could not be read.
    is_broken: bool,
}

/// Some neighbours of a map, at least one. There are many of which nobody wants to know anything, so
/// it is small until somebody does.
#[derive(Clone)]
struct Page<K, V> {
    /// Where it begins in what was stored, while nothing in it changed.
    at: Option<u32>,
    /// The first key of what was stored, once somebody asked for it; `None` if it cannot be read.
    first: OnceLock<Option<Box<K>>>,
    /// What is in it, once somebody asked for that; always there when it is stored nowhere.
    content: OnceLock<Arc<Content<K, V>>>,
}

/// What is in a page.
#[derive(Clone)]
struct Content<K, V> {
    /// Of all that its entries ever read.
    roots: Roots,
    entries: Vec<(K, V)>,
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
    fn first(&self, map: &Map) -> Option<&K> {
        let read = self.content.get().and_then(|it| it.entries.first()).map(|(key, _)| key);
        read.or_else(|| {
            let key = || postcard::from_bytes(map.page(self.at?)?.first).ok().map(Box::new);
            self.first.get_or_init(key).as_deref()
        })
    }

    /// Whether it could be read, as far as it was.
    fn is_sound(&self, map: &Map) -> bool {
        let Some(at) = self.at else { return true };
        let is_all = |it: &Arc<Content<K, V>>| {
            map.page(at).is_some_and(|stored| stored.count as usize == it.entries.len())
        };
        self.content.get().is_none_or(is_all) && self.first.get().is_none_or(Option::is_some)
    }
}

impl<K, V> Page<K, V>
where
    K: Ord + Clone + DeserializeOwned,
    V: Clone + DeserializeOwned,
{
    /// What is in it. One that cannot be read has no entries, and is found by [`Page::is_sound`].
    fn content(&self, map: &Map) -> &Arc<Content<K, V>> {
        self.content.get_or_init(|| {
            let stored = self.at.and_then(|at| map.page(at));
            let (roots, entries) = stored.map_or_else(Default::default, |it| {
                (it.roots, postcard::from_bytes(it.entries).unwrap_or_default())
            });
            Arc::new(Content { roots, entries })
        })
    }

    fn entries(&self, map: &Map) -> &[(K, V)] {
        &self.content(map).entries
    }

    /// Of all that its entries ever read.
    fn roots(&self, map: &Map) -> Roots {
        let read = self.content.get().map(|it| it.roots);
        let stored = || Some(map.page(self.at?)?.roots);
        read.or_else(stored).unwrap_or_default()
    }

    /// What is in it, to be changed.
    fn change(&mut self, map: &Map) -> &mut Content<K, V> {
        self.content(map);
        self.at = None;
        Arc::make_mut(self.content.get_mut().expect("it was read just now"))
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
        let before =
            |it: &Page<K, V>| it.first(&self.map).is_some_and(|first| first.borrow() <= key);
        self.pages.partition_point(before).checked_sub(1)
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let entries = self.pages[self.page(key)?].entries(&self.map);
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
        let at = self.find(page, key).ok()?;
        Some(&mut self.change(page).entries[at].1)
    }

    /// Puts a value; returns what was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let Some(page) = self.page(&key).or_else(|| (!self.pages.is_empty()).then_some(0)) else {
            Arc::make_mut(&mut self.pages).push(Page::new(vec![(key, value)])?);
            return None;
        };
        let found = self.find(page, &key);
        let content = self.change(page);
        content.roots.add(value.reads());
        match found {
            Ok(at) => Some(std::mem::replace(&mut content.entries[at].1, value)),
            Err(at) => {
                content.entries.insert(at, (key, value));
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
        let at = self.find(page, key).ok()?;
        let content = self.change(page);
        let (_, value) = content.entries.remove(at);
        if content.entries.is_empty() {
            Arc::make_mut(&mut self.pages).remove(page);
        }
        Some(value)
    }

    /// Where a key is in a page, or would be.
    fn find<Q: Ord + ?Sized>(&self, page: usize, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.pages[page].entries(&self.map).binary_search_by(|(it, _)| it.borrow().cmp(key))
    }

    fn change(&mut self, page: usize) -> &mut Content<K, V> {
        // Read first: what cannot be read is found out by trying.
        let found = &mut Arc::make_mut(&mut self.pages)[page];
        found.content(&self.map);
        self.is_broken |= !found.is_sound(&self.map);
        found.change(&self.map)
    }

    /// Makes two pages of one that is too long; keys that come in their order leave full ones.
    fn split(&mut self, page: usize) {
        let is_last = page + 1 == self.pages.len();
        let pages = Arc::make_mut(&mut self.pages);
        let entries = &mut pages[page].change(&self.map).entries;
        if entries.len() <= MOST {
            return;
        }
        let behind = entries.split_off(if is_last { MOST } else { MOST / 2 });
        if let Some(behind) = Page::new(behind) {
            pages.insert(page + 1, behind);
        }
    }

    /// All entries, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let entries = self.pages.iter().flat_map(|it| it.entries(&self.map));
        entries.map(|(key, value)| (key, value))
    }

    /// All keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// At least those entries that read something below a root, sorted by key.
    pub(crate) fn reading(&self, root: &str) -> impl Iterator<Item = (&K, &V)> {
        let wanted = Roots::of(root);
        let pages = self.pages.iter().filter(move |it| it.roots(&self.map).has(&wanted));
        pages.flat_map(|it| it.entries(&self.map)).map(|(key, value)| (key, value))
    }

    /// Whether everything could be read that was looked at. What was stored is what was meant, or
    /// the vault would not open it, so this is only wrong for one that another version stored.
    pub(crate) fn is_sound(&self) -> bool {
        !self.is_broken && self.pages.iter().all(|it| it.is_sound(&self.map))
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
        let content = OnceLock::from(Arc::new(Content { roots, entries }));
        Some(Self { at: None, first: OnceLock::new(), content })
    }
}

impl<K, V> Default for Paged<K, V> {
    fn default() -> Self {
        Self { map: Map::default(), pages: Arc::default(), is_broken: false }
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
