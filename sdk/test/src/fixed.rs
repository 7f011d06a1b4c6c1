//! Checks that read a plugin's files: S1 to S6.

use std::collections::BTreeSet;

use affiant_manifest::{Finding, Lock, Manifest, Parsed, check_binary, unlisted_hosts};
use affiant_package::interfaces;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::reading::{MOST, grade};
use crate::{Outcome, Subject};

/// S1: the manifest's form, and its rules for every combination of settings.
pub(crate) fn form(parsed: &Parsed, text: &str) -> Outcome {
    let errors = parsed.findings.iter().filter(|it| it.is_error());
    Outcome::new(
        "S1",
        "the manifest keeps its rules with every combination of settings",
        errors.map(|it| told(it, text)).collect(),
    )
}

fn told(finding: &Finding, text: &str) -> String {
    let place = finding.place.locate(text);
    let Finding { message, hint, .. } = finding;
    format!("plugin.toml:{}:{}: {message} ({hint})", place.line, place.column)
}

/// S2 to S6.
pub(crate) fn check(subject: &Subject, manifest: &Manifest) -> Vec<Outcome> {
    let sentences = values(&subject.manifest, &SENTENCES);
    vec![
        imports(subject, manifest),
        // A term that is none does not get past S1.
        Outcome::new("S3", "every term is one of the vocabulary", Vec::new()),
        texts(subject, &sentences),
        hosts(subject, manifest),
        agreed(subject, manifest),
    ]
}

fn imports(subject: &Subject, manifest: &Manifest) -> Outcome {
    let what = "the component imports what the manifest asks for";
    let found = match interfaces(&subject.component) {
        Ok(found) => found,
        Err(error) => return Outcome::new("S2", what, vec![error.to_string()]),
    };
    let report = check_binary(manifest, &found.imports, &subject.component);
    let wrong = report.findings.iter().filter(|it| it.code.starts_with("x7-"));
    Outcome::new("S2", what, wrong.map(|it| told(it, &subject.manifest)).collect())
}

fn hosts(subject: &Subject, manifest: &Manifest) -> Outcome {
    let script = subject.script.as_deref().unwrap_or_default();
    let parts = [("component", &subject.component[..]), ("script", script.as_bytes())];
    let told = parts.into_iter().flat_map(|(part, bytes)| {
        let hosts = unlisted_hosts(manifest, bytes).into_iter();
        hosts.map(move |host| {
            format!("the {part} names the host `{host}`, which no `[[network]]` lists")
        })
    });
    Outcome::new("S5", "every host in component and script is listed", told.collect())
}

fn agreed(subject: &Subject, manifest: &Manifest) -> Outcome {
    let what = "the developers agreed to what it does";
    let hint = "`affiant plugin check --accept` writes it down";
    let Some(text) = &subject.lock else {
        return Outcome::new("S6", what, vec![format!("there is no privacy.lock; {hint}")]);
    };
    let wrong = match Lock::read(text) {
        Err(line) => vec![format!("privacy.lock:{}: this line does not belong there", line.0)],
        Ok(lock) => {
            lock.widenings(manifest).into_iter().map(|it| format!("{} ({hint})", it.text)).collect()
        }
    };
    Outcome::new("S6", what, wrong)
}

/// S4: sentences are easy, and are there in every language that there is any in.
fn texts(subject: &Subject, sentences: &BTreeSet<String>) -> Outcome {
    let mut wrong = Vec::new();
    let all: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let together = grade(&all.join(" "));
    if together > MOST {
        let hardest = all.iter().max_by(|a, b| grade(a).total_cmp(&grade(b)));
        wrong.push(format!(
            "the sentences of plugin.toml take {together:.0} years of school, and should take \
             {MOST:.0}: use shorter sentences and words, as in `{}`",
            hardest.unwrap_or(&"")
        ));
    }
    let names = values(&subject.manifest, &NAMES);
    for (language, text) in &subject.translations {
        let translated = translated(text);
        for sentence in sentences.difference(&translated) {
            wrong.push(format!("i18n/{language}.toml lacks `{sentence}`"));
        }
        for key in translated.difference(sentences).filter(|it| !names.contains(*it)) {
            wrong.push(format!("i18n/{language}.toml has `{key}`, which plugin.toml does not say"));
        }
    }
    Outcome::new("S4", "sentences are easy and translated", wrong)
}

/// Keys whose values are sentences that people read.
const SENTENCES: [&str; 5] = ["summary", "text", "label", "how", "note"];
/// Keys whose values are names, which can be translated and need not be.
const NAMES: [&str; 1] = ["name"];

/// The texts of a manifest under these keys, wherever they stand.
fn values(manifest: &str, keys: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (table, _) = DeTable::parse_recoverable(manifest);
    let mut open = vec![DeValue::Table(table.into_inner())];
    while let Some(value) = open.pop() {
        match value {
            DeValue::Table(table) => {
                for (key, value) in table {
                    match value.into_inner() {
                        DeValue::String(it) if keys.contains(&key.get_ref().as_ref()) => {
                            found.insert(it.into_owned());
                        }
                        other => open.push(other),
                    }
                }
            }
            DeValue::Array(items) => open.extend(items.into_iter().map(Spanned::into_inner)),
            _ => {}
        }
    }
    found
}

/// The sentences that a translation has.
fn translated(text: &str) -> BTreeSet<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    table.into_inner().into_iter().map(|(it, _)| it.into_inner().into_owned()).collect()
}
