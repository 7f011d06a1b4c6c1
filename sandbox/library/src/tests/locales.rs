//! Languages.

use std::collections::BTreeSet;

use affiant_guest::Value;
use affiant_guest::testing::TestAnswers;
use jiff::civil::date;

use super::{call, decimal};
use crate::{languages, locale, speaks};

#[test]
fn every_language_has_all_words_with_the_same_places() {
    let places = |text: &str| -> BTreeSet<String> {
        let parts = text.split('{').skip(1).filter_map(|it| it.split_once('}'));
        // A label stands in a sentence as it fits there.
        let same = |name: &str| match name {
            "label" | "Label" | "name" => "label".to_owned(),
            other => other.to_owned(),
        };
        parts.map(|(name, _)| same(name)).collect()
    };
    let english = locale("en");
    for tag in languages() {
        let other = locale(tag);
        let missing: Vec<&str> =
            english.keys().filter(|key| !other.keys().any(|it| it == *key)).collect();
        assert!(missing.is_empty(), "{tag} lacks {missing:?}");
        for key in other.keys() {
            let (ours, theirs) = (places(&english.say(key, &[])), places(&other.say(key, &[])));
            // The words of a part can be left out where the sentence does without.
            assert!(theirs.is_subset(&ours), "{tag}: {key}: {theirs:?} is more than {ours:?}");
        }
    }
}

#[test]
fn a_region_speaks_as_its_language_but_for_what_is_its_own() {
    assert_eq!(locale("es-US").say("yes", &[]), "Sí");
    assert_eq!(locale("es-US").marks(), ('.', ','));
    assert_eq!(locale("es-AR").marks(), (',', '.'));
    assert_eq!(locale("de-CH").marks(), ('.', '’'));
    assert_eq!(locale("en-US").date(date(2026, 3, 7)), "March 7, 2026");
    assert_eq!(locale("cy").say("yes", &[]), "Yes");
    assert!(speaks("de-AT") && !speaks("cy"));
}

#[test]
fn months_are_read_by_their_first_letters() {
    for (tag, typed, month) in [
        ("en", "MARCH", Some(3)),
        ("en", "sept", Some(9)),
        ("de", "Mär", Some(3)),
        ("es", "ene.", Some(1)),
        ("en", "ma", None),
        ("de", "march", None),
    ] {
        assert_eq!(locale(tag).month(typed), month, "{tag} {typed}");
    }
}

#[test]
fn functions_say_things_in_the_language_of_the_session() {
    let day = Value::Date(date(2026, 3, 27));
    let cases = [
        ("de", "currency", vec![decimal("-1234.5")], "-1.234,50 €"),
        ("es-MX", "currency", vec![decimal("1234.5")], "$1,234.50"),
        ("de-CH", "currency", vec![decimal("1234.5")], "CHF 1’234.50"),
        ("de", "format_date", vec![day.clone(), Value::text("full")], "Freitag, 27. März 2026"),
        ("es", "format_date", vec![day], "27 de marzo de 2026"),
        ("es", "ordinal", vec![Value::Int(11)], "12.º"),
        ("es", "noun_plural", vec![Value::text("habitación")], "habitaciones"),
        ("de", "noun_plural", vec![Value::text("Kind")], "Kind"),
        (
            "de",
            "possessify",
            vec![Value::text("Anna"), Value::text("das Haus")],
            "das Haus von Anna",
        ),
        ("es", "quantity_noun", vec![Value::Int(2), Value::text("luz")], "dos luces"),
        ("fr", "nice_number", vec![Value::Int(2)], "two"),
    ];
    for (language, name, given, said) in cases {
        let answers = TestAnswers::new().with_word("language", Value::text(language));
        assert_eq!(call(&answers, name, &given), Ok(Value::text(said)), "{language} {name}");
    }
}

#[test]
fn an_interviews_own_words_come_first() {
    let answers = TestAnswers::new()
        .with_word("word:yes", Value::text("Aye"))
        .with_word("word:Rent", Value::text("Renta"));
    assert_eq!(crate::say(&answers.shared(), "yes", &[]), "Aye");
    assert_eq!(call(&answers, "word", &[Value::text("Rent")]), Ok(Value::text("Renta")));
    assert_eq!(call(&answers, "word", &[Value::text("Dog")]), Ok(Value::text("Dog")));
}

#[test]
fn only_a_language_tag_can_be_set() {
    let answers = TestAnswers::new();
    assert_eq!(call(&answers, "set_language", &[Value::text("en")]), Ok(Value::Null));
    for wrong in ["", "e n", "en; Path=/", "🙂"] {
        let fault = call(&answers, "set_language", &[Value::text(wrong)]).unwrap_err();
        assert!(matches!(fault, affiant_guest::Stop::Fault(_)), "{wrong}");
    }
    let other = call(&answers, "set_language", &[Value::text("es-MX")]).unwrap_err();
    assert!(matches!(other, affiant_guest::Stop::Command(_)));
}

#[test]
fn a_range_has_an_end() {
    let answers = TestAnswers::new();
    let range = |given: &[i64]| {
        let given: Vec<Value> = given.iter().map(|it| Value::Int(*it)).collect();
        call(&answers, "range", &given)
    };
    let list = |all: &[i64]| Ok(Value::List(all.iter().map(|it| Value::Int(*it)).collect()));
    assert_eq!(range(&[3]), list(&[0, 1, 2]));
    assert_eq!(range(&[1, 7, 3]), list(&[1, 4]));
    assert_eq!(range(&[3, 0, -1]), list(&[3, 2, 1]));
    assert_eq!(range(&[3, 0]), list(&[]));
    assert!(range(&[0, 5, 0]).is_err());
    assert!(range(&[i64::MIN, i64::MAX]).is_err());
    assert!(range(&[10_001]).is_err());
}
