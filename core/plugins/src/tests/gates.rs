//! Every capability, denied in every way that there is.

use affiant_manifest::{CapabilityId, Category, Gate as Consent, Manifest, Method, Scheme};

use super::{analytics, only, package};
use crate::{Agreed, Choice, Denied, Effect, Gate, Mark, Package, Scope, Sink, Why};

/// What a manifest begins with, and what it goes on with behind its capabilities.
const ABOUT: &str = r#"manifest = 1
[plugin]
id = "org.example.everything"
name = "Everything"
version = "1.0.0"
privacy_revision = 1
kind = "other"
license = "MIT"
summary = "Wants everything."
"#;
const DATA: &str = r#"[[recipient]]
id = "them"
name = "Them"
role = "dpv:DataProcessor"
country = "DE"
[[data]]
id = "address"
source = "answers"
categories = ["pd:EmailAddress"]
necessity = "dpv:Optional"
recipients = ["them"]
[[data]]
id = "all"
source = "answers"
categories = ["inherit"]
necessity = "dpv:Optional"
[[network]]
side = "server"
use = "fetch"
scheme = "https"
host = "api.example.org"
path_prefix = "/v1/"
methods = ["POST"]
recipient = "them"
carries = ["address"]
[[server_storage]]
id = "few"
kind = "kv"
contains = ["address"]
subject_key = "session"
[[server_storage]]
id = "much"
kind = "kv"
contains = ["all"]
subject_key = "session"
[[consent]]
gate = "functional"
explicit = true
if_denied = "do-not-load"
honours = []
"#;

/// A manifest that asks for everything.
fn everything() -> Package {
    let capabilities = CapabilityId::ALL.iter().map(|it| {
        format!("[[capability]]\nid = \"{it}\"\nreason = \"core-function\"\ntext = \"Needs it.\"\n")
    });
    let text = format!("{ABOUT}{}{DATA}", capabilities.collect::<String>());
    let manifest = Manifest::parse(&text).manifest.expect("its form is right");
    Package { digest: [5; 32], publisher: None, installed: 0, manifest, text, script: None }
}

fn on(scope: Scope) -> Choice {
    Choice { digest: Some([5; 32]), scope, ..Choice::default() }
}

const POST: Sink<'_> = Sink::Network {
    scheme: Scheme::Https,
    host: "api.example.org",
    path: "/v1/send",
    method: Method::Post,
};

/// Where what a capability takes along belongs.
fn proper(capability: CapabilityId) -> Sink<'static> {
    match capability {
        CapabilityId::HttpFetch => POST,
        CapabilityId::KvPrivate => Sink::Store("few"),
        CapabilityId::Log => Sink::Log,
        _ => Sink::Within,
    }
}

/// What the gate says to a capability that is used for what it is there for.
fn asked(
    gate: &Gate<'_>,
    capability: CapabilityId,
    interview: &str,
    agreed: &Agreed,
    mark: &Mark,
) -> Result<(), Denied> {
    let sink = proper(capability);
    let effect = Effect { capability, interview: Some(interview), agreed, mark, sink };
    gate.allow(&effect).map(|_| ())
}

#[test]
fn every_capability_is_allowed_and_denied() {
    let (package, yes, nothing) =
        (everything(), Agreed::to([Consent::Functional]), Mark::default());
    let choice = on(only("a"));
    let gate = Gate::of(&package, &choice).unwrap();
    let segment = super::package(1, super::SEGMENT);
    for capability in CapabilityId::ALL.iter().copied() {
        let why = |why| Err(Denied { capability, why });
        assert_eq!(asked(&gate, capability, "a", &yes, &nothing), Ok(()), "{capability}");
        assert_eq!(asked(&gate, capability, "b", &yes, &nothing), why(Why::NotGranted));
        assert_eq!(
            asked(&gate, capability, "a", &Agreed::default(), &nothing),
            why(Why::NoConsent)
        );
        let off = on(Scope::Off);
        let gate = Gate::of(&package, &off).unwrap();
        assert_eq!(asked(&gate, capability, "a", &yes, &nothing), why(Why::NotGranted));
        assert!(gate.granted().is_empty());
        if !["events.subscribe", "http.fetch"].contains(&capability.as_str()) {
            let chosen = super::segment(Scope::Site);
            let gate = Gate::of(&segment, &chosen).unwrap();
            let yes = Agreed::to(Consent::ALL.iter().copied());
            assert_eq!(asked(&gate, capability, "a", &yes, &nothing), why(Why::NotDeclared));
        }
    }
}

