//! What is said about privacy is what is in force.

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_backend::SwitchRow;
use affiant_switch::{
    Class, Custody, History, Hold, OrganisationKey, Registration, Setting, Switch, WAIT,
};
use serde_json::Value as Json;

use super::html::unescape;
use crate::page::frame::Frame;
use crate::page::privacy::{self, Truth};
use crate::theme::Theme;

/// 15 January 2027.
const NOW: i64 = 1_800_000_000;

/// Every kind of setting of every switch.
fn settings() -> Vec<Setting> {
    let roles = |names: &[&str]| {
        Setting::SecondFactor(names.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>())
    };
    let mut all = vec![
        Setting::Keys(Custody::Own),
        Setting::Keys(Custody::Server),
        Setting::Reading(None),
        Setting::Reading(Some(OrganisationKey([7; 32]))),
        Setting::Deleting(None),
        Setting::Deleting(Some(Hold { ends: "2027-03-01".parse().unwrap() })),
        Setting::Registration(Registration::Open),
        Setting::Registration(Registration::Invitation),
        roles(&[]),
        roles(&["admin", "advocate"]),
    ];
    for class in Class::ALL {
        all.extend([1, class.days(), 3_000].map(|it| Setting::Keep(class, it)));
    }
    all
}

/// Two administrators set switches, one after the other.
fn truth(settings: &[&Setting]) -> Truth {
    let rows = settings.iter().zip(1..).map(|(it, id)| SwitchRow {
        id,
        name: it.switch().name().to_owned(),
        value: it.text(),
        reason: format!("Reason {id} <of the board>"),
        by: 1,
        second: Some(2),
        asked: NOW - 100 + id,
        effective: NOW - 100 + id,
        cancelled: None,
    });
    Truth { history: Arc::new(History::read(rows.collect())), now: NOW, ..Truth::default() }
}

fn page(theme: &Theme, truth: &Truth) -> String {
    let frame = Frame { language: "en".to_owned(), ..Frame::default() };
    let page = theme.try_draw("privacy.html", privacy::context(theme, &frame, truth)).unwrap();
    unescape(&page)
}

/// What the JSON says is in force, read back.
fn told(json: &Json) -> Vec<Setting> {
    let told = json["in_force"].as_array().unwrap().iter().map(|it| {
        let switch = Switch::from_name(it["switch"].as_str().unwrap()).unwrap();
        Setting::read(switch, it["set_to"].as_str().unwrap()).unwrap()
    });
    told.collect()
}

#[test]
fn the_privacy_page_says_what_is_in_force_for_every_pair_of_settings() {
    let theme = Theme::load(None).unwrap();
    let all = settings();
    let mut pairs = 0;
    for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
        let truth = truth(&[one, other]);
        let in_force = truth.history.in_force(NOW);
        let (page, json) = (page(&theme, &truth), privacy::json(&theme, &truth));
        assert_eq!(told(&json), in_force.settings(), "{} and {}", one.text(), other.text());
        for setting in in_force.settings() {
            let says = theme.phrase(&setting.label().who);
            assert!(says.len() > 20 && page.contains(&says), "{} is not told", setting.text());
        }
        for unsaid in all.iter().filter(|it| !in_force.settings().contains(it)) {
            let says = format!("<p>{}", theme.phrase(&unsaid.label().who));
            assert!(!page.contains(&says), "{} is told and not so", unsaid.text());
        }
        pairs += 1;
    }
    assert!(pairs > 400, "only {pairs} pairs");
}

#[test]
fn every_setting_has_words_for_all_that_is_said_of_it() {
    let theme = Theme::load(None).unwrap();
    let mut keys = BTreeSet::new();
    for setting in settings() {
        let label = setting.label();
        for phrase in [&label.title, &label.value, &label.who, &label.whom] {
            let said = theme.phrase(phrase);
            assert!(!said.is_empty() && !said.contains('{'), "{}: {said}", phrase.key);
            keys.insert(phrase.key.clone());
        }
    }
    assert_eq!(keys.len(), 9 + 3 * (2 + 2 + 2 + 2 + 2 + 4));
}

#[test]
fn what_waits_is_told_with_its_day_and_can_still_be_seen_when_it_was_cancelled() {
    let theme = Theme::load(None).unwrap();
    let row = SwitchRow {
        id: 1,
        name: "keys".to_owned(),
        value: "server".to_owned(),
        reason: "We lose <too many> people.".to_owned(),
        by: 41,
        second: None,
        asked: NOW,
        effective: NOW + WAIT,
        cancelled: None,
    };
    let of = |row: SwitchRow, now| Truth {
        history: Arc::new(History::read(vec![row])),
        now,
        ..Truth::default()
    };
    let waits = page(&theme, &of(row.clone(), NOW + 1));
    let coming = waits.split("What is going to change").nth(1).unwrap();
    assert!(coming.contains("It begins on 16 January 2027, at 08:00 UTC"), "{coming}");
    assert!(coming.contains("The server holds a key too"));
    assert!(coming.contains("We lose <too many> people."));
    assert!(waits.contains("Nothing has changed since this site was set up."));

    let begun = page(&theme, &of(row.clone(), NOW + WAIT));
    assert!(!begun.contains("What is going to change"));
    assert!(begun.contains("It was shown here for a day before it began."));
    assert!(begun.contains("Since 16 January 2027."));

    let cancelled =
        page(&theme, &of(SwitchRow { cancelled: Some(NOW + 5), ..row }, NOW + 2 * WAIT));
    assert!(cancelled.contains("It was cancelled on 15 January 2027, before it began."));
    assert!(!cancelled.contains("Since 16 January 2027."));
}

#[test]
fn nobody_is_told_who_decided() {
    let theme = Theme::load(None).unwrap();
    let mut rows = vec![SwitchRow {
        id: 1,
        name: "keys".to_owned(),
        value: "server".to_owned(),
        reason: "The board decided it.".to_owned(),
        by: 987_654_321,
        second: Some(123_456_789),
        asked: NOW - 9,
        effective: NOW - 9,
        cancelled: None,
    }];
    rows.push(SwitchRow {
        id: 2,
        value: "own".to_owned(),
        asked: NOW,
        effective: NOW,
        ..rows[0].clone()
    });
    let truth = Truth { history: Arc::new(History::read(rows)), now: NOW, ..Truth::default() };
    let all = format!("{}{}", page(&theme, &truth), privacy::json(&theme, &truth));
    assert!(all.contains("The board decided it."));
    assert!(!all.contains("987654321") && !all.contains("123456789"));
}

#[test]
fn what_would_change_is_marked_among_the_five_facts() {
    let pages: std::collections::BTreeMap<_, _> = super::pages::pages().into_iter().collect();
    let marked = |name: &str| pages[name].matches("<s>").count();
    assert_eq!((marked("switch-weakens"), marked("switch-strengthens")), (2, 0));
    assert!(pages["switch-weakens"].contains("Nobody can decide it alone."));
    assert!(pages["switch-strengthens"].contains("you can decide it alone."));
    assert!(!pages["switch-waiting-own"].contains("/agree"), "who asked cannot agree");
    assert!(pages["switch-waiting"].contains("/agree"));
}
