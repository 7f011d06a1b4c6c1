//! Tests whether a plugin does what its manifest says, and nothing more: `affiant plugin test`.
//!
//! Start at [`examine`]. Checks that begin with S read the plugin's files; those with D, C, R, N and U
//! run its component in the real sandbox, against a host that records what leaves it. Every piece of
//! personal data that the component is given is a canary: a word that occurs nowhere else, which is
//! then looked for in everything that the component sent, kept and wrote down.
//!
//! # Invariants
//!
//! - Nothing of a plugin reaches anything: the host answers from memory.
//! - The same plugin gives the same outcomes: time and randomness are made up.
//! - A check that is not run says so, and why.

mod canary;
mod exercise;
mod fixed;
mod moving;
mod reading;
mod recorder;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use affiant_manifest::{CapabilityId, Manifest, Side, Value};
use affiant_wasm::Engine;

/// A plugin, as its developer has it.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The text of `plugin.toml`.
    pub manifest: String,
    /// The component.
    pub component: Vec<u8>,
    /// What runs in browsers, if something does.
    pub script: Option<String>,
    /// The texts of `i18n/LANGUAGE.toml`, by language.
    pub translations: BTreeMap<String, String>,
    /// The text of `privacy.lock`, if there is one.
    pub lock: Option<String>,
    /// Settings that the component is given; the others are their defaults, or made up.
    pub settings: BTreeMap<String, Value>,
    /// The text of an older version's `plugin.toml`, to see whether this one works with its grants.
    pub older: Option<String>,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It found nothing wrong.
    Passed,
    /// It found this, each in a sentence.
    Failed(Vec<String>),
    /// It was not made; why.
    NotRun(String),
}

/// One check, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its short name, as in `S1`.
    pub id: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// How it ended.
    pub verdict: Verdict,
}

impl Outcome {
    fn new(id: &'static str, what: &'static str, wrong: Vec<String>) -> Self {
        let verdict = if wrong.is_empty() { Verdict::Passed } else { Verdict::Failed(wrong) };
        Self { id, what, verdict }
    }

    fn not_run(id: &'static str, what: &'static str, why: impl Into<String>) -> Self {
        Self { id, what, verdict: Verdict::NotRun(why.into()) }
    }
}

/// Makes every check. Takes a second or so, most of which is compiling the component.
pub fn examine(engine: &Engine, subject: &Subject) -> Vec<Outcome> {
    let parsed = Manifest::parse(&subject.manifest);
    let mut outcomes = vec![fixed::form(&parsed, &subject.manifest)];
    let Some(manifest) = parsed.usable() else {
        return outcomes;
    };
    outcomes.extend(fixed::check(subject, manifest));
    outcomes.extend(moving::check(engine, subject, manifest));
    outcomes.push(Outcome::not_run(
        "B1-B3",
        "what happens in browsers is what is declared",
        if reaches_pages(manifest) {
            "it takes a browser: in the sources of Affiant, `AFFIANT_PLUGIN=FOLDER cargo xtask browser kit` makes them"
        } else {
            "no page has a part of the plugin"
        },
    ));
    outcomes
}

/// Whether a plugin asks for anything in a browser, with any settings.
fn reaches_pages(manifest: &Manifest) -> bool {
    let is_in_page =
        |it: CapabilityId| matches!(it, CapabilityId::PageInjectScript | CapabilityId::PageFrame);
    manifest.capabilities.iter().any(|it| is_in_page(it.id.value))
        || manifest.network.iter().any(|it| it.side.value == Side::Browser)
        || !manifest.browser_storage.is_empty()
}
