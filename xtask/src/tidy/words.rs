//! What no file may hold: forgotten work, switched-off tests, stray spaces, and names of machines.

use crate::tidy::Finding;
use crate::tidy::code::{code_only, is_name_part};
use crate::tidy::tree::{File, Tree};

/// Marks of work that someone meant to do later. In pieces, so that this file passes.
const FORGOTTEN: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Ways to switch a test off, to expect too little of it, or to leave a hole.
const REFUSED_CODE: &[&str] =
    &["#[ignore", "#[should_panic", "todo!", "unimplemented!", "thread::sleep", "time::sleep"];

/// Folders of the machines that this was written on.
const MACHINE_FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// Hosts that packages come from: mirrors are a matter of each machine's settings.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("npm", "js."),
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("deb.", "debian.org"),
];

/// Written by tools, which put there what they must.
const GENERATED: &[&str] = &["Cargo.lock", "package-lock.json"];

/// Checks every text file line by line.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let Some(text) = file.text.as_deref().filter(|_| !GENERATED.contains(&name)) else {
            continue;
        };
        for (number, line) in (1..).zip(text.split_terminator('\n')) {
            let broken = broken_rules(line, file);
            findings.extend(broken.map(|message| Finding::new(&file.path, number, message)));
        }
        if !text.is_empty() && !text.ends_with('\n') {
            findings.push(Finding::new(&file.path, 0, "does not end with a line end"));
        }
        if file.extension() == "rs" {
            findings.extend(refused_code(&file.path, text));
        }
    }
    findings
}

fn broken_rules(line: &str, file: &File) -> impl Iterator<Item = String> {
    // A snapshot holds what a program wrote, and Markdown may talk about a mark in backticks.
    let stray = line.ends_with(char::is_whitespace) && file.extension() != "snap";
    let plain = if file.extension() == "md" { without_code_spans(line) } else { line.to_owned() };

    let stray = stray.then(|| "ends with white space".to_owned());
    let forgotten = FORGOTTEN
        .iter()
        .find(|it| has_word(&plain, it))
        .map(|it| format!("`{it}`: do it now, or write an issue"));
    let machine = MACHINE_FOLDERS
        .iter()
        .find(|it| has_path(line, it))
        .map(|it| format!("`{it}` is a folder of one machine"));
    let host = REGISTRY_HOSTS
        .iter()
        .find(|it| line.contains(*it))
        .map(|it| format!("`{it}` names a package registry's host"));
    [stray, forgotten, machine, host].into_iter().flatten()
}

fn refused_code(path: &str, text: &str) -> Vec<Finding> {
    let code = code_only(text);
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        for refused in REFUSED_CODE.iter().filter(|it| line.contains(*it)) {
            findings.push(Finding::new(path, number, format!("`{refused}` is not used here")));
        }
    }
    findings
}

/// Returns the line without what stands between backticks.
fn without_code_spans(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_name_part) && !after.is_some_and(is_name_part)
    })
}

/// Returns whether an absolute path starts with this folder, not a part of another path.
fn has_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|it| is_name_part(it) || matches!(it, '.' | '-' | '/' | '*' | '}'))
    })
}
