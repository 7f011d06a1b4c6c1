//! Choices are stored and read again.

use affiant_manifest::{Country, RecipientFacts, Sentence, TransferBasis, Url, Value};

use super::{SEGMENT, choice, only, package, segment};
use crate::{Choice, Scope};

#[test]
fn a_choice_is_read_as_it_was_stored() {
    let mut chosen =
        choice(7, only("eviction"), &[("identify", Value::Bool(true)), ("days", Value::Int(30))]);
    let facts = RecipientFacts {
        name: Some(Sentence::parse("Tools of ours").unwrap()),
        country: Some(Country::parse("DE").unwrap()),
        privacy_policy: Some(Url::parse("https://example.org/privacy").unwrap()),
        transfer_basis: vec![TransferBasis::ALL[0]],
        onward: vec![Sentence::parse("Nobody else").unwrap()],
    };
    chosen.installation.recipients.insert("destinations".to_owned(), facts);
    for it in [chosen, Choice::default(), segment(Scope::Site), segment(Scope::Off)] {
        assert_eq!(Choice::read(&it.text()), Some(it));
    }
}

#[test]
fn what_is_no_choice_is_not_read() {
    for text in [
        "",
        "on",
        r#"{"where":"everywhere"}"#,
        // On, and nobody knows what.
        r#"{"where":"site"}"#,
        r#"{"package":"ab","where":"site"}"#,
        r#"{"where":"off","more":1}"#,
        r#"{"where":"off","recipients":{"x":{"country":"Germany"}}}"#,
        r#"{"where":"off","recipients":{"x":{"transfer_basis":["because"]}}}"#,
    ] {
        assert_eq!(Choice::read(text), None, "{text}");
    }
}

#[test]
fn scopes_contain_what_they_should() {
    let (a, b) = (only("a"), only("b"));
    for (outer, inner, contains) in [
        (&Scope::Site, &a, true),
        (&Scope::Site, &Scope::Site, true),
        (&a, &Scope::Site, false),
        (&a, &a, true),
        (&a, &b, false),
        (&a, &Scope::Off, true),
        (&Scope::Off, &a, false),
        (&Scope::Off, &Scope::Off, true),
    ] {
        assert_eq!(outer.contains(inner), contains, "{outer:?} and {inner:?}");
    }
    assert!(a.covers("a") && !a.covers("b") && Scope::Site.covers("b") && !Scope::Off.covers("a"));
}

#[test]
fn a_plugin_may_be_on_where_its_manifest_says_and_off_anywhere() {
    let places = [Scope::Off, only("eviction"), Scope::Site];
    for (levels, may) in [
        (r#"levels = ["interview"]"#, [true, true, false]),
        (r#"levels = ["site"]"#, [true, false, true]),
        (r#"levels = ["site", "interview"]"#, [true, true, true]),
        ("", [true, true, true]),
    ] {
        let text = SEGMENT.replace(r#"levels = ["site", "interview"]"#, levels);
        let package = package(1, &text);
        assert_eq!(places.each_ref().map(|it| package.may_be_on(it)), may, "{levels}");
    }
}
