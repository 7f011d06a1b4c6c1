//! Sizes and the ratchet.

use super::{printed, tree};
use crate::tidy::sizes::{Ratchet, check};

fn function(lines: usize) -> String {
    format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2))
}

#[test]
fn file_over_the_cap_is_found_and_one_at_the_cap_is_not() {
    let (long, fitting) = ("\n".repeat(601), "\n".repeat(600));
    let tree = tree([("a/long.rs", &long), ("a/fitting.css", &fitting), ("a/prose.md", &long)]);
    assert_eq!(
        printed(&check(&tree, &Ratchet::default())),
        ["a/long.rs: 601 lines; the cap is 600"]
    );
}

#[test]
fn excepted_file_may_not_grow() {
    let ratchet = Ratchet::parse("long-functions 0\nlong-file a.rs 640\n").unwrap();
    let grown = "\n".repeat(641);
    assert_eq!(
        printed(&check(&tree([("a.rs", &grown)]), &ratchet)),
        ["a.rs: 641 lines; the cap is 640"]
    );
}

#[test]
fn exception_that_is_larger_than_needed_is_found() {
    let ratchet =
        Ratchet::parse("long-functions 1\nlong-file a.rs 640\nlong-file b.rs 700\n").unwrap();
    let shrunk = "\n".repeat(620);
    let expected = [
        "xtask/ratchet.txt: `a.rs` needs only 620; run `cargo xtask tidy --shrink`",
        "xtask/ratchet.txt: `b.rs` is gone; drop its line",
        "xtask/ratchet.txt: `long-functions` needs only 0; run `cargo xtask tidy --shrink`",
    ];
    assert_eq!(printed(&check(&tree([("a.rs", &shrunk)]), &ratchet)), expected);
}

#[test]
fn functions_over_the_cap_are_counted() {
    let (fitting, long) = (function(60), function(61));
    let tree = tree([("a.rs", &fitting), ("b.rs", &long)]);
    let expected = ["b.rs:1: `f` has 61 lines (the ratchet allows 0)"];
    assert_eq!(printed(&check(&tree, &Ratchet::default())), expected);
    let allows_one = Ratchet { long_functions: 1, ..Ratchet::default() };
    assert!(check(&tree, &allows_one).is_empty());
}

#[test]
fn map_over_two_hundred_lines_is_found() {
    let map = "\n".repeat(201);
    let tree = tree([("ARCHITECTURE.md", &map)]);
    let expected = ["ARCHITECTURE.md: 201 lines; the map fits 200"];
    assert_eq!(printed(&check(&tree, &Ratchet::default())), expected);
}

#[test]
fn shrinking_lowers_numbers_and_never_raises_one() {
    let ratchet = Ratchet::parse(
        "# why\nlong-functions 5\nlong-file a.rs 640\nlong-file b.rs 610\nlong-file c.rs 900\n",
    )
    .unwrap();
    let (a, b, c, long) = ("\n".repeat(620), "\n".repeat(650), "\n".repeat(10), function(61));
    let tree = tree([("a.rs", &a), ("b.rs", &b), ("c.rs", &c), ("d.rs", &long)]);
    let shrunk = ratchet.shrunk_to(&tree);
    let expected = Ratchet::parse("long-functions 1\nlong-file a.rs 620\nlong-file b.rs 610\n");
    assert_eq!(shrunk, expected.unwrap());
    assert_eq!(Ratchet::parse(&shrunk.to_string()).unwrap(), shrunk);
}

#[test]
fn ratchet_refuses_a_line_that_it_does_not_know() {
    for text in ["long-functions many\n", "long-file a.rs\n", "short-file a.rs 3\n"] {
        assert!(Ratchet::parse(text).is_err(), "{text}");
    }
}
