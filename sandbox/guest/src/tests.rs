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

#[test]
fn answers_in_memory_follow_aliases_and_name_what_is_missing() {
    use crate::testing::TestAnswers;
    use crate::{Answers as _, Stop, Value};

    let answers = TestAnswers::new()
        .with_object("client", "Individual")
        .with_items("people", "List", vec![Value::Alias(Path::root_of("client"))])
        .with("client.age", 40);
    let path = |it: &str| Path::parse(it).unwrap();
    assert_eq!(answers.read(&path("people[0].age")), Ok(Value::Int(40)));
    assert_eq!(answers.read(&path("people[0]")), Ok(Value::Alias(path("client"))));
    assert_eq!(
        answers.read(&path("people[0].name.first")),
        Err(Stop::Missing(path("client.name")))
    );
    assert_eq!(answers.read(&path("people[1].age")), Err(Stop::Missing(path("people[1]"))));
    assert_eq!(answers.append(&path("people"), 2.into()), Ok(path("people[1]")));
    assert_eq!(answers.items(&path("people")).unwrap().len(), 2);
    answers.remove(&path("people.gathered")).unwrap();
    assert_eq!(answers.items(&path("people")), Err(Stop::Missing(path("people.gathered"))));
}
