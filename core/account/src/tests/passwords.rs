//! Which passwords are taken.

use crate::{LEAST_ALONE, LEAST_WITH_FACTOR, NewPassword, Weak};

#[test]
fn long_and_uncommon_passwords_are_taken_whatever_they_are_made_of() {
    let long = "a lantern for every harbour ".repeat(4);
    for text in [
        "seven lamps on a wet quay",
        "brixton-heron-tallow",
        "ひかりの庭に雨がふる夜とねこの歌",
        &long,
    ] {
        assert_eq!(NewPassword::parse(text, false, &[]).err(), None, "{text}");
    }
    let known = ["Ada Lovelace", "ada@example.com"];
    assert!(NewPassword::parse("tallow-heron-9", true, &known).is_ok());
}

#[test]
fn short_common_and_own_words_are_refused() {
    let known = ["Ada Lovelace", "ada.lovelace@example.com", "Affiant"];
    for (text, with_factor, error) in [
        ("", false, Weak::Short(LEAST_ALONE)),
        ("fourteen-chars", false, Weak::Short(LEAST_ALONE)),
        ("sevench", true, Weak::Short(LEAST_WITH_FACTOR)),
        ("passwordpassword", false, Weak::Guessable),
        ("aaaaaaaaaaaaaaaaaaaa", false, Weak::Guessable),
        ("123456789012345", false, Weak::Guessable),
        ("qwertyuiopasdfgh", false, Weak::Guessable),
        ("adalovelaceada1", false, Weak::Guessable),
        ("password1", true, Weak::Guessable),
    ] {
        assert_eq!(NewPassword::parse(text, with_factor, &known).err(), Some(error), "{text}");
    }
    let huge = "x1-".repeat(17 << 20);
    assert_eq!(NewPassword::parse(&huge, false, &[]).err(), Some(Weak::Long));
}
