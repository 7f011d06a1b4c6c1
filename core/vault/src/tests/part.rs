//! Parts of a session, and who opens which.

use super::{Counting, SCOPE, secret};
use crate::{COMMON, KeySet, Mode, Refused, Scope, SealedFile, Seed, is_parted};

const RECORD: [(&str, &[u8]); 3] = [("hers", b"her answer"), ("his", b"his"), ("", b"both")];

fn seed() -> Seed {
    Seed::of(Mode::Account, secret(1))
}

fn whole(scope: Scope) -> KeySet {
    KeySet::whole(scope, seed(), secret(2))
}

fn parts(names: &[&str]) -> KeySet {
    let seed = |name: &&str| ((*name).to_owned(), seed().part(&SCOPE.session, name));
    KeySet::parts(SCOPE, &names.iter().map(seed).collect::<Vec<_>>(), &secret(2))
}

fn sealed() -> Vec<u8> {
    whole(SCOPE).seal_parts(4, "delta", b"common", &RECORD, &Counting::default()).unwrap()
}

fn opened(keys: &KeySet, sealed: &[u8]) -> Result<Vec<(String, String)>, Refused> {
    let mut found = Vec::new();
    keys.open(4, "delta", sealed, |name, it| {
        found.push((name.to_owned(), String::from_utf8_lossy(it).into_owned()));
    })?;
    Ok(found)
}

