//! What administrators set.

use std::collections::BTreeMap;

use super::{ANALYTICS, POSTGRES, S3, SEGMENT, manifest, with};
use crate::{
    CapabilityId, Installation, Manifest, Question, RecipientFacts, SettingProblem, SettingType,
    TransferBasis, Value,
};

fn problems(manifest: &Manifest, values: &[(&str, Value)]) -> Vec<SettingProblem> {
    let values: BTreeMap<_, _> =
        values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    manifest
        .declaration(Installation { values, ..Installation::default() })
        .err()
        .unwrap_or_default()
}

fn text(it: &str) -> Value {
    Value::Text(it.to_owned())
}

#[test]
fn all_that_is_wrong_with_settings_is_told() {
    let analytics = manifest(ANALYTICS);
    let given =
        [("mode", text("telepathy")), ("measurement_id", text("UA-1")), ("speed", Value::Int(9))];
    assert_eq!(
        problems(&analytics, &given),
        [
            SettingProblem::Unknown("speed".to_owned()),
            SettingProblem::NoMatch("measurement_id".to_owned()),
            SettingProblem::NotAWord("mode".to_owned()),
        ]
    );
    let given = [("mode", Value::Bool(true))];
    assert_eq!(
        problems(&analytics, &given),
        [
            SettingProblem::Missing("measurement_id".to_owned()),
            SettingProblem::WrongType("mode".to_owned(), SettingType::Enum),
        ]
    );
    let given = [("measurement_id", text(&"G".repeat(5_000)))];
    assert_eq!(
        problems(&analytics, &given),
        [SettingProblem::TooLong("measurement_id".to_owned())]
    );
}

#[test]
fn an_address_has_the_scheme_that_is_asked_for() {
    let postgres = manifest(POSTGRES);
    assert!(problems(&postgres, &[("url", text("postgresql://db/affiant"))]).is_empty());
    for bad in ["https://db.example.org", "db.example.org", "postgresql:affiant"] {
        let wrong = SettingProblem::WrongType("url".to_owned(), SettingType::Url);
        assert_eq!(problems(&postgres, &[("url", text(bad))]), [wrong], "{bad}");
    }
}

#[test]
fn what_is_not_set_is_its_default() {
    let analytics = manifest(ANALYTICS);
    let declaration = with(&analytics, &[]);
    assert!(declaration.capability(CapabilityId::HttpFetch).is_some());
    assert!(declaration.capability(CapabilityId::PageInjectScript).is_none());
    let s3 = manifest(S3);
    assert!(with(&s3, &[]).capability(CapabilityId::ObjectsPresign).is_none());
}

#[test]
fn a_secret_address_gives_away_its_host_alone() {
    let postgres = manifest(POSTGRES);
    let secret = "postgresql://affiant:hunter2@db.example.org:5432/affiant?sslkey=abc";
    let declaration = with(&postgres, &[("url", secret), ("hosted_by", "provider")]);
    assert_eq!(declaration.host_name(declaration.network[0]).as_deref(), Some("db.example.org"));
    let facts = format!("{:?}", declaration.facts());
    assert!(facts.contains("db.example.org"));
    assert!(!facts.contains("hunter2") && !facts.contains("sslkey"), "{facts}");
}

#[test]
fn a_connection_goes_to_its_host_and_no_other() {
    let analytics = manifest(ANALYTICS);
    let page = with(&analytics, &[("mode", "page")]);
    let wild =
        page.network.iter().find(|it| it.host.as_ref().unwrap().value.is_wildcard()).unwrap();
    assert!(page.allows_host(wild, "region1.google-analytics.com"));
    assert!(page.allows_host(wild, "a.b.google-analytics.com"));
    for other in ["google-analytics.com", ".google-analytics.com", "evilgoogle-analytics.com"] {
        assert!(!page.allows_host(wild, other), "{other}");
    }
    let s3 = manifest(S3);
    let there = with(&s3, &[("endpoint", "https://s3.example.net/x")]);
    assert!(there.allows_host(there.network[0], "s3.example.net"));
    assert!(!there.allows_host(there.network[0], "s3.example.org"));
}

#[test]
fn what_only_an_administrator_knows_is_asked_for_until_it_is_said() {
    let segment = manifest(SEGMENT);
    let asked = |installation: Installation| -> Vec<Question> {
        let declaration = segment.declaration(installation).unwrap();
        let open = declaration.open_questions();
        assert!(open.iter().all(|(it, _)| it.id.value.as_str() == "destinations"));
        open.into_iter().map(|(_, question)| question).collect()
    };
    let mut installation = with(&segment, &[]).installation;
    assert_eq!(
        asked(installation.clone()),
        [
            Question::Name,
            Question::Country,
            Question::PrivacyPolicy,
            Question::TransferBasis,
            Question::Onward,
        ]
    );
    let facts =
        RecipientFacts { transfer_basis: vec![TransferBasis::A453], ..RecipientFacts::default() };
    installation.recipients.insert("destinations".to_owned(), facts);
    let open = asked(installation);
    assert_eq!(open.len(), 4);
    assert!(!open.contains(&Question::TransferBasis));
}
