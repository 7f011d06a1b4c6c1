//! Leaks on purpose stand in files that say so, and nowhere else.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// How code is told apart that leaks on purpose. In pieces, so that this file passes.
const FEATURE: &str = concat!("feature = ", "\"leak\"");

/// Checks that only a module called `leak` knows of the feature.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("rs") {
        if path.ends_with("/leak.rs") || path.contains("/leak/") {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()) {
            if line.contains(FEATURE) {
                let message = "what leaks on purpose belongs into the module `leak`";
                findings.push(Finding::new(path, number, message));
            }
        }
    }
    findings
}
