//! What authors read about each mistake. The cases stand in `mistakes/*.txt`.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::support::mistakes_of;

/// Every case of a file with what is said about it.
fn told(cases: &str) -> String {
    let mut out = String::new();
    for case in cases.split("# case: ").skip(1) {
        let (title, text) = case.split_once('\n').unwrap();
        let mut parts = text.split("# file: ");
        let main = parts.next().unwrap();
        let others = parts.map(|it| it.split_once('\n').unwrap());
        let files: Vec<(&str, &str)> = std::iter::once(("test.yml", main)).chain(others).collect();
        let said = mistakes_of(&files);
        assert!(!said.is_empty(), "nothing is said about: {title}");
        write!(out, "## {title}\n\n{text}\n{said}\n").unwrap();
    }
    out
}

#[test]
fn every_mistake_in_yaml_has_its_place_and_a_hint() {
    assert_snapshot!(told(include_str!("mistakes/yaml.txt")));
}

#[test]
fn every_mistake_with_keys_has_its_place_and_a_hint() {
    assert_snapshot!(told(include_str!("mistakes/keys.txt")));
}

#[test]
fn every_mistake_in_blocks_has_its_place_and_a_hint() {
    assert_snapshot!(told(include_str!("mistakes/blocks.txt")));
}

#[test]
fn every_mistake_in_fields_has_its_place_and_a_hint() {
    assert_snapshot!(told(include_str!("mistakes/fields.txt")));
}

#[test]
fn every_mistake_in_texts_has_its_place_and_a_hint() {
    assert_snapshot!(told(include_str!("mistakes/texts.txt")));
}

#[test]
fn every_mistake_with_files_has_its_place_and_a_hint() {
    assert_snapshot!(told(include_str!("mistakes/files.txt")));
}
