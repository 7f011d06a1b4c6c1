//! Files and the modules they are.

use super::{printed, tree};
use crate::tidy::modules::check;

#[test]
fn file_without_a_word_on_what_it_is_for_is_found() {
    let tree = tree([("a/src/lib.rs", "use std::fmt;\n")]);
    let expected = ["a/src/lib.rs:1: starts without a `//!` that says what it is for"];
    assert_eq!(printed(&check(&tree)), expected);
}

#[test]
fn test_file_that_no_mod_names_is_found() {
    let tree = tree([
        ("tests/it/main.rs", "//! Tests.\nmod pages;\n// mod lost;\n"),
        ("tests/it/pages.rs", "//! Pages.\n#[cfg(unix)]\npub(crate) mod inner;\n"),
        ("tests/it/pages/inner.rs", "//! Inner.\n"),
        ("tests/it/lost.rs", "//! Lost.\n"),
        ("tests/src/bin/bench.rs", "//! A program.\n"),
        ("core/a/fuzz/fuzz_targets/any.rs", "//! A program.\n"),
    ]);
    let expected = ["tests/it/lost.rs: no `mod` names it, so it is never compiled"];
    assert_eq!(printed(&check(&tree)), expected);
}

#[test]
fn mod_rs_is_found() {
    let tree = tree([("a/src/lib.rs", "//! A.\nmod b;\n"), ("a/src/b/mod.rs", "//! B.\n")]);
    let expected = ["a/src/b/mod.rs: is a mod.rs; name it after its module"];
    assert_eq!(printed(&check(&tree)), expected);
}