fn names(keys: &KeySet, sealed: &[u8]) -> Vec<String> {
    opened(keys, sealed).unwrap().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn whoever_has_the_seed_opens_every_part_and_others_theirs() {
    let sealed = sealed();
    assert!(is_parted(&sealed));
    let all = opened(&whole(SCOPE), &sealed).unwrap();
    let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
    let mut wanted = vec![(COMMON.to_owned(), "common".to_owned())];
    wanted.extend(RECORD.iter().map(|(name, it)| ((*name).to_owned(), text(it))));
    assert_eq!(all, wanted);
    assert_eq!(names(&parts(&[COMMON]), &sealed), [COMMON]);
    assert_eq!(names(&parts(&[COMMON, "hers"]), &sealed), [COMMON, "hers"]);
    assert_eq!(names(&parts(&[COMMON, "his", "hers"]), &sealed), [COMMON, "hers", "his"]);
    assert!(
        opened(&parts(&["hers"]), &sealed).is_err(),
        "the names of parts are in the common one"
    );
    assert!(parts(&[COMMON, "hers"]).sections().unwrap().eq(["hers"]));
    assert!(whole(SCOPE).sections().is_none());
}

#[test]
fn the_bytes_of_a_part_open_with_no_other_key_and_in_no_other_place() {
    let sealed = sealed();
    let (_, envelopes) = envelopes(&sealed);
    let hers = &envelopes[1];
    let of = |name: &str| seed().part(&SCOPE.session, name).keys(SCOPE, &secret(2)).of_part(name);
    assert!(of("hers").open(4, "delta", hers, |it| assert_eq!(it, b"her answer")).is_ok());
    let others = [
        of(COMMON),
        of("his"),
        of(""),
        seed().keys(SCOPE, &secret(2)),
        seed().part(&[9; 16], "hers").keys(SCOPE, &secret(2)).of_part("hers"),
        seed().part(&SCOPE.session, "hers").keys(SCOPE, &secret(2)).of_part("his"),
        seed().part(&SCOPE.session, "hers").keys(SCOPE, &secret(3)).of_part("hers"),
    ];
    for (at, keys) in others.iter().enumerate() {
        assert!(keys.open(4, "delta", hers, |_| ()).is_err(), "key {at}");
    }
    assert!(of("hers").open(5, "delta", hers, |_| ()).is_err());
    assert!(of("hers").open(4, "snapshot", hers, |_| ()).is_err());
}

/// The envelopes of a record of several parts, and where each begins.
fn envelopes(sealed: &[u8]) -> (Vec<usize>, Vec<Vec<u8>>) {
    let (mut at, mut starts, mut found) = (1, Vec::new(), Vec::new());
    while at < sealed.len() {
        let length = u32::from_be_bytes(sealed[at..at + 4].try_into().unwrap()) as usize;
        starts.push(at + 4);
        found.push(sealed[at + 4..at + 4 + length].to_vec());
        at += 4 + length;
    }
    (starts, found)
}

#[test]
fn a_record_of_parts_that_was_altered_shortened_or_put_together_anew_does_not_open() {
    let sealed = sealed();
    let keys = whole(SCOPE);
    for at in (0..sealed.len()).step_by(7) {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        assert!(opened(&keys, &altered).is_err(), "byte {at}");
    }
    for length in 0..sealed.len() {
        assert!(opened(&keys, &sealed[..length]).is_err(), "the first {length} bytes");
    }
    let (_, mut all) = envelopes(&sealed);
    all.swap(1, 2);
    let mut swapped = vec![2];
    for it in &all {
        swapped.extend(u32::try_from(it.len()).unwrap().to_be_bytes());
        swapped.extend(it);
    }
    assert!(opened(&keys, &swapped).is_err());
    assert!(opened(&parts(&[COMMON, "hers"]), &swapped).is_err());
}

#[test]
fn a_record_is_sealed_anew_part_by_part_and_whole_ones_as_a_whole() {
    let (random, next) = (Counting::default(), Scope { epoch: 1, ..SCOPE });
    let new = KeySet::whole(next, Seed::of(Mode::Account, secret(7)), secret(8));
    let again = |sealed: &[u8]| {
        whole(SCOPE).seal_again(&new, 4, "delta", sealed, &random).unwrap().unwrap()
    };
    let sealed = sealed();
    assert_eq!(opened(&new, &again(&sealed)), opened(&whole(SCOPE), &sealed));
    assert!(opened(&whole(SCOPE), &again(&sealed)).is_err(), "the old keys");
    assert!(opened(&parts(&[COMMON, "hers"]), &again(&sealed)).is_err(), "the old keys of parts");
    let one = whole(SCOPE).seal(4, "delta", b"all", &random).unwrap();
    assert!(!is_parted(&one) && !is_parted(&again(&one)));
    assert_eq!(opened(&new, &again(&one)).unwrap(), [(String::new(), "all".to_owned())]);
    assert!(opened(&parts(&[COMMON]), &one).is_err());
}

#[test]
fn a_file_belongs_to_its_part() {
    let (random, file) = (Counting::default(), [8; 16]);
    let seal = |part: Option<&str>| {
        whole(SCOPE).seal_file(part, file, "paper.txt", b"content", &random).unwrap()
    };
    let reads = |keys: &KeySet, sealed: &SealedFile| {
        keys.open_file(file, sealed).is_ok_and(|it| &it[..] == b"content")
    };
    for (part, who, can) in [
        (Some("hers"), parts(&[COMMON, "hers"]), true),
        (Some("hers"), parts(&[COMMON, "his"]), false),
        (Some("hers"), whole(SCOPE), true),
        (Some(COMMON), parts(&[COMMON]), true),
        (Some(""), parts(&[COMMON, "his", "hers"]), false),
        (Some(""), whole(SCOPE), true),
        (None, parts(&[COMMON]), false),
        (None, whole(SCOPE), true),
    ] {
        assert_eq!(reads(&who, &seal(part)), can, "{part:?}");
    }
    // New keys of the session leave the file where it was.
    let sealed = seal(Some("hers"));
    let (part, key) = whole(SCOPE).file_key(file, &sealed.wrapped).unwrap();
    assert_eq!(part.as_deref(), Some("hers"));
    let next = Scope { epoch: 1, ..SCOPE };
    let new = KeySet::whole(next, Seed::of(Mode::Account, secret(7)), secret(8));
    let wrapped = new.seal_file_key(part.as_deref(), &key, &random).unwrap();
    assert!(new.is_of_earlier_epoch(&sealed.wrapped) && !new.is_of_earlier_epoch(&wrapped));
    assert!(reads(&new, &SealedFile { wrapped, ..sealed.clone() }));
    assert!(!reads(&new, &sealed));
}
