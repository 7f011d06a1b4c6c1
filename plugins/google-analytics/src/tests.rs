//! What is sent is what the Measurement Protocol takes.

use affiant_plugin::analytics::{Event, EventKind};
use serde_json::{Value, json};

use crate::requests::{Mode, address, requests};

fn event(visit: &str) -> Event {
    Event {
        kind: EventKind::ScreenShown,
        interview: "letter".to_owned(),
        screen: Some("rent".to_owned()),
        details: vec![("part".to_owned(), "2".to_owned())],
        time: 1_000,
        pseudonym: visit.to_owned(),
        account: Some("42".to_owned()),
    }
}

#[test]
fn a_screen_is_a_view_of_a_page() {
    let bodies = requests(&[event("a")]);
    let session = &bodies[0]["events"][0]["params"]["session_id"];
    assert!(session.as_str().unwrap().bytes().all(|it| it.is_ascii_digit()));
    let parameters = json!({
        "interview": "letter",
        "page_title": "rent",
        "session_id": session,
        "engagement_time_msec": 1,
        "part": "2",
    });
    let sent = json!({ "name": "page_view", "timestamp_micros": 1_000_000, "params": parameters });
    let consent = json!({ "ad_user_data": "DENIED", "ad_personalization": "DENIED" });
    assert_eq!(bodies, [json!({ "client_id": "a", "consent": consent, "events": [sent] })]);
    assert!(!bodies[0].to_string().contains("42"), "the account is nothing to Google");
}

#[test]
fn each_visit_has_requests_of_its_own_with_25_events_at_most() {
    let events: Vec<Event> = (0..60).map(|it| event(if it % 2 == 0 { "a" } else { "b" })).collect();
    let bodies = requests(&events);
    let seen: Vec<(&str, usize)> = bodies
        .iter()
        .map(|it| (it["client_id"].as_str().unwrap(), it["events"].as_array().unwrap().len()))
        .collect();
    assert_eq!(seen, [("a", 25), ("a", 5), ("b", 25), ("b", 5)]);
    assert!(requests(&[]).is_empty());
}

#[test]
fn what_authors_name_keeps_to_the_limits() {
    let long = "ä".repeat(500);
    let details = (0..50).map(|it| (format!("n{it}"), long.clone()));
    let strange = ["ga_x", "_x", "google_id", "1st", "", "session_id", "interview", "a-b c"];
    let strange = strange.map(|it| (it.to_owned(), "1".to_owned()));
    for details in [details.collect::<Vec<_>>(), strange.to_vec()] {
        let mut event = event("a");
        event.details = details;
        event.screen = Some(long.clone());
        let bodies = requests(&[event]);
        let Value::Object(parameters) = &bodies[0]["events"][0]["params"] else { panic!() };
        assert!(parameters.len() <= 25);
        assert_eq!(parameters["interview"], "letter");
        for (name, value) in parameters {
            assert!(name.len() <= 40 && name.starts_with(|it: char| it.is_ascii_alphabetic()));
            assert!(name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'), "{name}");
            assert!(value.as_str().is_none_or(|it| it.chars().count() <= 100));
        }
    }
}

#[test]
fn the_address_holds_the_stream_and_never_a_secret() {
    let host = Mode::named("server-eu").unwrap().host().unwrap();
    assert_eq!(
        address(host, "G-ABC123").unwrap(),
        "https://region1.google-analytics.com/mp/collect?measurement_id=G-ABC123\
         &api_secret={{secret:api_secret}}"
    );
    for wrong in ["", "G-", "UA-1", "G-abc", "G-A&api_secret=x", "G-A#"] {
        assert!(address(host, wrong).is_err(), "{wrong}");
    }
    assert_eq!(Mode::named("page").unwrap().host(), None);
    assert!(Mode::named("else").is_err());
}
