//! Files and functions stay small; the exceptions may only shrink.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context as _, bail};

use crate::tidy::Finding;
use crate::tidy::code::{code_only, functions};
use crate::tidy::tree::Tree;

/// Where the exceptions are written.
pub(crate) const RATCHET: &str = "xtask/ratchet.txt";

/// The longest a file of code may be, in lines.
const FILE_CAP: usize = 600;
/// The longest a function may be without being counted, in lines.
const FUNCTION_CAP: usize = 60;
/// The longest the map of the architecture may be, in lines.
const MAP_CAP: usize = 200;
/// What counts as code, by extension.
const CODE: &[&str] = &["css", "js", "mjs", "rs"];

const HEADER: &str = "\
# The exceptions to the size rules. A number may only shrink: `cargo xtask tidy --shrink` lowers it.
# long-functions COUNT     how many functions may be longer than 60 lines
# long-file PATH LINES     how long this file may be, over the cap of 600 lines
";

/// The exceptions to the size rules.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ratchet {
    pub(crate) long_functions: usize,
    pub(crate) long_files: BTreeMap<String, usize>,
}

impl Ratchet {
    /// Reads the file of exceptions; fails at the first line that is none.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut ratchet = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number = words.last().and_then(|it| it.parse().ok());
            let number = number.with_context(|| format!("{RATCHET}: no number in `{line}`"))?;
            match words.as_slice() {
                ["long-functions", _] => ratchet.long_functions = number,
                ["long-file", path, _] => {
                    ratchet.long_files.insert((*path).to_owned(), number);
                }
                _ => bail!("{RATCHET}: unknown exception `{line}`"),
            }
        }
        Ok(ratchet)
    }

    /// Returns the same exceptions, each no larger than `tree` needs.
    pub(crate) fn shrunk_to(self, tree: &Tree) -> Self {
        let lengths: BTreeMap<&str, usize> = code_lengths(tree).collect();
        let needed = |path: &str| lengths.get(path).copied().unwrap_or(0);
        let long_files = self
            .long_files
            .into_iter()
            .map(|(path, lines)| (lines.min(needed(&path)), path))
            .filter(|(lines, _)| *lines > FILE_CAP)
            .map(|(lines, path)| (path, lines))
            .collect();
        Self { long_functions: self.long_functions.min(long_functions(tree).len()), long_files }
    }
}

impl fmt::Display for Ratchet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}long-functions {}", self.long_functions)?;
        self.long_files.iter().try_for_each(|(path, lines)| writeln!(f, "long-file {path} {lines}"))
    }
}

/// Checks the lengths of files and functions.
pub(crate) fn check(tree: &Tree, ratchet: &Ratchet) -> Vec<Finding> {
    let mut findings = check_files(tree, ratchet);

    let long = long_functions(tree);
    let allowed = ratchet.long_functions;
    if long.len() > allowed {
        findings.extend(long.into_iter().map(|mut finding| {
            finding.message = format!("{} (the ratchet allows {allowed})", finding.message);
            finding
        }));
    } else if long.len() < allowed {
        findings.push(slack("long-functions", long.len()));
    }

    for (path, text) in tree.texts("md").filter(|(path, _)| *path == "ARCHITECTURE.md") {
        let lines = text.lines().count();
        if lines > MAP_CAP {
            findings.push(Finding::new(path, 0, format!("{lines} lines; the map fits {MAP_CAP}")));
        }
    }
    findings
}

fn check_files(tree: &Tree, ratchet: &Ratchet) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, lines) in code_lengths(tree) {
        let cap = ratchet.long_files.get(path).copied().unwrap_or(FILE_CAP);
        if lines > cap {
            findings.push(Finding::new(path, 0, format!("{lines} lines; the cap is {cap}")));
        } else if lines < cap && ratchet.long_files.contains_key(path) {
            findings.push(slack(path, lines));
        }
    }
    for path in ratchet.long_files.keys().filter(|path| !tree.has(path)) {
        findings.push(Finding::new(RATCHET, 0, format!("`{path}` is gone; drop its line")));
    }
    findings
}

fn slack(what: &str, needed: usize) -> Finding {
    let message = format!("`{what}` needs only {needed}; run `cargo xtask tidy --shrink`");
    Finding::new(RATCHET, 0, message)
}

fn code_lengths(tree: &Tree) -> impl Iterator<Item = (&str, usize)> {
    let files = tree.files.iter().filter(|file| CODE.contains(&file.extension()));
    files.filter_map(|file| Some((file.path.as_str(), file.text.as_ref()?.lines().count())))
}

fn long_functions(tree: &Tree) -> Vec<Finding> {
    let mut long = Vec::new();
    for (path, text) in tree.texts("rs") {
        let code = code_only(text);
        for function in functions(&code).into_iter().filter(|it| it.lines > FUNCTION_CAP) {
            let message = format!("`{}` has {} lines", function.name, function.lines);
            long.push(Finding::new(path, function.line, message));
        }
    }
    long
}
