//! Texts, words, numbers, telephone numbers, places, markup.

use affiant_guest::testing::TestAnswers;
use affiant_guest::{Stop, Value};

use super::{call, call_with, decimal, list, text, told};

#[test]
fn words_take_their_form() {
    let answers = TestAnswers::new();
    for (name, given, shown) in [
        ("noun_plural", "child", "children"),
        ("noun_plural", "step child", "step children"),
        ("noun_plural", "party", "parties"),
        ("noun_plural", "day", "days"),
        ("noun_plural", "box", "boxes"),
        ("noun_plural", "", ""),
        ("noun_singular", "children", "child"),
        ("noun_singular", "parties", "party"),
        ("noun_singular", "boxes", "box"),
        ("noun_singular", "class", "class"),
        ("noun_singular", "houses", "house"),
        ("indefinite_article", "apple", "an apple"),
        ("indefinite_article", "hour", "an hour"),
        ("indefinite_article", "university", "a university"),
        ("indefinite_article", "uninvited guest", "an uninvited guest"),
        ("indefinite_article", "lease", "a lease"),
        ("verb_present", "carry bags", "carries bags"),
        ("verb_present", "be late", "is late"),
        ("verb_past", "pay rent", "paid rent"),
        ("verb_past", "carry", "carried"),
        ("verb_past", "move", "moved"),
        ("capitalize", "ünder way", "Ünder way"),
        ("title_case", "a small claim", "A Small Claim"),
        ("upper", "straße", "STRASSE"),
        ("lower", "ABC", "abc"),
        ("single_paragraph", " a\n\nb\tc ", "a b c"),
        ("single_to_double_newlines", "a\nb\n\nc", "a\n\nb\n\nc"),
        ("space_to_underscore", " my lease ", "my_lease"),
        ("nodoublequote", "say \"a\"", "say 'a'"),
        ("fix_punctuation", "Stop", "Stop."),
        ("fix_punctuation", "Stop! ", "Stop!"),
        ("fix_punctuation", "", ""),
        ("redact", "secret", "██████"),
        ("word", "yes", "yes"),
        ("str", "a", "a"),
    ] {
        assert_eq!(call(&answers, name, &[text(given)]), Ok(text(shown)), "{name} {given}");
    }
}

#[test]
fn nouns_follow_a_count() {
    let answers = TestAnswers::new();
    let one_or_three = [(Value::Int(1), "child"), (Value::Int(3), "children")];
    for (count, shown) in one_or_three {
        let given = [text("child"), count];
        assert_eq!(call(&answers, "noun_plural", &given), Ok(text(shown)));
    }
    for (count, shown) in [
        (0.into(), "zero children"),
        (1.into(), "one child"),
        (10.into(), "ten children"),
        (1200.into(), "1,200 children"),
        (decimal("2"), "two children"),
    ] {
        let given = [count, text("child")];
        assert_eq!(call(&answers, "quantity_noun", &given), Ok(text(shown)));
    }
    let given = [text("Ross"), text("lease")];
    assert_eq!(call(&answers, "possessify", &given), Ok(text("Ross’ lease")));
    let given = [text("the tenant"), text("pay")];
    assert_eq!(call(&answers, "does_a_b", &given), Ok(text("does the tenant pay")));
}

#[test]
fn money_is_exact_and_has_two_places() {
    let answers = TestAnswers::new();
    for (value, shown) in [
        (1200.into(), "$1,200.00"),
        (decimal("1234567.895"), "$1,234,567.90"),
        (decimal("-0.005"), "-$0.01"),
        (decimal("-0.001"), "$0.00"),
        (Value::Float(0.1 + 0.2), "$0.30"),
        (text("12.5"), "$12.50"),
        (decimal("79228162514264337593543950335"), "$79,228,162,514,264,337,593,543,950,335.00"),
        (Value::Null, ""),
        (text(""), ""),
    ] {
        assert_eq!(call(&answers, "currency", &[value]), Ok(text(shown)), "{shown}");
    }
    let named = [("symbol", text("£")), ("decimals", false.into())];
    assert_eq!(call_with(&answers, "currency", &[1200.into()], &named), Ok(text("£1,200")));
    assert_eq!(told(call(&answers, "currency", &[text("x")])), "`value` must be a number");
    assert_eq!(told(call(&answers, "currency", &[])), "the argument `value` is missing");
}

