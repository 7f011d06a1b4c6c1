//! `plugin.toml`: what a plugin says that it does to people's privacy.
//!
//! Start at [`Manifest::parse`], which reads a text and applies the rules X1 to X12 to every
//! combination of settings. [`Manifest::declaration`] is what holds for the settings chosen;
//! [`Label`] tells it in five facts, [`Declaration::facts`] in many, [`Declaration::told`] as what is
//! seen, kept and sent; [`diff()`] compares two, and
//! [`record_of_processing`] and [`to_json_ld`] hand it on.
//!
//! # Invariants
//!
//! - No I/O, no clock, no randomness. The same text and settings give the same everything.
//! - Total: any text gives findings, never a panic.
//! - What is not said is the worst that it could be.
//! - Whatever is shown to people comes from `sentences/`, in every language there is, or is a
//!   sentence of the plugin's author.

#[cfg(test)]
extern crate self as affiant_manifest;

mod check;
mod combination;
mod declaration;
mod diff;
mod export;
mod fact;
mod finding;
mod label;
mod lock;
mod model;
mod read;
mod schema;
mod sentence;
mod settings;
#[cfg(test)]
mod tests;
mod told;
mod vocabulary;

pub use check::{BinaryReport, FREE_INTERFACES, check_binary, interfaces, unlisted_hosts};
pub use combination::{Combination, MAX_COMBINATIONS};
pub use declaration::{Declaration, Placement};
pub use diff::{Change, Direction, diff, needs_new_revision};
pub use export::{Activity, Site, record_of_processing, to_json_ld};
pub use fact::{Fact, Facts, Rank, Scale};
pub use finding::{Finding, Location, Place, Severity};
pub use label::{Facet, Label, Level};
pub use lock::{BadLock, Lock, Widening};
pub use model::*;
pub use read::{Located, MAX_ITEMS, Named};
pub use schema::schema;
pub use sentence::Language;
pub use settings::{Installation, Question, RecipientFacts, SettingProblem};
pub use told::{Handling, Statement, Told};
pub use vocabulary::*;

/// Longest manifest, in bytes.
pub const MAX_MANIFEST: usize = 64 * 1024;

/// A manifest that was read.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// What it says. `None` when its form is wrong; when a rule is broken, it is here all the same,
    /// so that it can be shown beside what is wrong.
    pub manifest: Option<Manifest>,
    /// What is wrong, in the order of the text.
    pub findings: Vec<Finding>,
}

impl Parsed {
    /// The manifest, if it can be used.
    pub fn usable(&self) -> Option<&Manifest> {
        let has_error = self.findings.iter().any(Finding::is_error);
        self.manifest.as_ref().filter(|_| !has_error)
    }
}

impl Manifest {
    /// Reads a `plugin.toml` and applies every rule that needs no more than the text.
    ///
    /// The rules X7 and X11 need the component: see [`check_binary`].
    pub fn parse(text: &str) -> Parsed {
        let mut findings = Vec::new();
        let manifest = read_text(text, &mut findings);
        if let Some(manifest) = &manifest {
            findings.extend(check::check(manifest));
        }
        findings.sort();
        findings.dedup();
        Parsed { manifest, findings }
    }
}

fn read_text(text: &str, findings: &mut Vec<Finding>) -> Option<Manifest> {
    if text.len() > MAX_MANIFEST {
        let message = format!("the manifest has {} bytes, and may have {MAX_MANIFEST}", text.len());
        let place = Place { start: MAX_MANIFEST, end: MAX_MANIFEST };
        findings.push(Finding::error("too-long", place, message, "say less, or in shorter words"));
        return None;
    }
    let (root, errors) = toml::de::DeTable::parse_recoverable(text);
    findings.extend(errors.into_iter().map(|error| {
        let place = error.span().map_or_else(Place::default, Place::from);
        let hint = "write it as TOML: `key = value`, texts in quotes, tables in brackets";
        Finding::error("bad-toml", place, error.message().trim().to_owned(), hint)
    }));
    // What was not understood would be told of again as missing.
    if !findings.is_empty() {
        return None;
    }
    // A key that is missing in the root is missing at its beginning.
    let place = Place::default();
    let manifest = Manifest::read_table(read::Table::of(root.get_ref(), place), place, findings)?;
    if manifest.schema.value != 1 {
        let message = format!("this format is 1, not {}", manifest.schema.value);
        let hint = "write `manifest = 1`; a newer one needs a newer server";
        findings.push(Finding::error("unknown-format", manifest.schema.place, message, hint));
        return None;
    }
    Some(manifest)
}
