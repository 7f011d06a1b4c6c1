//! Lists, sets, dictionaries.

use affiant_guest::testing::TestAnswers;
use affiant_guest::{Stop, Value};

use super::{ada, alias, call, call_with, decimal, list, missing, new, on, on_with, text, told};

fn numbers() -> TestAnswers {
    TestAnswers::new().with_items("n", "List", vec![3.into(), 1.into(), 2.into()])
}

fn boxes() -> TestAnswers {
    TestAnswers::new().with_entries(
        "b",
        "Dict",
        &[("gas", true.into()), ("oil", false.into()), ("wood", true.into())],
    )
}

#[test]
fn lists_count_and_say_how_many() {
    let answers = numbers();
    for (name, given, result) in [
        ("number", None, Value::Int(3)),
        ("len", None, Value::Int(3)),
        ("number_gathered", None, Value::Int(3)),
        ("number_as_word", None, text("three")),
        ("quantity_noun", Some("child"), text("three children")),
        ("as_noun", Some("child"), text("children")),
        ("as_singular_noun", Some("children"), text("child")),
        ("does_verb", Some("be"), text("are")),
        ("did_verb", Some("be"), text("were")),
        ("is_are", None, text("are")),
        ("pronoun_subjective", None, text("they")),
        ("pronoun_possessive", Some("home"), text("their home")),
        ("comma_and_list", None, text("3, 1, and 2")),
        ("comma_and_list", Some("or"), text("3, 1, or 2")),
        ("sum", None, Value::Int(6)),
        ("any_true", None, true.into()),
        ("has_been_gathered", None, true.into()),
    ] {
        let given: Vec<Value> = given.into_iter().map(text).collect();
        assert_eq!(on(&answers, "n", name, &given), Ok(result), "{name}");
    }
}

#[test]
fn a_list_of_one_is_spoken_of_as_one() {
    let answers = ada().with_items("l", "PartyList", vec![alias("client")]);
    for (name, given, shown) in [
        ("quantity_noun", Some("child"), "one child"),
        ("does_verb", Some("pay"), "pays"),
        ("is_are", None, "is"),
        ("pronoun", None, "her"),
        ("possessive", Some("home"), "Ada Lovelace’s home"),
    ] {
        let given: Vec<Value> = given.into_iter().map(text).collect();
        assert_eq!(on(&answers, "l", name, &given), Ok(text(shown)), "{name}");
    }
}

#[test]
fn lists_find_their_items() {
    let answers = numbers();
    for (name, given, result) in [
        ("first", None, Value::Int(3)),
        ("last", None, Value::Int(2)),
        ("item", Some(1), Value::Int(1)),
        ("item", Some(9), Value::Empty),
        ("item", Some(-1), Value::Empty),
        ("is_first", Some(3), true.into()),
        ("is_first", Some(2), false.into()),
        ("is_last", Some(2), true.into()),
        ("index", Some(1), Value::Int(1)),
        ("index", Some(9), Value::Null),
        ("contains", Some(2), true.into()),
        ("contains", Some(9), false.into()),
        ("count", Some(2), Value::Int(1)),
    ] {
        let given: Vec<Value> = given.into_iter().map(Value::Int).collect();
        assert_eq!(on(&answers, "n", name, &given), Ok(result), "{name} {given:?}");
    }
    let nobody = TestAnswers::new().with_items("n", "List", vec![]);
    assert_eq!(on(&nobody, "n", "first", &[]), Ok(Value::Empty));
    assert_eq!(on(&nobody, "n", "is_last", &[1.into()]), Ok(false.into()));
}