#[test]
fn numbers_are_said_in_words_while_they_are_small() {
    let answers = TestAnswers::new();
    for (name, value, shown) in [
        ("nice_number", 10.into(), "ten"),
        ("nice_number", 11.into(), "11"),
        ("nice_number", (-1).into(), "-1"),
        ("nice_number", decimal("2.50"), "2.5"),
        ("nice_number", 12_000.into(), "12,000"),
        ("ordinal", 0.into(), "first"),
        ("ordinal", 10.into(), "11th"),
        ("ordinal", i64::MAX.into(), "9223372036854775807th"),
        ("ordinal_number", 2.into(), "second"),
        ("ordinal_number", 22.into(), "22nd"),
        ("ordinal_number", 113.into(), "113th"),
        ("ordinal_number", i64::MIN.into(), "-9223372036854775808th"),
        ("thousands", decimal("-1234.5"), "-1,234.5"),
        ("alpha", 0.into(), "A"),
        ("alpha", 26.into(), "AA"),
        ("alpha", 701.into(), "ZZ"),
        ("roman", 3.into(), "IV"),
        ("roman", 1993.into(), "MCMXCIV"),
        ("item_label", 2.into(), "III."),
    ] {
        assert_eq!(call(&answers, name, &[value]), Ok(text(shown)), "{name} {shown}");
    }
    let labels = ["II.", "B.", "2.", "b)", "(2)", "(b)", "ii)"];
    for (level, label) in (0..).zip(labels) {
        assert_eq!(call(&answers, "item_label", &[1.into(), level.into()]), Ok(text(label)));
    }
    for name in ["alpha", "roman", "item_label"] {
        for index in [-1, i64::MAX] {
            assert!(told(call(&answers, name, &[index.into()])).contains("between"), "{name}");
        }
    }
}

#[test]
fn numbers_convert_and_compare() {
    let answers = TestAnswers::new();
    for (name, given, result) in [
        ("int", vec![decimal("-2.9")], Value::Int(-2)),
        ("int", vec![text(" 7 ")], Value::Int(7)),
        ("decimal", vec![text("0.10")], decimal("0.10")),
        ("float", vec![7.into()], decimal("7")),
        ("round", vec![decimal("2.5")], decimal("3")),
        ("round", vec![decimal("-2.345"), 2.into()], decimal("-2.35")),
        ("abs", vec![(-3).into()], Value::Int(3)),
        ("abs", vec![i64::MIN.into()], decimal("9223372036854775808")),
        ("min", vec![3.into(), decimal("1.5")], decimal("1.5")),
        ("max", vec![list(&[3.into(), 1.into()])], Value::Int(3)),
    ] {
        assert_eq!(call(&answers, name, &given), Ok(result), "{name}");
    }
    assert!(told(call(&answers, "int", &[text("x")])).contains("whole number"));
    assert!(told(call(&answers, "int", &[Value::Float(f64::NAN)])).contains("whole number"));
    assert!(told(call(&answers, "round", &[1.into(), (-1).into()])).contains("between"));
    assert_eq!(told(call(&answers, "max", &[])), "there is nothing to compare");
}

