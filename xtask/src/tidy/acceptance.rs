//! Each acceptance test names tests that there are, and a part of the proof that prints its figures.

use crate::acceptance::{Criterion, Named, TABLE, TESTS, in_browser, parse};
use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// The acceptance tests that the table must hold, by number.
const NUMBERS: [u32; 29] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 33, 34, 35,
    38, 39, 40,
];

/// Where a part of the proof is.
const PROOF: &str = "tests/src/proof/";

/// Checks the table against the tree.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some((_, table)) = tree.texts("md").find(|(path, _)| *path == TABLE) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let all = parse(table);
    for number in NUMBERS.map(|it| format!("AT-{it:02}")) {
        if !all.iter().any(|it| it.number == number) {
            findings.push(Finding::new(TABLE, 0, format!("{number} has no section")));
        }
    }
    for criterion in &all {
        findings.extend(of_criterion(tree, criterion));
    }
    findings
}

fn of_criterion(tree: &Tree, criterion: &Criterion) -> Vec<Finding> {
    let mut findings = Vec::new();
    let number = &criterion.number;
    if criterion.parts.is_empty() {
        let message = format!("{number} names no figures");
        findings.push(Finding::new(TABLE, criterion.line, message));
    }
    for part in criterion.parts.iter().filter(|it| *it != TESTS) {
        if !prints(tree, part, number) {
            let message = format!("the part `{part}` of the proof prints no figure of {number}");
            findings.push(Finding::new(TABLE, criterion.line, message));
        }
    }
    if criterion.tests.is_empty() && criterion.parts.iter().any(|it| it == TESTS) {
        let message = format!("{number} has tests for figures, and names none");
        findings.push(Finding::new(TABLE, criterion.line, message));
    }
    for test in criterion.tests.iter().filter(|it| !is_there(tree, it)) {
        let message = format!("there is no test `{}` in {}", test.name, test.path);
        findings.push(Finding::new(TABLE, test.line, message));
    }
    findings
}

/// Whether a part of the proof has a figure whose name begins with the number.
fn prints(tree: &Tree, part: &str, number: &str) -> bool {
    let (file, folder) = (format!("{PROOF}{part}.rs"), format!("{PROOF}{part}/"));
    let mut texts = tree.texts("rs").filter(|(it, _)| *it == file || it.starts_with(&folder));
    texts.any(|(_, text)| text.contains(&format!("\"{number} ")))
}

fn is_there(tree: &Tree, test: &Named) -> bool {
    let Some(file) = tree.files.iter().find(|it| it.path == test.path) else { return false };
    let Some(text) = file.text.as_deref() else { return false };
    if in_browser(&test.path) {
        return text.contains(&format!("test('{}'", test.name));
    }
    let Some(at) = text.find(&format!("fn {}(", test.name)) else { return false };
    // The attribute is what makes it one; others may stand between.
    let before = text[..at].rsplit("\n\n").next().unwrap_or_default();
    before.contains("#[test]") || before.contains("#[tokio::test")
}