#[test]
fn a_capability_is_good_for_nothing_else() {
    let (package, choice) = (everything(), on(Scope::Site));
    let gate = Gate::of(&package, &choice).unwrap();
    let (agreed, mark) = (Agreed::to([Consent::Functional]), Mark::default());
    for capability in CapabilityId::ALL.iter().copied() {
        for sink in [Sink::Within, POST, Sink::Store("few"), Sink::Log] {
            let is_proper =
                std::mem::discriminant(&sink) == std::mem::discriminant(&proper(capability));
            let effect = Effect { capability, interview: None, agreed: &agreed, mark: &mark, sink };
            assert_eq!(gate.allow(&effect).is_ok(), is_proper, "{capability} {sink:?}");
        }
    }
}

#[test]
fn a_request_goes_only_where_the_manifest_says() {
    let (package, choice) = (everything(), on(Scope::Site));
    let gate = Gate::of(&package, &choice).unwrap();
    let agreed = Agreed::to([Consent::Functional]);
    let (https, http, get, post) = (Scheme::Https, Scheme::Http, Method::Get, Method::Post);
    let (email, income) =
        (Mark::of([Category::EmailAddress]), Mark::of([Category::EmailAddress, Category::Income]));
    for (scheme, host, path, method, mark, expected) in [
        (https, "api.example.org", "/v1/send", post, &Mark::default(), None),
        (https, "api.example.org", "/v1/send", post, &email, None),
        (https, "api.example.org", "/v1/send", post, &income, Some(Why::LabelBlocked)),
        (
            https,
            "api.example.org",
            "/v1/send",
            post,
            &Mark::unclassified(),
            Some(Why::LabelBlocked),
        ),
        (https, "api.example.org", "/v1/send", get, &email, Some(Why::NotDeclared)),
        (https, "api.example.org", "/v2/send", post, &email, Some(Why::NotDeclared)),
        (https, "api.example.org", "/v1/%2e%2e/send", post, &email, Some(Why::NotDeclared)),
        (http, "api.example.org", "/v1/send", post, &email, Some(Why::NotDeclared)),
        (https, "api.example.org.evil.net", "/v1/send", post, &email, Some(Why::NotDeclared)),
        (https, "evil.api.example.org", "/v1/send", post, &email, Some(Why::NotDeclared)),
    ] {
        let sink = Sink::Network { scheme, host, path, method };
        let capability = CapabilityId::HttpFetch;
        let effect = Effect { capability, interview: None, agreed: &agreed, mark, sink };
        let said = gate.allow(&effect).map(|it| it.is_some());
        let wanted = expected.map_or(Ok(true), |why| Err(Denied { capability, why }));
        assert_eq!(said, wanted, "{host} {path}");
    }
}

#[test]
fn stores_and_the_log_take_what_they_may() {
    let (package, choice) = (everything(), on(Scope::Site));
    let gate = Gate::of(&package, &choice).unwrap();
    let agreed = Agreed::to([Consent::Functional]);
    let income = Mark::of([Category::Income]);
    for (capability, sink, mark, expected) in [
        (CapabilityId::KvPrivate, Sink::Store("few"), &income, Some(Why::LabelBlocked)),
        (CapabilityId::KvPrivate, Sink::Store("much"), &income, None),
        (CapabilityId::KvPrivate, Sink::Store("much"), &Mark::unclassified(), None),
        (CapabilityId::KvPrivate, Sink::Store("none"), &income, Some(Why::NotDeclared)),
        (CapabilityId::Log, Sink::Log, &income, Some(Why::LabelBlocked)),
        (CapabilityId::Log, Sink::Log, &Mark::unclassified(), Some(Why::LabelBlocked)),
        (CapabilityId::Log, Sink::Log, &Mark::default(), None),
    ] {
        let effect = Effect { capability, interview: None, agreed: &agreed, mark, sink };
        assert_eq!(gate.allow(&effect).err().map(|it| it.why), expected, "{capability} {sink:?}");
    }
}

#[test]
fn a_gate_belongs_to_one_package_and_settings_that_fit() {
    let segment = package(1, super::SEGMENT);
    assert!(Gate::of(&segment, &super::segment(Scope::Site)).is_some());
    assert!(Gate::of(&segment, &analytics(Scope::Site)).is_none());
    let wrong = super::choice(1, Scope::Site, &[("region", super::text("mars"))]);
    assert!(Gate::of(&segment, &wrong).is_none());
    let unknown = super::choice(1, Scope::Site, &[("colour", super::text("red"))]);
    assert!(Gate::of(&segment, &unknown).is_none());
}

#[test]
fn a_mark_only_rises() {
    let mut mark = Mark::of([Category::Name]);
    assert!(!mark.is_empty() && Mark::default().is_empty() && !Mark::unclassified().is_empty());
    mark.raise(&Mark::of([Category::Income]));
    assert_eq!(mark, Mark::of([Category::Income, Category::Name]));
    mark.raise(&Mark::unclassified());
    mark.raise(&Mark::default());
    assert_ne!(mark, Mark::of([Category::Income, Category::Name]));
}
