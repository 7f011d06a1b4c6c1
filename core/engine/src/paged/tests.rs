//! The map in pages beside a map of the standard library.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_guest::{Path, Value};
use proptest::prelude::*;
use serde::Serialize;

use super::{Buffer, MOST, Map, Paged};

/// One thing done to both.
#[derive(Clone, Debug)]
enum Deed {
    Insert(u16, i64),
    Remove(u16),
    Change(u16, i64),
    /// Stored and read again.
    Store,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let key = 0..200_u16;
    let deed = prop_oneof![
        6 => (key.clone(), any::<i64>()).prop_map(|(key, it)| Deed::Insert(key, it)),
        2 => key.clone().prop_map(Deed::Remove),
        2 => (key, any::<i64>()).prop_map(|(key, it)| Deed::Change(key, it)),
        1 => Just(Deed::Store),
    ];
    prop::collection::vec(deed, 0..600)
}

fn named(key: u16) -> String {
    format!("name{key}")
}

/// A map as it is stored, without its length in front.
fn bytes<K: Serialize, V: Serialize>(map: &Paged<K, V>) -> Vec<u8> {
    let bytes = postcard::to_stdvec(map).expect("a map can be stored");
    let bytes: &[u8] = postcard::from_bytes(&bytes).expect("it is stored as bytes");
    bytes.to_vec()
}

/// Reads what was stored, somewhere in a buffer.
fn read<K, V>(bytes: &[u8]) -> Option<Paged<K, V>> {
    let buffer: Buffer = Arc::new([b"before", bytes, b"behind"].concat());
    let part = (*buffer).as_ref().get(6..6 + bytes.len())?;
    Paged::stored(Map::part(&buffer, part)?)
}

fn stored(map: &Paged<String, Value>) -> Paged<String, Value> {
    read(&bytes(map)).expect("a stored map can be read")
}

proptest! {
    #[test]
    fn is_as_good_as_a_plain_map(deeds in deeds()) {
        let mut paged = Paged::default();
        let mut plain = BTreeMap::new();
        for deed in deeds {
            match deed {
                Deed::Insert(key, it) => prop_assert_eq!(
                    paged.insert(named(key), Value::Int(it)),
                    plain.insert(named(key), Value::Int(it))
                ),
                Deed::Remove(key) => {
                    prop_assert_eq!(paged.remove(&named(key)), plain.remove(&named(key)));
                }
                Deed::Change(key, it) => {
                    let change = |found: Option<&mut Value>| {
                        found.map(|found| *found = Value::Int(it)).is_some()
                    };
                    let there = change(paged.get_mut(&named(key)));
                    prop_assert_eq!(there, change(plain.get_mut(&named(key))));
                }
                Deed::Store => paged = stored(&paged),
            }
            prop_assert!(paged.pages.iter().all(|it| (1..=MOST).contains(&it.entries(&paged.map).len())));
        }
        prop_assert!(paged.iter().eq(plain.iter()));
        prop_assert!(plain.iter().all(|(key, it)| paged.get(key) == Some(it)));
        prop_assert!(paged.is_sound());
        prop_assert_eq!(&stored(&paged), &paged);
    }
}

#[test]
fn looking_at_one_entry_reads_one_page() {
    let mut map = Paged::default();
    for key in 0..1_000 {
        map.insert(format!("name{key:04}"), Value::Int(1));
    }
    let map = stored(&map);
    assert_eq!(map.get("name0500"), Some(&Value::Int(1)));
    let read = map.pages.iter().filter(|it| it.content.get().is_some()).count();
    assert_eq!((read, map.pages.len()), (1, 1_000_usize.div_ceil(MOST)));
}

#[test]
fn finds_what_was_made_from_an_answer_without_reading_the_rest() {
    let mut map: Paged<String, Vec<Path>> = Paged::default();
    for key in 0..1_000 {
        map.insert(format!("block-{key:04}"), Vec::new());
    }
    map.insert("block-0500".to_owned(), vec![Path::root_of("rent").attribute("amount")]);
    let map: Paged<String, Vec<Path>> = read(&bytes(&map)).expect("it can be read");
    assert!(map.reading("rent").any(|(key, _)| key == "block-0500"));
    assert_eq!(map.pages.iter().filter(|it| it.content.get().is_some()).count(), 1);
}

#[test]
fn a_map_that_is_cut_off_is_no_map() {
    let mut map = Paged::default();
    for key in 0..100 {
        map.insert(format!("name{key:04}"), Value::Int(1));
    }
    let whole = bytes(&map);
    let cut_off = (0..whole.len()).filter(|at| read::<String, Value>(&whole[..*at]).is_none());
    let pages = map.pages.len();
    assert_eq!(cut_off.count(), whole.len() - pages, "only between pages it is a map");
}

#[test]
fn a_page_that_cannot_be_read_is_no_empty_page() {
    let mut map = Paged::default();
    map.insert("name".to_owned(), Value::text("it"));
    let mut bytes = bytes(&map);
    // The kind of the value, which no version has.
    let at = bytes.len() - 4;
    bytes[at] = 0x7f;
    let mut map: Paged<String, Value> = read(&bytes).expect("the pages are there");
    assert!(map.is_sound(), "nobody looked");
    assert_eq!(map.get("name"), None);
    assert!(!map.is_sound());
    map.insert("other".to_owned(), Value::Null);
    assert!(!map.is_sound(), "what was there is not forgotten by a change");
}
