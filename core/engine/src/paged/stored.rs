//! How a map in pages is stored: one page behind the other, each with a head that says where the next
//! one begins, so that opening a map reads nothing else of it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::ser::{Error as _, Serializer};

use super::{Page, Paged, Roots};

/// Bytes of which a part is a map; shared by all maps that lie in them.
pub(crate) type Buffer = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// What was stored of a map; nothing for one that was made in memory.
#[derive(Clone, Default)]
pub(crate) struct Map {
    buffer: Option<Buffer>,
    range: Range<usize>,
}

impl Map {
    /// The part of a buffer that `bytes` are, which lie in it; nothing if they do not.
    pub(crate) fn part(buffer: &Buffer, bytes: &[u8]) -> Option<Self> {
        let whole = (**buffer).as_ref();
        let start = bytes.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
        let range = start..start.checked_add(bytes.len())?;
        whole.get(range.clone())?;
        Some(Self { buffer: Some(Arc::clone(buffer)), range })
    }

    fn bytes(&self) -> &[u8] {
        let whole = self.buffer.as_ref().map_or(&[] as &[u8], |it| (**it).as_ref());
        whole.get(self.range.clone()).unwrap_or_default()
    }

    /// The page that begins there.
    pub(super) fn page(&self, at: u32) -> Option<Stored<'_>> {
        Stored::take(&mut self.bytes().get(at as usize..)?)
    }
}

/// A page as it was stored: a head of numbers, and what they say the length of.
pub(super) struct Stored<'a> {
    pub(super) roots: Roots,
    /// How many entries it has.
    pub(super) count: u32,
    /// The first key.
    pub(super) first: &'a [u8],
    pub(super) entries: &'a [u8],
}

impl<'a> Stored<'a> {
    fn write(&self, map: &mut Vec<u8>) -> Result<(), postcard::Error> {
        let long = |_| postcard::Error::SerializeBufferFull;
        let length = |it: &[u8]| u32::try_from(it.len()).map_err(long);
        for word in self.roots.0 {
            map.extend(word.to_le_bytes());
        }
        for number in [self.count, length(self.first)?, length(self.entries)?] {
            map.extend(number.to_le_bytes());
        }
        map.extend(self.first);
        map.extend(self.entries);
        Ok(())
    }

    /// Takes one off the front; `None` when there is less.
    fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        let mut roots = Roots::default();
        for word in &mut roots.0 {
            *word = u64::from_le_bytes(chunk(bytes)?);
        }
        let mut number = || chunk(bytes).map(u32::from_le_bytes);
        let (count, first, entries) = (number()?, number()?, number()?);
        let first = bytes.split_off(..first as usize)?;
        let entries = bytes.split_off(..entries as usize)?;
        Some(Self { roots, count, first, entries })
    }
}

/// Takes so many bytes off the front; `None` when there are fewer.
fn chunk<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*chunk)
}

impl<K, V> Page<K, V>
where
    K: Serialize,
    V: Serialize,
{
    /// Writes it behind the pages before. Fails if it is larger than a page can be.
    fn write(&self, from: &Map, map: &mut Vec<u8>) -> Result<(), postcard::Error> {
        if let Some(stored) = self.at.and_then(|at| from.page(at)) {
            return stored.write(map);
        }
        let Some(content) = self.content.get() else { return Ok(()) };
        let key = content.entries.first().map(|(key, _)| postcard::to_stdvec(key)).transpose()?;
        let count = u32::try_from(content.entries.len());
        let entries = postcard::to_stdvec(&content.entries)?;
        let stored = Stored {
            roots: content.roots,
            count: count.map_err(|_| postcard::Error::SerializeBufferFull)?,
            first: &key.unwrap_or_default(),
            entries: &entries,
        };
        stored.write(map)
    }
}

impl<K: Serialize, V: Serialize> Serialize for Paged<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = Vec::with_capacity(self.map.range.len());
        for page in &*self.pages {
            page.write(&self.map, &mut map).map_err(S::Error::custom)?;
        }
        serializer.serialize_bytes(&map)
    }
}

impl<K, V> Paged<K, V> {
    /// A map as it was stored, of which nothing is read yet; `None` if it ends within a page.
    pub(crate) fn stored(map: Map) -> Option<Self> {
        let mut pages = Vec::new();
        let mut rest = map.bytes();
        while !rest.is_empty() {
            let at = u32::try_from(map.range.len() - rest.len()).ok()?;
            Stored::take(&mut rest)?;
            pages.push(Page { at: Some(at), first: OnceLock::new(), content: OnceLock::new() });
        }
        Some(Self { map, pages: Arc::new(pages), is_broken: false })
    }
}
