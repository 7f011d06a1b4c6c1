//! What no file may hold.

use super::{printed, tree};
use crate::tidy::words::check;

fn messages(path: &str, text: &str) -> Vec<String> {
    printed(&check(&tree([(path, text)])))
}

#[test]
fn white_space_at_the_end_of_a_line_is_found() {
    assert_eq!(messages("a.css", "a {\n}  \n"), ["a.css:2: ends with white space"]);
    assert_eq!(messages("a.css", "a {}\r\n"), ["a.css:1: ends with white space"]);
    assert_eq!(messages("a.css", "a {}"), ["a.css: does not end with a line end"]);
    assert!(messages("a.css", "a {}\n").is_empty());
}

#[test]
fn forgotten_work_is_found_as_a_word_of_its_own() {
    for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
        let expected = [format!("a.rs:1: `{mark}`: do it now, or write an issue")];
        assert_eq!(messages("a.rs", &format!("// {mark}: later\n")), expected);
        assert_eq!(messages("a.yml", &format!("a: 1 # {mark}\n")).len(), 1);
        assert_eq!(messages("a.md", &format!("{mark} later\n")).len(), 1);
        assert!(messages("a.md", &format!("No `{mark}` here.\n")).is_empty());
        assert!(messages("a.rs", &format!("const {mark}S: u8 = 1;\n")).is_empty());
    }
}

#[test]
fn tests_that_are_switched_off_and_holes_are_found_in_code_only() {
    for refused in ["#[ignore = \"slow\"]", "#[should_panic]", "todo!()", "unimplemented!()"] {
        assert_eq!(messages("a.rs", &format!("{refused}\n")).len(), 1, "{refused}");
        assert!(messages("a.rs", &format!("// {refused}\n")).is_empty(), "{refused}");
    }
    assert_eq!(messages("a.rs", "std::thread::sleep(it);\n").len(), 1);
}

#[test]
fn folder_of_one_machine_is_found_and_a_part_of_another_path_is_not() {
    let folder = concat!("/wo", "rk/");
    let expected = [format!("a.toml:1: `{folder}` is a folder of one machine")];
    assert_eq!(messages("a.toml", &format!("path = \"{folder}main\"\n")), expected);
    assert!(messages("a.md", &format!("See docs{folder}plan.\n")).is_empty());
}

#[test]
fn host_of_a_package_registry_is_found_but_in_lock_files() {
    let line = format!("from {}\n", concat!("registry.npm", "js.org"));
    assert_eq!(messages("a.toml", &line).len(), 1);
    assert!(messages("tests/browser/package-lock.json", &line).is_empty());
}