#[test]
fn telephone_numbers_are_read_where_the_plan_is_known() {
    let answers = TestAnswers::new();
    for (number, is_valid, formatted, international) in [
        ("212 555 1234", true, "(212) 555-1234", Some("+12125551234")),
        ("1-212-555-1234", true, "(212) 555-1234", Some("+12125551234")),
        ("+1 (212) 555-1234", true, "(212) 555-1234", Some("+12125551234")),
        ("+44 20 7946 0018", true, "+44 20 7946 0018", Some("+442079460018")),
        ("112 555 1234", true, "112 555 1234", None),
        ("12345", false, "12345", None),
        ("call me", false, "call me", None),
        ("2125551234;drop", false, "2125551234;drop", None),
        ("٢١٢٥٥٥١٢٣٤", false, "٢١٢٥٥٥١٢٣٤", None),
    ] {
        let given = [text(number)];
        assert_eq!(call(&answers, "phone_number_is_valid", &given), Ok(is_valid.into()));
        assert_eq!(call(&answers, "phone_number_formatted", &given), Ok(text(formatted)));
        let expected = international.map_or(Value::Null, text);
        assert_eq!(call(&answers, "phone_number_in_e164", &given), Ok(expected), "{number}");
    }
    let abroad = [text("2125551234"), text("GB")];
    assert_eq!(call(&answers, "phone_number_in_e164", &abroad), Ok(Value::Null));
}

#[test]
fn places_are_listed_by_code() {
    let answers = TestAnswers::new();
    let count = |name: &str, given: &[Value]| match call(&answers, name, given) {
        Ok(Value::Dict(entries)) => entries.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(count("states_list", &[]), 51);
    assert_eq!(count("states_list", &[text("CA")]), 13);
    assert_eq!(count("states_list", &[text("FR")]), 0);
    assert_eq!(count("countries_list", &[]), 249);
    assert_eq!(call(&answers, "country_name", &[text("CH")]), Ok(text("Switzerland")));
    assert_eq!(call(&answers, "state_name", &[text("MA")]), Ok(text("Massachusetts")));
    assert_eq!(call(&answers, "state_name", &[text("??")]), Ok(text("??")));
}

#[test]
fn markup_escapes_what_it_is_given_and_keeps_markup() {
    let answers = TestAnswers::new();
    let markup = |it: &str| Ok(Value::Markup(it.to_owned()));
    assert_eq!(call(&answers, "bold", &[text("a*b <i>")]), markup(r"**a\*b \<i\>**"));
    assert_eq!(call(&answers, "italic", &[Value::Markup("**a**".into())]), markup("***a***"));
    assert_eq!(call(&answers, "bold", &[text(" ")]), markup(""));
    assert_eq!(
        call(&answers, "action_button_html", &[text("action:a"), text("[x](y)")]),
        markup(r"[\[x\]\(y\)](<action:a>)")
    );
    assert_eq!(call(&answers, "action_button_html", &[text("a>\n\\<b")]), markup("[Edit](<ab>)"));
}

#[test]
fn a_template_collapses_with_its_answers_escaped() {
    let answers = TestAnswers::new()
        .with_object("t", "Template")
        .with("t.subject", "*about*\nus")
        .with("t.content", Value::Markup("**text**".into()));
    assert_eq!(
        call(&answers, "collapse_template", &[Value::Alias(super::path("t"))]),
        Ok(Value::Markup("**\\*about\\* us**\n\n**text**".into()))
    );
}

#[test]
fn texts_split_and_replace_within_bounds() {
    let answers = TestAnswers::new();
    let given = [text("a, b"), text(", ")];
    assert_eq!(call(&answers, "split", &given), Ok(list(&[text("a"), text("b")])));
    assert!(told(call(&answers, "split", &[text("a"), text("")])).contains("must not be empty"));
    let long = text(&"a".repeat(20_000));
    assert!(told(call(&answers, "split", &[long.clone(), text("a")])).contains("too many"));
    let given = [text("a-b"), text("-"), text(" ")];
    assert_eq!(call(&answers, "replace", &given), Ok(text("a b")));
    let bomb = [long.clone(), text("a"), long];
    assert!(matches!(call(&answers, "replace", &bomb), Err(Stop::Fault(_))));
}
