//! Files in chunks.

use proptest::prelude::*;

use super::{Counting, keys};
use crate::{CHUNK, Refused, SealedFile};

const FILE: [u8; 16] = [8; 16];

fn sealed(file: [u8; 16], length: usize) -> (Vec<u8>, SealedFile) {
    let content: Vec<u8> = (0..=250).cycle().take(length).collect();
    let sealed = keys(1, 2).seal_file(file, "will.pdf", &content, &Counting::default()).unwrap();
    (content, sealed)
}

#[test]
fn a_file_opens_whole_at_every_length_around_a_chunk() {
    let cases = [(0, 1), (1, 1), (CHUNK - 1, 1), (CHUNK, 1), (CHUNK + 1, 2), (CHUNK * 2, 2)];
    for (length, chunks) in cases {
        let (content, sealed) = sealed(FILE, length);
        assert_eq!(sealed.chunks.len(), chunks, "{length} bytes");
        assert_eq!(*keys(1, 2).open_file(FILE, &sealed).unwrap(), content);
    }
}

#[test]
fn a_file_that_was_altered_does_not_open() {
    let (_, whole) = sealed(FILE, CHUNK * 2 + 10);
    let refused = |what: &str, change: fn(&mut Vec<Vec<u8>>)| {
        let mut altered = whole.clone();
        change(&mut altered.chunks);
        assert_eq!(keys(1, 2).open_file(FILE, &altered).err(), Some(Refused), "{what}");
    };
    refused("two chunks changed places", |it| it.swap(0, 1));
    refused("the last one is gone", |it| drop(it.pop()));
    refused("the first one is gone", |it| drop(it.remove(0)));
    refused("the last one is there twice", |it| it.push(it[2].clone()));
    refused("the first one is there twice", |it| it.insert(0, it[0].clone()));
    refused("all are gone", Vec::clear);
    refused("a bit is flipped", |it| it[1][500] ^= 1);
}

#[test]
fn a_chunk_of_another_file_is_refused() {
    let (_, one) = sealed(FILE, CHUNK + 1);
    let (_, other) = sealed([9; 16], CHUNK + 1);
    let mixed =
        SealedFile { chunks: vec![one.chunks[0].clone(), other.chunks[1].clone()], ..one.clone() };
    assert!(keys(1, 2).open_file(FILE, &mixed).is_err());
    assert!(keys(1, 2).open_file([9; 16], &one).is_err());
    assert!(keys(1, 2).open_file(FILE, &SealedFile { wrapped: other.wrapped, ..one }).is_err());
}

#[test]
fn a_chunk_opens_alone() {
    let (content, sealed) = sealed(FILE, CHUNK * 2 + 10);
    let keys = keys(1, 2);
    let key = keys.file_key(FILE, &sealed.wrapped).unwrap();
    let middle = key.open_chunk(1, false, &sealed.chunks[1], <[u8]>::to_vec);
    assert_eq!(middle.unwrap(), content[CHUNK..CHUNK * 2]);
    assert!(key.open_chunk(1, true, &sealed.chunks[1], |_| ()).is_err());
    assert!(key.open_chunk(0, false, &sealed.chunks[1], |_| ()).is_err());
}

#[test]
fn a_name_is_sealed_and_its_length_is_hidden() {
    let (_, one) = sealed(FILE, 10);
    let keys = keys(1, 2);
    let key = keys.file_key(FILE, &one.wrapped).unwrap();
    assert_eq!(key.open_name(&one.name, str::to_owned), Ok("will.pdf".to_owned()));
    assert!(!one.name.windows(4).any(|it| it == b"will"));
    let longer = key.seal_name("a much longer name of a file.pdf", &Counting::default()).unwrap();
    assert_eq!(one.name.len(), longer.len());
    let (_, other) = sealed([9; 16], 10);
    assert!(key.open_name(&other.name, |_| ()).is_err());
    assert!(key.open_name(&one.chunks[0], |_| ()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_is_sealed_opens(content in prop::collection::vec(any::<u8>(), 0..CHUNK * 3), name: String) {
        let keys = keys(1, 2);
        let sealed = keys.seal_file(FILE, &name, &content, &Counting::default()).unwrap();
        prop_assert_eq!(&*keys.open_file(FILE, &sealed).unwrap(), &content);
        let key = keys.file_key(FILE, &sealed.wrapped).unwrap();
        prop_assert_eq!(key.open_name(&sealed.name, str::to_owned), Ok(name));
    }
}