#[test]
fn counting_and_looking_gather_but_looking_so_far_does_not() {
    let answers = TestAnswers::new().with("kids", new("List"));
    for name in ["number", "first", "comma_and_list", "sum", "gather", "number_as_word"] {
        assert_eq!(on(&answers, "kids", name, &[]), Err(missing("kids.gathered")), "{name}");
    }
    assert_eq!(on(&answers, "kids", "number_gathered", &[]), Ok(Value::Int(0)));
    assert_eq!(on(&answers, "kids", "complete_elements", &[]), Ok(list(&[])));
    assert_eq!(on(&answers, "kids", "has_been_gathered", &[]), Ok(false.into()));
    assert_eq!(call(&answers, "len", &[alias("kids")]), Err(missing("kids.gathered")));
}

#[test]
fn lists_change() {
    let answers = numbers();
    on(&answers, "n", "append", &[7.into(), 8.into()]).unwrap();
    on(&answers, "n", "extend", &[list(&[9.into()])]).unwrap();
    assert_eq!(on(&answers, "n", "number", &[]), Ok(Value::Int(6)));
    assert_eq!(on(&answers, "n", "pop", &[]), Ok(true.into()));
    assert_eq!(on(&answers, "n", "remove", &[0.into()]), Ok(true.into()));
    assert_eq!(on(&answers, "n", "remove", &[99.into()]), Ok(false.into()));
    assert_eq!(on(&answers, "n", "comma_and_list", &[]), Ok(text("1, 2, 7, and 8")));
    on(&answers, "n", "clear", &[]).unwrap();
    assert_eq!(on(&answers, "n", "number", &[]), Ok(Value::Int(0)));
    assert_eq!(on(&answers, "n", "pop", &[]), Ok(false.into()));
}

#[test]
fn a_new_item_is_an_object_of_the_lists_type() {
    let answers = numbers().with("n.object_type", "Individual");
    assert_eq!(on(&answers, "n", "appendObject", &[]), Ok(alias("n[3]")));
    assert_eq!(answers.get("n[3]"), Some(new("Individual")));
    assert_eq!(on(&answers, "n", "appendObject", &[text("Address")]), Ok(alias("n[4]")));
    assert_eq!(on(&answers, "n", "remove", &[alias("n[3]")]), Ok(true.into()));
    assert_eq!(answers.get("n[3]"), Some(new("Address")));
}

#[test]
fn collections_compare() {
    let answers = numbers();
    let other = || vec![list(&[2.into(), 3.into(), 5.into()])];
    for (name, result) in [
        ("union", list(&[3.into(), 1.into(), 2.into(), 5.into()])),
        ("intersection", list(&[3.into(), 2.into()])),
        ("difference", list(&[1.into()])),
        ("isdisjoint", false.into()),
        ("issubset", false.into()),
        ("issuperset", false.into()),
    ] {
        assert_eq!(on(&answers, "n", name, &other()), Ok(result), "{name}");
    }
    assert_eq!(on(&answers, "n", "issuperset", &[list(&[1.into()])]), Ok(true.into()));
}

#[test]
fn ticked_boxes_are_tested_together_and_by_name() {
    let answers = boxes();
    let no = || Vec::<&str>::new();
    for (name, keys, result) in [
        ("any_true", no(), true),
        ("all_true", no(), false),
        ("any_false", no(), true),
        ("all_false", no(), false),
        ("any_true", vec!["oil"], false),
        ("any_true", vec!["oil", "gas"], true),
        ("all_true", vec!["gas", "wood"], true),
        ("all_false", vec!["oil"], true),
        ("any_false", vec!["gas"], false),
    ] {
        let keys: Vec<Value> = keys.into_iter().map(text).collect();
        assert_eq!(on(&answers, "b", name, &keys), Ok(result.into()), "{name} {keys:?}");
    }
    let exclusive = [("exclusive", true.into())];
    let all_true = |keys: &[Value]| on_with(&answers, "b", "all_true", keys, &exclusive);
    assert_eq!(all_true(&[text("gas")]), Ok(false.into()));
    assert_eq!(all_true(&[text("gas"), text("wood")]), Ok(true.into()));
}

