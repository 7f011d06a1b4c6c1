//! Declarations for others.

use super::{ANALYTICS, DOCX, SEGMENT, SQLITE, changed, manifest, with};
use crate::{Activity, Installation, Language, LegalBasis, Site, record_of_processing, to_json_ld};

fn site() -> Site {
    Site {
        controller: "Legal Aid Anytown".to_owned(),
        contact: "privacy@example.org".to_owned(),
        officer: None,
    }
}

#[test]
fn a_record_of_processing_says_what_article_30_asks_for() {
    let (analytics, docx) = (manifest(ANALYTICS), manifest(DOCX));
    let activities = [
        Activity {
            declaration: with(&analytics, &[("mode", "server")]),
            legal_basis: vec![LegalBasis::A61a],
        },
        Activity { declaration: with(&docx, &[]), legal_basis: Vec::new() },
    ];
    insta::assert_snapshot!(record_of_processing(&site(), &activities, Language::En));
}

#[test]
fn a_record_of_processing_reads_in_every_language() {
    let manifest = manifest(SQLITE);
    let activity = [Activity { declaration: with(&manifest, &[]), legal_basis: Vec::new() }];
    insta::assert_snapshot!("record_de", record_of_processing(&site(), &activity, Language::De));
    insta::assert_snapshot!("record_es", record_of_processing(&site(), &activity, Language::Es));
}

#[test]
fn no_cell_is_a_formula() {
    let text = changed(
        DOCX,
        "retention = { kind = \"call\" }",
        "text = \"@SUM(A1)\"\n\
        retention = { kind = \"call\" }",
    );
    let manifest = manifest(&text);
    let activity = [Activity { declaration: with(&manifest, &[]), legal_basis: Vec::new() }];
    let bad = Site {
        controller: "=HYPERLINK(\"https://evil.example\")".to_owned(),
        contact: "+49 30 1".to_owned(),
        officer: Some("-1".to_owned()),
    };
    let table = record_of_processing(&bad, &activity, Language::En);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let row = reader.records().next().unwrap().unwrap();
    for cell in &row {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell}");
    }
    assert_eq!(&row[0], "'=HYPERLINK(\"https://evil.example\")");
    assert_eq!(&row[1], "'+49 30 1");
}

#[test]
fn linked_data_says_the_same_in_terms() {
    let manifest = manifest(SEGMENT);
    let mut installation: Installation = with(&manifest, &[("identify", "true")]).installation;
    installation.recipients.insert("destinations".to_owned(), crate::RecipientFacts::default());
    let activity = Activity {
        declaration: manifest.declaration(installation).unwrap(),
        legal_basis: vec![LegalBasis::A61a],
    };
    let value = to_json_ld(&site(), &[activity]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn every_term_has_a_prefix_that_the_context_knows() {
    let manifest = manifest(ANALYTICS);
    let activity =
        Activity { declaration: with(&manifest, &[("mode", "page")]), legal_basis: Vec::new() };
    let value = to_json_ld(&site(), &[activity]);
    let context = value["@context"].as_object().unwrap();
    let text = value.to_string();
    for id in text.split("{\"@id\":\"").skip(1).map(|it| it.split('"').next().unwrap()) {
        let prefix = id.split(':').next().unwrap();
        assert!(context.contains_key(prefix) || prefix == "urn", "{id}");
    }
}
