//! People, names, addresses.

use affiant_guest::testing::TestAnswers;
use affiant_guest::{Stop, Value};

use super::{ada, alias, missing, new, on, on_with, text, told};

#[test]
fn names_come_in_every_order() {
    let answers = ada().with("client.name.middle", "king").with("client.name.suffix", "Jr");
    for (name, shown) in [
        ("full", "Ada K. Lovelace Jr"),
        ("firstlast", "Ada Lovelace"),
        ("lastfirst", "Lovelace Jr, Ada K."),
        ("middle_initial", "K."),
    ] {
        assert_eq!(on(&answers, "client.name", name, &[]), Ok(text(shown)), "{name}");
    }
    for (middle, shown) in [
        (text("initial"), "Ada K. Lovelace"),
        (text("full"), "Ada king Lovelace"),
        (true.into(), "Ada king Lovelace"),
        (false.into(), "Ada Lovelace"),
        (Value::Null, "Ada Lovelace"),
    ] {
        let named = [("middle", middle), ("use_suffix", false.into())];
        assert_eq!(on_with(&answers, "client", "full", &[], &named), Ok(text(shown)));
    }
}

#[test]
fn a_middle_name_is_never_asked_for() {
    let answers = ada();
    assert_eq!(on(&answers, "client", "full", &[]), Ok(text("Ada Lovelace")));
    assert_eq!(on(&answers, "client.name", "middle_initial", &[]), Ok(text("")));
    assert!(!answers.reads().contains(&"client.name.middle".to_owned()));
}

#[test]
fn sentences_about_somebody() {
    let answers = ada().with("shop", new("Organization")).with("shop.name.text", "Ross");
    for (object, name, given, shown) in [
        ("client", "familiar", "", "Ada"),
        ("client", "salutation", "", "Ms."),
        ("client", "pronoun", "", "her"),
        ("client", "pronoun_objective", "", "her"),
        ("client", "pronoun_subjective", "", "she"),
        ("client", "pronoun_possessive", "lease", "her lease"),
        ("client", "possessive", "lease", "Ada Lovelace’s lease"),
        ("client", "does_verb", "carry bags", "carries bags"),
        ("client", "did_verb", "carry bags", "carried bags"),
        ("client", "is_are_you", "", "is Ada Lovelace"),
        ("client", "do_question", "pay", "does Ada Lovelace pay"),
        ("client", "did_question", "pay", "did Ada Lovelace pay"),
        ("client", "have_question", "paid", "has Ada Lovelace paid"),
        ("client", "were_question", "late", "was Ada Lovelace late"),
        ("shop", "possessive", "lease", "Ross’ lease"),
        ("shop", "pronoun", "", "it"),
        ("shop", "pronoun_possessive", "lease", "its lease"),
    ] {
        let given: Vec<Value> = if given.is_empty() { vec![] } else { vec![text(given)] };
        assert_eq!(on(&answers, object, name, &given), Ok(text(shown)), "{object}.{name}");
    }
    let capitalize = [("capitalize", true.into())];
    assert_eq!(
        on_with(&answers, "client", "do_question", &[text("pay")], &capitalize),
        Ok(text("Does Ada Lovelace pay"))
    );
    let with_name = [("with_name_and_punctuation", true.into())];
    assert_eq!(
        on_with(&answers, "client", "salutation", &[], &with_name),
        Ok(text("Ms. Lovelace:"))
    );
}

#[test]
fn pronouns_follow_gender_and_ask_for_it() {
    let answers = TestAnswers::new().with("a", new("Individual"));
    assert_eq!(on(&answers, "a", "pronoun", &[]), Err(missing("a.gender")));
    for (gender, shown) in [("Male", "he"), ("female", "she"), ("other", "they"), ("", "they")] {
        let answers = answers.clone().with("a.gender", gender);
        assert_eq!(on(&answers, "a", "pronoun_subjective", &[]), Ok(text(shown)));
    }
}

