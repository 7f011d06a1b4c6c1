//! What the pure crates never contain.

use crate::tidy::Finding;
use crate::tidy::code::code_only;
use crate::tidy::tree::Tree;

/// Folders whose code asks nothing of the machine that it runs on, tests apart.
const PURE: &[&str] = &[
    "core/diagnostic/",
    "core/document/",
    "core/engine/",
    "core/interview/",
    "core/vault/",
    "sandbox/guest/",
    "sandbox/library/",
    "sandbox/text/",
];

const REFUSED: &[&str] = &[
    "async fn",
    "fs_err",
    "std::env",
    "std::fs",
    "io::stdin",
    "io::stdout",
    "std::net",
    "std::process",
    "getrandom",
];

/// Checks that no pure crate names files, sockets, processes, the environment or futures.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("rs") {
        let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
        if is_test || !PURE.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let code = code_only(text);
        for (number, line) in (1..).zip(code.lines()) {
            for refused in REFUSED.iter().filter(|it| line.contains(*it)) {
                let message = format!("`{refused}` in a crate that asks nothing of its machine");
                findings.push(Finding::new(path, number, message));
            }
        }
    }
    findings
}