#[test]
fn dictionaries_are_read_by_key() {
    let answers = boxes();
    let keys = |of: &[&str]| list(&of.iter().map(|it| text(it)).collect::<Vec<_>>());
    for (name, given, result) in [
        ("keys", vec![], keys(&["gas", "oil", "wood"])),
        ("values", vec![], list(&[true.into(), false.into(), true.into()])),
        ("true_values", vec![], keys(&["gas", "wood"])),
        ("false_values", vec![], keys(&["oil"])),
        ("number", vec![], Value::Int(3)),
        ("comma_and_list", vec![], text("gas and wood")),
        ("get", vec![text("gas")], true.into()),
        ("get", vec![text("coal")], Value::Null),
        ("get", vec![text("coal"), 7.into()], Value::Int(7)),
        ("contains", vec![text("coal")], false.into()),
        ("setdefault", vec![text("coal"), 7.into()], Value::Int(7)),
        ("pop", vec![text("coal")], Value::Int(7)),
        ("pop", vec![text("coal"), 1.into()], Value::Int(1)),
    ] {
        assert_eq!(on(&answers, "b", name, &given), Ok(result), "{name}");
    }
    let more = Value::Dict([("coal".to_owned(), Value::Int(1))].into());
    on(&answers, "b", "update", &[more]).unwrap();
    assert_eq!(on(&answers, "b", "number", &[]), Ok(Value::Int(4)));
    on(&answers, "b", "clear", &[]).unwrap();
    assert_eq!(on(&answers, "b", "number", &[]), Ok(Value::Int(0)));
}

#[test]
fn phrases_take_another_word_and_no_comma() {
    let answers = numbers();
    let three = [list(&[text("a"), text("b"), text("c")])];
    assert_eq!(call(&answers, "comma_and_list", &three), Ok(text("a, b, and c")));
    assert_eq!(call(&answers, "comma_and_list", &[text("a"), text("b")]), Ok(text("a and b")));
    assert_eq!(call(&answers, "comma_and_list", &[alias("n")]), Ok(text("3, 1, and 2")));
    for (named, shown) in
        [(("and_string", text("or")), "a, b, or c"), (("oxford", false.into()), "a, b and c")]
    {
        assert_eq!(call_with(&answers, "comma_and_list", &three, &[named]), Ok(text(shown)));
    }
}

#[test]
fn functions_take_any_collection() {
    let answers = numbers();
    let dictionary = Value::Dict([("a".to_owned(), Value::Int(5))].into());
    for (name, given, result) in [
        ("len", text("héllo"), Value::Int(5)),
        ("len", alias("n"), Value::Int(3)),
        ("len", dictionary.clone(), Value::Int(1)),
        ("len", Value::Empty, Value::Int(0)),
        ("sum", alias("n"), Value::Int(6)),
        ("sum", dictionary, Value::Int(5)),
        ("sum", list(&[decimal("0.1"), decimal("0.2")]), decimal("0.3")),
        ("any_true", list(&[0.into(), 1.into()]), true.into()),
        ("all_true", list(&[0.into(), 1.into()]), false.into()),
        ("sorted", alias("n"), list(&[1.into(), 2.into(), 3.into()])),
        ("sorted", list(&[text("b"), text("a")]), list(&[text("a"), text("b")])),
    ] {
        assert_eq!(call(&answers, name, &[given]), Ok(result), "{name}");
    }
    assert_eq!(
        told(call(&answers, "len", &[1.into()])),
        "only texts and collections have a length"
    );
    assert_eq!(told(call(&answers, "sum", &[list(&[text("x")])])), "only numbers have a sum");
    assert!(told(call(&answers, "sorted", &[list(&[text("x"), 1.into()])])).contains("one kind"));
    let most = list(&[decimal("79228162514264337593543950335"), decimal("1")]);
    assert!(matches!(call(&answers, "sum", &[most]), Err(Stop::Fault(_))));
}
