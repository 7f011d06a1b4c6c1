//! The rules that no compiler knows.
//!
//! Each check is a pure function from the tree's text, or from cargo's metadata, to findings.

pub(crate) mod absences;
pub(crate) mod acceptance;
pub(crate) mod arrows;
pub(crate) mod code;
pub(crate) mod leaks;
pub(crate) mod links;
pub(crate) mod migrations;
pub(crate) mod modules;
pub(crate) mod sizes;
pub(crate) mod tree;
pub(crate) mod words;

use std::fmt;

use anyhow::bail;

use crate::report::{complain, say};
use crate::shell::root;
use crate::tidy::sizes::Ratchet;
use crate::tidy::tree::Tree;

/// A broken rule and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Path from the root of the tree, or the name of a package.
    pub(crate) place: String,
    /// Counted from 1; 0 when it is about the whole place.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn new(place: &str, line: usize, message: impl Into<String>) -> Self {
        Self { place: place.into(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.place, self.message),
            line => write!(f, "{}:{line}: {}", self.place, self.message),
        }
    }
}

/// Checks the tree; prints every finding and fails when there is one.
pub(crate) fn run() -> anyhow::Result<()> {
    let tree = Tree::read(root())?;
    let mut findings = check_text(&tree, &read_ratchet()?);
    findings.extend(check_packages()?);
    findings.sort();
    for finding in &findings {
        complain(&finding.to_string());
    }
    if !findings.is_empty() {
        bail!("tidy found {} broken rules", findings.len());
    }
    say(&format!("tidy: {} files in order", tree.files.len()));
    Ok(())
}

/// Lowers every number of the ratchet to what the tree needs.
pub(crate) fn shrink() -> anyhow::Result<()> {
    let shrunk = read_ratchet()?.shrunk_to(&Tree::read(root())?);
    fs_err::write(root().join(sizes::RATCHET), shrunk.to_string())?;
    Ok(())
}

fn read_ratchet() -> anyhow::Result<Ratchet> {
    Ratchet::parse(&fs_err::read_to_string(root().join(sizes::RATCHET))?)
}

fn check_text(tree: &Tree, ratchet: &Ratchet) -> Vec<Finding> {
    let mut findings = sizes::check(tree, ratchet);
    findings.extend(absences::check(tree));
    findings.extend(acceptance::check(tree));
    findings.extend(leaks::check(tree));
    findings.extend(links::check(tree));
    findings.extend(migrations::check(tree));
    findings.extend(modules::check(tree));
    findings.extend(words::check(tree));
    findings
}

fn check_packages() -> anyhow::Result<Vec<Finding>> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root()).exec()?;
    let members = arrows::members(&metadata);
    let mut findings = arrows::check(&members, arrows::ARROWS);
    findings.extend(arrows::check_reach(&members, arrows::NEVER_REACHES));
    Ok(findings)
}
