//! Who agreed to what, and when they are asked again.

use affiant_manifest::{Installation, Manifest, Value};
use axum::http::HeaderValue;
use proptest::prelude::*;

use super::*;

const DAY: i64 = 20_800;

const PLUGIN: &str = "org.example.counting";

/// Facts of a plugin that sends this many kinds of data about use.
fn facts(mode: &str) -> Facts {
    let text = r#"manifest = 1
[plugin]
id = "org.example.counting"
name = "Counting"
version = "1.0.0"
privacy_revision = 1
kind = "analytics"
license = "MIT"
summary = "Counts."
[settings.mode]
type = "enum"
values = ["few", "many"]
default = "few"
[[capability]]
id = "events.subscribe"
reason = "core-function"
text = "Counts."
[[data]]
id = "more"
when = { setting = "mode", is = "many" }
source = "browser"
categories = ["pd:IPAddress"]
purposes = ["dpv:ServiceUsageAnalytics"]
processing = ["dpv:Collect"]
necessity = "dpv:Optional"
"#;
    let manifest = Manifest::parse(text).manifest.unwrap();
    let mut installation = Installation::default();
    installation.values.insert("mode".to_owned(), Value::Text(mode.to_owned()));
    manifest.declaration(installation).unwrap().facts()
}

fn asking(gate: Gate, now: &Facts, before: &[Facts]) -> Asking {
    let honours = [Signal::Gpc, Signal::Dnt].into();
    Asking::new(PLUGIN, (gate, honours), now, before)
}

fn signals(name: &'static str, value: &'static str) -> Signals {
    let mut headers = HeaderMap::new();
    headers.insert(name, HeaderValue::from_static(value));
    Signals::of(&headers)
}

fn answered(asking: &Asking, yes: bool, signals: Signals) -> Choices {
    let mut choices = Choices::default();
    choices.answer(asking, yes, signals, DAY);
    Choices::read(&choices.text(), DAY)
}

#[test]
fn nothing_counts_as_agreed_before_somebody_agreed() {
    let asking = asking(Gate::Statistics, &facts("few"), &[]);
    let none = Signals::default();
    for text in ["", "x", "AAAA", "AAAAAAA", "////", &"A".repeat(4_000)] {
        assert_eq!(Choices::read(text, DAY).stand(&asking, none), Stand::Unasked, "{text}");
    }
    assert_eq!(answered(&asking, true, none).stand(&asking, none), Stand::Agreed);
    assert_eq!(answered(&asking, false, none).stand(&asking, none), Stand::Refused);
}

#[test]
fn wider_declaration_is_asked_about_again_and_a_narrower_one_is_not() {
    let (few, many) = (facts("few"), facts("many"));
    let none = Signals::default();
    let at_first = asking(Gate::Statistics, &few, &[]);
    let wider = asking(Gate::Statistics, &many, std::slice::from_ref(&few));
    let narrower = asking(Gate::Statistics, &few, std::slice::from_ref(&many));
    assert_eq!(answered(&at_first, true, none).stand(&wider, none), Stand::Unasked);
    assert_eq!(answered(&wider, true, none).stand(&narrower, none), Stand::Agreed);
    // A no stays one.
    assert_eq!(answered(&at_first, false, none).stand(&wider, none), Stand::Refused);
    // Of what was never declared here nothing follows.
    let unknown = asking(Gate::Statistics, &few, &[]);
    assert_eq!(answered(&wider, true, none).stand(&unknown, none), Stand::Unasked);
}

#[test]
fn agreeing_to_one_plugin_is_not_agreeing_to_another_that_declares_the_same() {
    let now = facts("few");
    let one = asking(Gate::Statistics, &now, &[]);
    let other = Asking::new("org.example.other", (Gate::Statistics, BTreeSet::new()), &now, &[]);
    let choices = answered(&one, true, Signals::default());
    assert_eq!(choices.stand(&other, Signals::default()), Stand::Unasked);
}

#[test]
fn signal_of_the_browser_is_a_no_until_the_person_decides_here() {
    let none = Signals::default();
    let statistics = asking(Gate::Statistics, &facts("few"), &[]);
    let functional = asking(Gate::Functional, &facts("few"), &[]);
    for on in [signals("sec-gpc", "1"), signals("dnt", "1")] {
        let nothing = Choices::default();
        assert_eq!(nothing.stand(&statistics, on), Stand::Signalled);
        assert_eq!(nothing.stand(&functional, on), Stand::Unasked);
        // A yes from before the signal does not count against it; one that was given with it does.
        assert_eq!(answered(&statistics, true, none).stand(&statistics, on), Stand::Signalled);
        assert_eq!(answered(&statistics, true, on).stand(&statistics, on), Stand::Agreed);
        assert_eq!(answered(&statistics, true, on).stand(&statistics, none), Stand::Agreed);
    }
    let off = signals("sec-gpc", "0");
    assert_eq!(Choices::default().stand(&statistics, off), Stand::Unasked);
    let deaf = Asking::new(PLUGIN, (Gate::Statistics, BTreeSet::new()), &facts("few"), &[]);
    let on = signals("sec-gpc", "1");
    assert_eq!(Choices::default().stand(&deaf, on), Stand::Unasked);
}

#[test]
fn answer_is_asked_for_again_after_half_a_year() {
    let asking = asking(Gate::Statistics, &facts("few"), &[]);
    let text = answered(&asking, true, Signals::default()).text();
    let on = |day| Choices::read(&text, day).stand(&asking, Signals::default());
    assert_eq!(on(DAY + KEPT_DAYS - 1), Stand::Agreed);
    assert_eq!(on(DAY + KEPT_DAYS), Stand::Unasked);
    assert_eq!(on(DAY - 1), Stand::Unasked);
}

#[test]
fn newest_answer_counts_and_a_cookie_does_not_grow_for_ever() {
    let none = Signals::default();
    let of = |number: usize| {
        let plugin = format!("org.example.number-{number}");
        Asking::new(&plugin, (Gate::Statistics, BTreeSet::new()), &facts("few"), &[])
    };
    let mut choices = Choices::default();
    for number in 0..100 {
        choices.answer(&of(number), false, none, DAY);
        choices.answer(&of(number), true, none, DAY);
    }
    assert!(choices.text().len() < 1_000);
    let read = Choices::read(&choices.text(), DAY);
    assert_eq!(read.stand(&of(99), none), Stand::Agreed);
    assert_eq!(read.stand(&of(0), none), Stand::Unasked);
}

proptest! {
    #[test]
    fn any_cookie_is_read_and_none_is_agreement_by_chance(text in ".{0,200}|[A-Za-z0-9_-]{0,120}") {
        let asking = asking(Gate::Statistics, &facts("few"), &[]);
        let stand = Choices::read(&text, DAY).stand(&asking, Signals::default());
        prop_assert_eq!(stand, Stand::Unasked);
    }
}
