//! Words are found however they are written.

use affiant_manifest::Origin;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::canary::Canary;

fn canary() -> Canary {
    Canary::new(Origin::Answers, 1)
}

#[test]
fn a_word_is_found_however_it_is_written() {
    let word = canary().word;
    let around = |it: &str| format!("{{\"name\": \"{it}\"}}");
    let backwards: String = word.chars().rev().collect();
    for text in [
        around(&word),
        around(&word.to_uppercase()),
        around(&backwards),
        around(&hex::encode(&word)),
        around(&hex::encode_upper(&word)),
        around(&hex::encode(Sha256::digest(&word))),
        around(&STANDARD.encode(Sha256::digest(word.to_uppercase()))),
        around(&URL_SAFE_NO_PAD.encode(Sha256::digest(&word))),
    ] {
        assert!(canary().is_in(text.as_bytes()), "{text}");
    }
    for before in 0..4 {
        for behind in 0..4 {
            let text = format!("{}{word}{}", "a".repeat(before), "z".repeat(behind));
            assert!(canary().is_in(STANDARD.encode(&text).as_bytes()), "{text}");
            assert!(canary().is_in(URL_SAFE_NO_PAD.encode(&text).as_bytes()), "{text}");
        }
    }
}

#[test]
fn nothing_else_is_taken_for_it() {
    let others = [Canary::new(Origin::Answers, 2), Canary::new(Origin::Account, 1)];
    for other in others {
        assert!(!canary().is_in(other.word.as_bytes()));
        assert!(!canary().is_in(hex::encode(&other.word).as_bytes()));
    }
    assert!(!canary().is_in(&canary().word.as_bytes()[1..]));
    assert!(!canary().is_in(b""));
}
