//! Everything that people read is there in every language.

use std::collections::BTreeSet;

use crate::{
    AppliesTo, AtRest, AutomationLevel, BackupErasure, CapabilityId, Category, Custody,
    EncryptionEffect, EventName, Exposure, Facet, Form, Gate, IfDenied, InTransit, KeyHolder,
    Language, Linkage, Onward, Origin, Processing, Purpose, RetentionKind, RightSupport, Role,
    ScopeDefault, Sees, Signal, StorageKind, ThirdPartyErase, Use,
};

/// The places of a sentence that are filled in.
fn places(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|it| it.split('}').next()).collect()
}

#[test]
fn all_languages_have_the_same_sentences_with_the_same_places() {
    let english = Language::En.sentences();
    for language in [Language::De, Language::Es] {
        let other = language.sentences();
        assert!(english.keys().eq(other.keys()), "{language:?}");
        for (key, sentence) in other {
            assert_eq!(places(sentence), places(&english[key]), "{language:?} {key}");
            assert!(!sentence.trim().is_empty(), "{language:?} {key}");
        }
    }
}

/// Each set of words, by the beginning of its keys.
const SETS: &[(&str, &[&str])] = &[
    ("capability", CapabilityId::WORDS),
    ("event", EventName::WORDS),
    ("role", Role::WORDS),
    ("category", Category::WORDS),
    ("category", &["inherit"]),
    ("purpose", Purpose::WORDS),
    ("processing", Processing::WORDS),
    ("use", Use::WORDS),
    ("method", &["any"]),
    ("store", StorageKind::WORDS),
    ("applies", AppliesTo::WORDS),
    ("holder", KeyHolder::WORDS),
    ("source", Origin::WORDS),
    ("scale.signal", Signal::WORDS),
    ("form", Form::WORDS),
    ("linkage", Linkage::WORDS),
    ("exposure", Exposure::WORDS),
    ("retention", RetentionKind::WORDS),
    ("onward", Onward::WORDS),
    ("gate", Gate::WORDS),
    ("denied", IfDenied::WORDS),
    ("third", ThirdPartyErase::WORDS),
    ("encryption", EncryptionEffect::WORDS),
    ("sees", Sees::WORDS),
    ("transit", InTransit::WORDS),
    ("transit", &["unsaid"]),
    ("rest", AtRest::WORDS),
    ("rest", &["unsaid"]),
    ("custody", Custody::WORDS),
    ("automation", AutomationLevel::WORDS),
    ("backup", BackupErasure::WORDS),
    ("scope", ScopeDefault::WORDS),
    ("right", RightSupport::WORDS),
    ("answer", &["yes", "no"]),
];

#[test]
fn every_word_that_people_see_is_translated_and_no_other() {
    let english = Language::En.sentences();
    let known: BTreeSet<String> = SETS
        .iter()
        .flat_map(|(set, words)| words.iter().map(move |word| format!("{set}.{word}")))
        .collect();
    for key in &known {
        assert!(english.contains_key(key), "{key}");
    }
    let sets: BTreeSet<&str> = SETS.iter().map(|(set, _)| *set).collect();
    for key in english.keys().filter(|it| !known.contains(*it)) {
        let set = key.split('.').next().unwrap();
        assert!(!sets.contains(set), "{key} is a word of nothing");
    }
}

#[test]
fn every_level_of_the_label_that_can_be_has_words() {
    let english = Language::En.sentences();
    for facet in Facet::ALL {
        for level in 0..=3 {
            // Nothing lies between "no change" and "whoever runs the server".
            let is_there = (facet, level) != (Facet::Keys, 1);
            let key = format!("label.{}.{level}", format!("{facet:?}").to_lowercase());
            assert_eq!(english.contains_key(&key), is_there, "{key}");
        }
    }
}

#[test]
fn a_time_is_told_in_words() {
    assert_eq!(Language::En.time("P2Y"), "2 years");
    assert_eq!(Language::De.time("P1D"), "1 Tag");
    assert_eq!(Language::Es.time("PT10M"), "10 minutos");
    assert_eq!(Language::En.time("P1M2DT3H"), "1 month 2 days 3 hours");
    assert_eq!(Language::En.time("nonsense"), "nonsense");
}

#[test]
fn what_is_filled_in_is_never_filled_itself() {
    let said = Language::En.say("fact.country", &[("name", "{country}"), ("country", "DE")]);
    assert_eq!(said, "{country} is in this country: DE.");
}
