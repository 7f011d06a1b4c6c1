//! What may leave, and what is recorded.

use std::collections::{BTreeMap, BTreeSet};

use affiant_guest::Value;
use affiant_manifest::{Manifest, Origin};
use affiant_wasm::{Denial, Denied, Grant, Host as _, Level, Method, NetworkProblem, Request};

use crate::recorder::{Network, Plan, Recorder};
use crate::rules::Rules;

const MANIFEST: &str = include_str!("plugin.toml");

fn rules() -> Rules {
    let manifest = Manifest::parse(MANIFEST).usable().unwrap().clone();
    let combination = manifest.combinations().remove(0);
    Rules::of(&manifest, &combination, &BTreeMap::new())
}

fn request(method: Method, url: &str) -> Request {
    Request { method, url: url.to_owned(), headers: Vec::new(), body: Vec::new() }
}

#[test]
fn a_request_may_carry_what_its_connection_carries() {
    let rules = rules();
    let events = Some(BTreeSet::from([Origin::Event]));
    let carried = |method, url| rules.carried(&request(method, url));
    assert_eq!(carried(Method::Post, "https://api.example.org/v1/track"), events);
    for (method, url) in [
        (Method::Get, "https://api.example.org/v1/track"),
        (Method::Post, "https://api.example.org/v2/track"),
        (Method::Post, "http://api.example.org/v1/track"),
        (Method::Post, "https://api.example.org:8443/v1/track"),
        (Method::Post, "https://example.org/v1/track"),
        (Method::Post, "https://api.example.org.evil.example/v1/"),
        (Method::Post, "https://api.example.org@evil.example/v1/"),
        (Method::Post, "no address"),
    ] {
        assert_eq!(carried(method, url), None, "{url}");
    }
}

#[test]
fn what_is_not_listed_is_refused_and_noted() {
    let mut host = Recorder::new(Plan::fine(rules(), 1));
    let elsewhere = host.fetch(request(Method::Get, "https://evil.example/"));
    assert!(matches!(elsewhere, Err(NetworkProblem::Denied(_))));
    assert!(host.set("secrets", "a", Value::Int(1)).is_err());
    assert_eq!(host.seen().undeclared.len(), 2);
    assert!(host.seen().left.is_empty());
}

#[test]
fn what_leaves_is_recorded_with_what_may_be_in_it() {
    let mut host = Recorder::new(Plan::fine(rules(), 1));
    host.set("counts", "a", Value::text("b")).unwrap();
    assert_eq!(host.get("counts", "a"), Ok(Some(Value::text("b"))));
    assert_eq!(host.keys("counts", "", "", 9), Ok(vec!["a".to_owned()]));
    host.log(Level::Info, "hello").unwrap();
    host.fetch(request(Method::Post, "https://api.example.org/v1/?x=y")).unwrap();
    let left = host.seen().left;
    let sinks: Vec<&str> = left.iter().map(|it| it.sink.as_str()).collect();
    assert_eq!(sinks, ["the store `counts`", "the log", "`https://api.example.org/v1/`"]);
    let allowed: Vec<usize> = left.iter().map(|it| it.allowed.len()).collect();
    assert_eq!(allowed, [1, 0, 1]);
    host.remove("counts", "a").unwrap();
    assert_eq!(host.get("counts", "a"), Ok(None));
}

#[test]
fn what_is_denied_is_denied_with_its_reason() {
    let plan = Plan::fine(rules(), 1);
    let mut host = Recorder::new(plan.clone().denying([Grant::Log], Denial::OverLimit));
    let denied = Denied::new(Grant::Log, Denial::OverLimit);
    assert_eq!(host.log(Level::Info, "hello"), Err(denied));
    assert!(host.now().is_ok());
    let mut host = Recorder::new(plan.denying(Grant::ALL, Denial::NoConsent));
    assert_eq!(host.now(), Err(Denied::new(Grant::Clock, Denial::NoConsent)));
    assert!(host.fetch(request(Method::Post, "https://api.example.org/v1/")).is_err());
    assert!(host.seen().left.is_empty());
}

#[test]
fn secret_settings_are_not_told() {
    let mut host = Recorder::new(Plan::fine(rules(), 1));
    assert_eq!(host.setting("token"), None);
    assert_eq!(host.setting("region"), Some(Value::text("eu")));
    assert_eq!(host.setting("none"), None);
}

#[test]
fn each_trouble_of_the_network_is_another_one() {
    let answers: Vec<String> = Network::TROUBLE
        .iter()
        .map(|network| {
            let plan = Plan { network: *network, ..Plan::fine(rules(), 1) };
            let request = request(Method::Post, "https://api.example.org/v1/");
            format!("{:?}", Recorder::new(plan).fetch(request))
        })
        .collect();
    assert_eq!(answers.iter().collect::<BTreeSet<_>>().len(), Network::TROUBLE.len());
}

#[test]
fn what_is_kept_is_gone_when_its_time_is_over() {
    let mut host = Recorder::new(Plan::fine(rules(), 1));
    let end = host.plan.rules.end("counts").unwrap();
    let (now, today) = (host.now().unwrap(), host.today().unwrap());
    host.set("counts", "old", Value::Int(1)).unwrap();
    host.pass(end - 1);
    host.set("counts", "new", Value::Int(1)).unwrap();
    assert_eq!(host.keys("counts", "", "", 9), Ok(vec!["new".to_owned(), "old".to_owned()]));
    host.pass(1);
    assert_eq!(host.keys("counts", "", "", 9), Ok(vec!["new".to_owned()]));
    assert_eq!(host.now(), Ok(now + end * 1_000));
    assert!(host.today().unwrap() > today);
}
