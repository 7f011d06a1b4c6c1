//! Each check is shown failing on a small bad tree, and silent on a good one.

mod absences;
mod acceptance;
mod arrows;
mod code;
mod leaks;
mod links;
mod migrations;
mod modules;
mod phases;
mod sizes;
mod words;

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

/// Returns a tree of the given paths and texts.
fn tree<const N: usize>(files: [(&str, &str); N]) -> Tree {
    let files = files.into_iter();
    let file = |(path, text): (&str, &str)| File { path: path.into(), text: Some(text.into()) };
    Tree { files: files.map(file).collect() }
}

/// Returns findings as they are printed.
fn printed(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}
