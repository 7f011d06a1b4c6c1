//! What is found in a plugin's files.

use std::collections::BTreeMap;

use affiant_manifest::{Lock, Manifest};

use crate::reading::grade;
use crate::{Outcome, Subject, Verdict, fixed};

const MANIFEST: &str = include_str!("plugin.toml");

fn component(import: &str, text: &str) -> Vec<u8> {
    let component = format!(
        "(component
            (import \"affiant:host/{import}@1.0.0\" (instance))
            (import \"affiant:host/store@1.0.0\" (instance))
            (core module (memory 1) (data (i32.const 0) \"{text}\"))
            (instance $it)
            (export \"affiant:analytics/events@1.0.0\" (instance $it)))"
    );
    wat::parse_str(component).unwrap()
}

fn subject() -> Subject {
    Subject {
        manifest: MANIFEST.to_owned(),
        component: component("http", "https://api.example.org/v1/"),
        lock: Some(Lock::text(Manifest::parse(MANIFEST).usable().unwrap())),
        ..Subject::default()
    }
}

/// What each check of the files found, by its name.
fn found(subject: &Subject) -> BTreeMap<&'static str, String> {
    let parsed = Manifest::parse(&subject.manifest);
    let mut outcomes = vec![fixed::form(&parsed, &subject.manifest)];
    outcomes.extend(parsed.usable().into_iter().flat_map(|it| fixed::check(subject, it)));
    let told = |it: Outcome| match it.verdict {
        Verdict::Passed => None,
        Verdict::Failed(wrong) => Some((it.id, wrong.join("\n"))),
        Verdict::NotRun(why) => Some((it.id, why)),
    };
    outcomes.into_iter().filter_map(told).collect()
}

#[test]
fn a_plugin_that_is_in_order_passes() {
    assert_eq!(found(&subject()), BTreeMap::new());
}

#[test]
fn each_check_finds_what_it_is_for() {
    let one = |subject: Subject, id: &str, told: &str| {
        let found = found(&subject);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [id], "{found:?}");
        assert!(found[id].contains(told), "{found:?}");
    };
    let broken = MANIFEST.replace("kind = \"analytics\"", "kind = \"analysis\"");
    one(Subject { manifest: broken, ..subject() }, "S1", "plugin.toml:8:8");
    let greedy = component("mail", "");
    one(Subject { component: greedy, ..subject() }, "S2", "affiant:host/mail@1.0.0");
    let elsewhere = component("http", "https://evil.example/x");
    one(Subject { component: elsewhere, ..subject() }, "S5", "`evil.example`");
    one(Subject { lock: None, ..subject() }, "S6", "there is no privacy.lock");
    let empty = Some(String::new());
    one(Subject { lock: empty, ..subject() }, "S6", "affiant plugin check --accept");
    let bad = Some("x".to_owned());
    one(Subject { lock: bad, ..subject() }, "S6", "privacy.lock:1");
    let hard = "Facilitates organisational accountability regarding interdepartmental \
                telecommunications infrastructure utilisation and instrumentation irregularities.";
    let long = MANIFEST.replace("Learns which screen was shown.", hard);
    let long = long.replace("Keeps a number.", hard).replace("Sends that on.", hard);
    one(Subject { manifest: long, ..subject() }, "S4", "years of school");
}

#[test]
fn a_translation_has_each_sentence_and_no_other() {
    let all = [
        "Sends what happened to somebody.",
        "Learns which screen was shown.",
        "Sends that on.",
        "Keeps a number.",
        "Somebody learns how often a screen is seen.",
    ];
    let text: String = all.iter().map(|it| format!("\"{it}\" = \"…\"\n")).collect();
    let with = |text: &str| {
        let translations = BTreeMap::from([("de".to_owned(), text.to_owned())]);
        found(&Subject { translations, ..subject() }).remove("S4").unwrap_or_default()
    };
    assert_eq!(with(&text), "");
    assert_eq!(with(&format!("{text}\"Counting\" = \"…\"\n")), "");
    assert_eq!(
        with(&text.replacen("\"Sends that on.\" = \"…\"\n", "", 1)),
        "i18n/de.toml lacks `Sends that on.`"
    );
    let more = with(&format!("{text}\"Sends nothing.\" = \"…\"\n"));
    assert_eq!(more, "i18n/de.toml has `Sends nothing.`, which plugin.toml does not say");
}

#[test]
fn long_words_and_sentences_take_more_years_of_school() {
    let easy = "It sees which page you read. It keeps a count. No one is named.";
    let hard = "Instrumentation facilitates the longitudinal characterisation of behavioural \
                regularities across heterogeneous organisational environments.";
    assert!(grade(easy) < 4.0, "{}", grade(easy));
    assert!(grade(hard) > 15.0, "{}", grade(hard));
    assert!(grade("").is_finite());
}
