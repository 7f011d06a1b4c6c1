//! Keys, as files and for people.

use super::{key, publisher};
use crate::{BadKey, PublisherKey, SigningKey};

#[test]
fn a_key_is_read_as_it_was_printed() {
    let printed = publisher(7).to_string();
    assert_eq!(printed.parse(), Ok(publisher(7)));
    assert_eq!(PublisherKey::from_bytes(publisher(7).to_bytes()), Some(publisher(7)));
    for text in ["", "7", &printed[1..], &printed.replace(char::is_numeric, "g")] {
        assert_eq!(text.parse::<PublisherKey>(), Err(BadKey));
    }
}

#[test]
fn a_key_that_anybody_can_sign_for_is_none() {
    assert_eq!(PublisherKey::from_bytes([0; 32]), None);
    let mut one = [0; 32];
    one[0] = 1;
    assert_eq!(PublisherKey::from_bytes(one), None);
}

#[test]
fn a_signing_key_is_read_from_its_file_and_prints_nothing() {
    let text = key(7).to_file();
    assert_eq!(SigningKey::from_file(&text).unwrap().publisher(), publisher(7));
    for text in ["", "affiant-signing-key-1:", &text[1..], &text[..text.len() - 2]] {
        assert_eq!(SigningKey::from_file(text).err(), Some(BadKey));
    }
    assert_eq!(format!("{:?}", key(7)), "SigningKey { .. }");
}

#[test]
fn fingerprints_are_short_and_differ() {
    let one = publisher(1).fingerprint();
    assert_eq!(one.len(), 39);
    assert_ne!(one, publisher(2).fingerprint());
}
