//! What is sent is what the tracking API takes.

use std::collections::BTreeSet;

use affiant_plugin::analytics::{Event, EventKind};
use serde_json::{Value, json};

use crate::messages::{Call, Region, calls, deletion};

fn event(kind: EventKind, time: u64) -> Event {
    Event {
        kind,
        interview: "letter".to_owned(),
        screen: Some("Rent".to_owned()),
        details: vec![("part".to_owned(), "2".to_owned())],
        time,
        pseudonym: "visit".to_owned(),
        account: Some("42".to_owned()),
    }
}

#[test]
fn one_event_is_a_track() {
    let calls = calls(&[event(EventKind::ScreenShown, 1_764_225_000_500)], false);
    let [Call { path: "track", body }] = &calls[..] else { panic!("{calls:?}") };
    let number = body["messageId"].as_str().unwrap();
    assert_eq!(number.len(), 32);
    let expected = json!({
        "type": "track",
        "messageId": number,
        "anonymousId": "visit",
        "event": "Rent",
        "properties": { "part": "2", "interview": "letter" },
        "timestamp": "2025-11-27T06:30:00.5Z",
    });
    assert_eq!(*body, expected);
}

#[test]
fn who_is_identified_is_told_once_and_only_where_that_is_on() {
    let events = [event(EventKind::InterviewStarted, 1), event(EventKind::ScreenShown, 2)];
    let called = calls(&events, true);
    let [Call { path: "batch", body }] = &called[..] else { panic!("{called:?}") };
    let seen: Vec<(&str, &str)> = body["batch"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["type"].as_str().unwrap(), it["userId"].as_str().unwrap()))
        .collect();
    assert_eq!(seen, [("identify", "42"), ("track", "42"), ("track", "42")]);
    let silent = calls(&events, false);
    assert!(!format!("{silent:?}").contains("42"));
}

#[test]
fn many_events_go_in_batches_that_are_small_enough() {
    let long = "ä".repeat(5_000);
    let events: Vec<Event> = (0..250)
        .map(|it| {
            let mut event = event(EventKind::ScreenShown, it);
            event.details = (0..90).map(|it| (format!("{it}{long}"), long.clone())).collect();
            event.screen = Some(long.clone());
            event
        })
        .collect();
    let calls = calls(&events, false);
    assert!(calls.len() > 1);
    for call in &calls {
        assert!(call.body.to_string().len() < 500_000);
    }
    let messages = calls.iter().flat_map(|it| it.body["batch"].as_array().unwrap());
    let numbers: BTreeSet<&str> = messages
        .inspect(|it| assert!(it.to_string().len() < 32_000))
        .map(|it| it["messageId"].as_str().unwrap())
        .collect();
    assert_eq!(numbers.len(), 250, "each has a number of its own");
}

#[test]
fn what_is_sent_again_has_the_same_number() {
    let call = || calls(&[event(EventKind::InterviewFinished, 9)], false).remove(0).body;
    assert_eq!(call(), call());
    assert_eq!(call()["event"], "Interview Finished");
}

#[test]
fn a_deletion_names_the_account() {
    let expected = json!({
        "regulationType": "SUPPRESS_WITH_DELETE",
        "subjectType": "USER_ID",
        "subjectIds": ["42"],
    });
    assert_eq!(deletion("42"), expected);
    assert_eq!(deletion("42")["subjectIds"], Value::from(vec!["42"]));
}

#[test]
fn each_region_has_its_hosts() {
    assert_eq!(Region::named("eu").unwrap().tracking(), "events.eu1.segmentapis.com");
    assert_eq!(Region::named("us").unwrap().managing(), "api.segmentapis.com");
    assert!(Region::named("mars").is_err());
}