#[test]
fn age_counts_whole_years_to_this_day() {
    let answers = ada();
    assert_eq!(on(&answers, "client", "age_in_years", &[]), Ok(Value::Int(35)));
    let tomorrow = answers.clone().with("client.birthdate", "1990-03-27");
    assert_eq!(on(&tomorrow, "client", "age_in_years", &[]), Ok(Value::Int(36)));
    let as_of = [text("2000-03-28")];
    assert_eq!(on(&answers, "client", "age_in_years", &as_of), Ok(Value::Int(10)));
    let unknown = TestAnswers::new().with("a", new("Individual"));
    assert_eq!(on(&unknown, "a", "age_in_years", &[]), Err(missing("a.birthdate")));
    let wrong = unknown.with("a.birthdate", "soon");
    assert_eq!(told(on(&wrong, "a", "age_in_years", &[])), "`birthdate` is not a date");
}

#[test]
fn addresses_come_in_lines() {
    let answers = ada();
    for (name, shown) in [
        ("line_one", "12 St James’s Square, Unit 5"),
        ("line_two", "London, SW1Y 4JH"),
        ("block", "12 St James’s Square, Unit 5\nLondon, SW1Y 4JH\nUnited Kingdom"),
        ("on_one_line", "12 St James’s Square, Unit 5, London, SW1Y 4JH, United Kingdom"),
        ("formatted_unit", "Unit 5"),
        ("country_name", "United Kingdom"),
    ] {
        assert_eq!(on(&answers, "client.address", name, &[]), Ok(text(shown)), "{name}");
    }
    assert_eq!(
        on(&answers, "client", "address_block", &[]),
        Ok(text("Ada Lovelace\n12 St James’s Square, Unit 5\nLondon, SW1Y 4JH\nUnited Kingdom"))
    );
    let flat = answers.with("client.address.unit", "Flat 5").with("client.address.floor", "2");
    assert_eq!(on(&flat, "client.address", "formatted_unit", &[]), Ok(text("Flat 5, Floor 2")));
}

#[test]
fn a_state_is_named_by_its_code() {
    let answers = TestAnswers::new()
        .with("home", new("Address"))
        .with("home.state", "MA")
        .with("home.city", "Boston")
        .with("home.zip", "02108");
    assert_eq!(on(&answers, "home", "state_name", &[]), Ok(text("Massachusetts")));
    assert_eq!(on(&answers, "home", "line_two", &[]), Ok(text("Boston, MA 02108")));
    let abroad = answers.with("home.state", "QC").with("home.country", "CA");
    assert_eq!(on(&abroad, "home", "state_name", &[]), Ok(text("Quebec")));
}

#[test]
fn a_city_needs_no_street() {
    let answers = TestAnswers::new().with("a", new("City")).with("a.city", "Oslo");
    assert_eq!(on(&answers, "a", "on_one_line", &[]), Ok(text("Oslo")));
}

#[test]
fn whether_somebody_is_identified_is_never_asked() {
    let answers = TestAnswers::new().with("a", new("Individual")).with("b", new("Person"));
    for of in ["a", "b"] {
        assert_eq!(on(&answers, of, "identified", &[]), Ok(false.into()));
    }
    let answers = answers.with("a.name.first", "Ada").with("b.name.text", "Acme");
    for of in ["a", "b"] {
        assert_eq!(on(&answers, of, "identified", &[]), Ok(true.into()));
    }
    assert_eq!(on(&answers, "a.name", "defined_name", &[]), Ok(true.into()));
}

#[test]
fn attributes_are_looked_at_made_and_forgotten() {
    let answers = ada();
    assert_eq!(on(&answers, "client", "attr", &[text("gender")]), Ok(text("female")));
    assert_eq!(on(&answers, "client", "attr", &[text("income")]), Ok(Value::Null));
    assert_eq!(on(&answers, "client", "attribute_defined", &[text("income")]), Ok(false.into()));
    on(&answers, "client", "delattr", &[text("gender"), text("income")]).unwrap();
    assert_eq!(answers.get("client.gender"), None);
    let made = on(&answers, "client", "initializeAttribute", &[text("agent"), text("Person")]);
    assert_eq!(made, Ok(alias("client.agent")));
    assert_eq!(answers.get("client.agent"), Some(new("Person")));
    assert!(matches!(on(&answers, "client", "attr", &[text("a b")]), Err(Stop::Fault(_))));
    assert_eq!(on(&answers, "client.address", "object_name", &[]), Ok(text("address of client")));
}
