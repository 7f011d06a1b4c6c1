//! Every Rust file says what it is for, and belongs to a crate.

use crate::tidy::Finding;
use crate::tidy::code::code_only;
use crate::tidy::tree::Tree;

/// Files that are the root of a crate by name, and folders whose files all are.
const ROOT_NAMES: &[&str] = &["build", "lib", "main"];
const ROOT_FOLDERS: &[&str] = &["benches", "bin", "examples", "fuzz_targets"];

/// Checks that each file starts with `//!`, that a `mod` names it, and that none is a `mod.rs`.
///
/// cargo passes over a file that no `mod` names, tests in it included.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("rs") {
        if !text.starts_with("//! ") {
            findings.push(Finding::new(path, 1, "starts without a `//!` that says what it is for"));
        }
        if path.ends_with("/mod.rs") {
            findings.push(Finding::new(path, 0, "is a mod.rs; name it after its module"));
        } else if !is_root(path) && !is_named(tree, path) {
            findings.push(Finding::new(path, 0, "no `mod` names it, so it is never compiled"));
        }
    }
    findings
}

fn is_root(path: &str) -> bool {
    let (folder, name) = split(path);
    let parent = split(folder).1;
    ROOT_NAMES.contains(&name) || ROOT_FOLDERS.contains(&parent)
}

fn is_named(tree: &Tree, path: &str) -> bool {
    let (folder, name) = split(path);
    let parents = [format!("{folder}.rs"), format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
    tree.texts("rs").filter(|(path, _)| parents.iter().any(|it| it == path)).any(|(_, text)| {
        let code = code_only(text);
        let mut statements = code.split([';', '{', '}']);
        statements.any(|it| {
            let words: Vec<&str> = it.split_whitespace().collect();
            words.ends_with(&["mod", name])
        })
    })
}

/// Returns the folder and the name without its extension.
fn split(path: &str) -> (&str, &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, name.strip_suffix(".rs").unwrap_or(name))
}
