//! Files in chunks.

use proptest::prelude::*;

use super::{Counting, SCOPE, keys, secret};
use crate::{CHUNK, Refused, Scope, SealedFile, SessionKeys};

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
fn with_new_keys_of_the_session_only_the_key_of_a_file_is_sealed_anew() {
    let (content, mut file) = sealed(FILE, CHUNK + 10);
    let random = Counting::default();
    let (old, next) = (keys(1, 2), of_epoch(1));
    assert!(next.file_key(FILE, &file.wrapped).is_err());
    assert!(next.is_of_earlier_epoch(&file.wrapped));
    let key = old.file_key(FILE, &file.wrapped).unwrap();
    file.wrapped = next.seal_file_key(&key, &random).unwrap();
    assert!(!next.is_of_earlier_epoch(&file.wrapped));
    assert_eq!(*next.open_file(FILE, &file).unwrap(), content);
    assert!(old.open_file(FILE, &file).is_err(), "the old keys open it no more");
    // What says that it comes from a later epoch than the keys does not open.
    let later = of_epoch(2).seal_file(FILE, "will.pdf", &content, &random).unwrap();
    let mixed = SealedFile { wrapped: file.wrapped.clone(), ..later };
    assert!(next.open_file(FILE, &mixed).is_err());
}

fn of_epoch(epoch: u32) -> SessionKeys {
    SessionKeys::derive(Scope { epoch, ..SCOPE }, &secret(3), &secret(4))
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
