//! Tests of manifests: what is read, which rules hold, what people are told.

mod binary;
mod diffs;
mod entries;
mod exports;
mod form;
mod labels;
mod locks;
mod properties;
mod rules;
mod schemas;
mod sentences;
mod settings;
mod told;

use std::collections::BTreeMap;

use crate::{Declaration, Installation, Manifest, Value};

const SOCIAL_LOGIN: &str = include_str!("tests/manifests/social-login.toml");
const ANALYTICS: &str = include_str!("tests/manifests/google-analytics.toml");
const SEGMENT: &str = include_str!("tests/manifests/segment.toml");
const POSTGRES: &str = include_str!("tests/manifests/postgres.toml");
const S3: &str = include_str!("tests/manifests/s3.toml");
const SQLITE: &str = include_str!("tests/manifests/sqlite.toml");
const DOCX: &str = include_str!("tests/manifests/docx.toml");

/// The worked examples, by name.
const EXAMPLES: [(&str, &str); 7] = [
    ("social-login", SOCIAL_LOGIN),
    ("google-analytics", ANALYTICS),
    ("segment", SEGMENT),
    ("postgres", POSTGRES),
    ("s3", S3),
    ("sqlite", SQLITE),
    ("docx", DOCX),
];

/// The manifest, which must be fine.
fn manifest(text: &str) -> Manifest {
    let parsed = Manifest::parse(text);
    let told: Vec<String> =
        parsed.findings.iter().map(|it| it.render("plugin.toml", text)).collect();
    assert!(parsed.findings.is_empty(), "{}", told.join("\n"));
    parsed.manifest.unwrap()
}

/// What is declared with one setting, the others being left alone or set to something that fits.
fn with<'m>(manifest: &'m Manifest, settings: &[(&str, &str)]) -> Declaration<'m> {
    let mut values: BTreeMap<String, Value> = [
        ("issuer", "https://login.example.org/"),
        ("measurement_id", "G-ABC123"),
        ("write_key", "not-a-real-key"),
        ("url", "postgresql://db.example.org/affiant"),
        ("keyring_url", "postgresql://db.example.org/keyring"),
        ("endpoint", "https://s3.example.org/"),
        ("bucket", "files"),
        ("region", "eu"),
    ]
    .into_iter()
    .filter(|(name, _)| manifest.settings.0.iter().any(|(it, _)| it.value == *name))
    .map(|(name, value)| (name.to_owned(), Value::Text(value.to_owned())))
    .collect();
    for (name, value) in settings {
        let value = match *value {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => Value::Text(other.to_owned()),
        };
        values.insert((*name).to_owned(), value);
    }
    manifest.declaration(Installation { values, ..Installation::default() }).unwrap()
}

/// The text with one piece in place of another, which must be there.
fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the manifest");
    text.replacen(from, to, 1)
}

/// The codes of what is wrong with a text.
fn codes(text: &str) -> Vec<&'static str> {
    Manifest::parse(text).findings.iter().map(|it| it.code).collect()
}
