//! Paths and values as another crate sees them.

use crate::{Path, Segment};

#[test]
fn a_path_prints_as_it_was_written() {
    for text in ["a", "a.b", "a[0].b", "a[\"k\"]", "client.children[2].name.first", r#"a["x\"y"]"#]
    {
        assert_eq!(Path::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn single_quotes_are_the_same_key() {
    let path = Path::parse("a['k'].b").unwrap();
    assert_eq!(path.segments()[0], Segment::Key("k".into()));
}

#[test]
fn calls_operators_and_broken_brackets_are_no_paths() {
    for text in ["", "1a", "a.", "a..b", "a[", "a[]", "a[-1]", "a[i]", "a()", "a + b", "a['k]", "é"]
    {
        assert!(Path::parse(text).is_err(), "{text}");
    }
}
