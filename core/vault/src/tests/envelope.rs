//! One record: what opens it, and what does not.

use proptest::prelude::*;

use super::{Counting, SCOPE, keys};
use crate::envelope::{OVERHEAD, open, seal_with};
use crate::place::Place;
use crate::{Mode, Refused, Scope, padding};

const KEY: [u8; 32] = [7; 32];

fn place() -> Place<'static> {
    Place {
        mode: Mode::Anonymous,
        scope: &SCOPE,
        bare: false,
        key: &[3; 16],
        table: "steps",
        row: &[1],
        step: 5,
        content: "delta",
    }
}

fn sealed() -> Vec<u8> {
    seal_with(&KEY, &place(), b"an answer", &[9; 32])
}

fn refuses(key: &[u8; 32], place: &Place<'_>, sealed: &[u8]) -> bool {
    open(key, place, sealed, |_| ()) == Err(Refused)
}

#[test]
fn no_flipped_bit_opens() {
    for at in 0..sealed().len() * 8 {
        let mut altered = sealed();
        altered[at / 8] ^= 1 << (at % 8);
        assert!(refuses(&KEY, &place(), &altered), "bit {at}");
    }
}

#[test]
fn no_cut_or_longer_envelope_opens() {
    for length in 0..sealed().len() {
        assert!(refuses(&KEY, &place(), &sealed()[..length]), "{length} bytes");
    }
    assert!(refuses(&KEY, &place(), &[&sealed()[..], &[0]].concat()));
}

#[test]
fn a_record_opens_in_its_place_only() {
    let scopes = [
        Scope { deployment: [9; 16], ..SCOPE },
        Scope { session: [9; 16], ..SCOPE },
        Scope { epoch: 1, ..SCOPE },
    ];
    let elsewhere = [
        Place { scope: &scopes[0], ..place() },
        Place { scope: &scopes[1], ..place() },
        Place { scope: &scopes[2], ..place() },
        Place { mode: Mode::Account, ..place() },
        Place { bare: true, ..place() },
        Place { key: &[9; 16], ..place() },
        Place { table: "files", ..place() },
        Place { row: &[2], ..place() },
        Place { step: 6, ..place() },
        Place { content: "snapshot", ..place() },
    ];
    assert!(!refuses(&KEY, &place(), &sealed()));
    for place in elsewhere {
        assert!(refuses(&KEY, &place, &sealed()), "{place:?}");
    }
    assert!(refuses(&[8; 32], &place(), &sealed()));
}

#[test]
fn parts_of_the_place_that_change_sides_give_another_place() {
    let pairs = [
        (
            Place { table: "ab", content: "c", ..place() },
            Place { table: "a", content: "bc", ..place() },
        ),
        (
            Place { table: "steps", content: "delta", ..place() },
            Place { table: "delta", content: "steps", ..place() },
        ),
        (Place { row: &[], step: 1, ..place() }, Place { row: &[1], step: 0, ..place() }),
    ];
    for (one, other) in pairs {
        assert_ne!(one.associated(), other.associated());
        assert!(refuses(&KEY, &other, &seal_with(&KEY, &one, b"", &[9; 32])));
    }
}

#[test]
fn associated_data_is_canonical_cbor() {
    let place = |step| Place { row: &[], step, ..place() }.associated();
    let hex = |step| super::hex(&place(step));
    assert!(hex(5).starts_with("8b01010150020202"), "an array of eleven: {}", hex(5));
    assert!(hex(23).contains("17006564656c7461"), "{}", hex(23));
    assert!(hex(24).contains("1818006564656c7461"), "{}", hex(24));
    assert!(hex(256).contains("190100006564656c7461"), "{}", hex(256));
    assert!(hex(65_536).contains("1a00010000006564656c7461"), "{}", hex(65_536));
    assert!(hex(1 << 32).contains("1b0000000100000000006564656c7461"), "{}", hex(1 << 32));
}

#[test]
fn two_envelopes_of_one_answer_share_nothing_but_the_header() {
    let randomness = Counting::default();
    let seal = || keys(1, 2).seal(4, "delta", b"same", &randomness).unwrap();
    let (one, other) = (seal(), seal());
    assert_eq!(one[..24], other[..24]);
    let equal = one.iter().zip(&other).skip(24).filter(|(a, b)| a == b).count();
    assert!(equal < 20, "{equal} equal bytes");
}

proptest! {
    #[test]
    fn what_is_sealed_opens_and_its_length_says_little(plaintext: Vec<u8>, step: u32) {
        let keys = keys(1, 2);
        let sealed = keys.seal(step, "delta", &plaintext, &Counting::default()).unwrap();
        prop_assert_eq!(keys.open(step, "delta", &sealed, <[u8]>::to_vec), Ok(plaintext.clone()));
        prop_assert_eq!((sealed.len() - OVERHEAD) % 256, 0);
    }

    #[test]
    fn bytes_that_nobody_sealed_do_not_open(bytes: Vec<u8>) {
        prop_assert!(keys(1, 2).open(0, "delta", &bytes, |_| ()).is_err());
    }

    #[test]
    fn padding_costs_at_most_an_eighth_beyond_small_lengths(length in 4096..10_000_000_usize) {
        let padded = padding::padded_length(length);
        prop_assert!(padded >= length + 8 && padded - length <= length / 8 + 8);
    }

    #[test]
    fn what_is_padded_comes_back_and_nothing_else_does(plaintext: Vec<u8>, bytes: Vec<u8>) {
        let mut padded = Vec::new();
        padding::pad(&mut padded, &plaintext);
        prop_assert_eq!(padding::unpad(&padded), Some(&plaintext[..]));
        prop_assert!(padding::unpad(&padded[1..]).is_none());
        prop_assert!(padding::unpad(&bytes).is_none_or(|it| padding::padded_length(it.len()) == bytes.len()));
    }
}
