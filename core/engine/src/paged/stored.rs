//! How a map in pages is stored: one page behind the other, each with a head that says where the next
//! one begins, so that opening a map reads nothing else of it.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::de::{Deserializer, Visitor};
use serde::ser::{Error as _, Serializer};
use serde::{Deserialize, Serialize};

use super::{Page, Paged, Roots};

/// Where a page lies in what was stored of its map.
#[derive(Clone)]
pub(super) struct Stored {
    /// The whole map.
    map: Arc<[u8]>,
    first: Range<usize>,
    entries: Range<usize>,
    /// How many entries it has.
    pub(super) count: u32,
}

impl Stored {
    pub(super) fn first(&self) -> &[u8] {
        &self.map[self.first.clone()]
    }

    pub(super) fn entries(&self) -> &[u8] {
        &self.map[self.entries.clone()]
    }
}

/// What stands before each page of a stored map, as numbers of a fixed length.
struct Head {
    roots: Roots,
    count: u32,
    /// Bytes of the first key, which come next.
    first: u32,
    /// Bytes of the entries, which come then.
    entries: u32,
}

impl Head {
    fn write(&self, map: &mut Vec<u8>) {
        for word in self.roots.0 {
            map.extend(word.to_le_bytes());
        }
        for number in [self.count, self.first, self.entries] {
            map.extend(number.to_le_bytes());
        }
    }

    /// Takes one off the front; `None` when there is less.
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let mut roots = Roots::default();
        for word in &mut roots.0 {
            *word = u64::from_le_bytes(chunk(bytes)?);
        }
        let mut number = || chunk(bytes).map(u32::from_le_bytes);
        Some(Self { roots, count: number()?, first: number()?, entries: number()? })
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
    fn write(&self, map: &mut Vec<u8>) -> Result<(), postcard::Error> {
        let long = |_| postcard::Error::SerializeBufferFull;
        let (made, first, entries, count);
        let (first, entries, count) = if let Some(it) = &self.stored {
            (it.first(), it.entries(), it.count)
        } else {
            made = self.entries.get().map_or(&[] as &[(K, V)], |it| it);
            first = made.first().map_or(Ok(Vec::new()), |(key, _)| postcard::to_stdvec(key))?;
            entries = postcard::to_stdvec(made)?;
            count = u32::try_from(made.len()).map_err(long)?;
            (&first[..], &entries[..], count)
        };
        let length = |it: &[u8]| u32::try_from(it.len()).map_err(long);
        Head { roots: self.roots, count, first: length(first)?, entries: length(entries)? }
            .write(map);
        map.extend(first);
        map.extend(entries);
        Ok(())
    }
}

impl<K: Serialize, V: Serialize> Serialize for Paged<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = Vec::new();
        for page in &self.pages {
            page.write(&mut map).map_err(S::Error::custom)?;
        }
        serializer.serialize_bytes(&map)
    }
}

impl<'de, K, V> Deserialize<'de> for Paged<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen<K, V>(PhantomData<(K, V)>);

        impl<K, V> Visitor<'_> for Seen<K, V> {
            type Value = Paged<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map in pages")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Paged<K, V>, E> {
                Paged::stored(&bytes.into()).ok_or_else(|| E::custom("a page is cut off"))
            }
        }
        deserializer.deserialize_bytes(Seen(PhantomData))
    }
}

impl<K, V> Paged<K, V> {
    /// A map as it was stored, of which nothing is read yet; `None` if it ends within a page.
    fn stored(map: &Arc<[u8]>) -> Option<Self> {
        let mut pages = Vec::new();
        let mut rest = &map[..];
        while !rest.is_empty() {
            let head = Head::take(&mut rest)?;
            let at = map.len() - rest.len();
            let first = at..at + head.first as usize;
            let entries = first.end..first.end + head.entries as usize;
            rest = map.get(entries.end..)?;
            pages.push(Page {
                roots: head.roots,
                stored: Some(Stored { map: Arc::clone(map), first, entries, count: head.count }),
                first: OnceLock::new(),
                entries: OnceLock::new(),
            });
        }
        Some(Self { pages, is_broken: false })
    }
}
