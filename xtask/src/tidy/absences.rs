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
    "sdk/manifest/",
    "sdk/package/",
    "sdk/plugin/",
    "sdk/wit/",
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

/// Folders of what runs in the server.
const PRODUCT: &[&str] = &["core/", "plugins/", "sandbox/", "sdk/"];

/// The one file that asks the system for random bytes.
const RANDOM: &str = "core/server/src/system.rs";

const SOURCES: &[&str] = &["getrandom::", "rand::", "OsRng", "RandomState", "/dev/urandom"];

/// The files that begin transactions: one that sees to it that each comes to its end, and one whose
/// connection nobody gets after it.
const BEGINNING: [&str; 2] =
    ["plugins/storage-postgres/src/write.rs", "plugins/storage-postgres/src/target.rs"];

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("/testing.rs")
}

/// Checks what the crates may not name.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = pure(tree);
    findings.extend(random(tree));
    findings.extend(transactions(tree));
    findings
}

/// Checks that no request begins a transaction itself: it can be given up at any moment, and a
/// connection of the pool would keep the transaction.
fn transactions(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("rs") {
        let is_ours = path.starts_with("plugins/storage-") && !is_test(path);
        if !is_ours || BEGINNING.contains(&path) {
            continue;
        }
        let code = code_only(text);
        for (number, _) in (1..).zip(code.lines()).filter(|it| it.1.contains(".begin()")) {
            let message =
                "`.begin()`: transactions are those of `transact`, which come to their end";
            findings.push(Finding::new(path, number, message));
        }
    }
    findings
}

/// Checks that random bytes come from the system, in one place: whatever is random is secret here, or
/// may become so.
fn random(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("rs") {
        let is_ours = PRODUCT.iter().any(|folder| path.starts_with(folder));
        if !is_ours || path == RANDOM || is_test(path) {
            continue;
        }
        let code = code_only(text);
        for (number, line) in (1..).zip(code.lines()) {
            for source in SOURCES.iter().filter(|it| line.contains(*it)) {
                let message = format!("`{source}`: random bytes come through `Randomness`");
                findings.push(Finding::new(path, number, message));
            }
        }
    }
    findings
}

/// Checks that no pure crate names files, sockets, processes, the environment or futures.
fn pure(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("rs") {
        if is_test(path) || !PURE.iter().any(|folder| path.starts_with(folder)) {
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
