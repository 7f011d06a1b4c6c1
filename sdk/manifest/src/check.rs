//! The rules X1 to X12, and that names lead somewhere.

mod binary;
mod plugin;
mod protection;
mod references;
mod traffic;

use std::collections::BTreeMap;

pub use binary::{BinaryReport, FREE_INTERFACES, check_binary, interfaces, unlisted_hosts};

use crate::combination::{Combination, MAX_COMBINATIONS};
use crate::declaration::Declaration;
use crate::finding::Finding;
use crate::model::Manifest;

/// Applies every rule that needs no component, to every combination of settings (X8).
pub(crate) fn check(manifest: &Manifest) -> Vec<Finding> {
    let mut findings = plugin::check(manifest);
    findings.extend(references::check(manifest));
    let count = manifest.combination_count();
    if count > MAX_COMBINATIONS {
        findings.push(too_many_combinations(manifest, count));
        return findings;
    }
    findings.extend(in_every_combination(manifest));
    findings
}

fn too_many_combinations(manifest: &Manifest, count: usize) -> Finding {
    let place = manifest.conditions().next().map_or(manifest.place, |it| it.setting.place);
    let message = format!(
        "the settings that decide have {count} combinations, and every one must be checked: at \
         most {MAX_COMBINATIONS}"
    );
    let hint = "let fewer settings decide, or give them fewer values";
    Finding::error("x8-too-many-combinations", place, message, hint)
}

/// What is wrong in at least one combination; once each, with the first combination in which it is.
fn in_every_combination(manifest: &Manifest) -> Vec<Finding> {
    let combinations = manifest.combinations();
    let mut found: BTreeMap<Finding, (usize, &Combination)> = BTreeMap::new();
    for combination in &combinations {
        let declaration = Declaration::of(manifest, combination.clone());
        let mut here = traffic::check(&declaration);
        here.extend(protection::check(&declaration));
        here.sort();
        here.dedup();
        for finding in here {
            found.entry(finding).or_insert((0, combination)).0 += 1;
        }
    }
    let always = combinations.len();
    let told = found.into_iter().map(|(mut finding, (count, first))| {
        if count < always {
            finding.message.push_str(&format!(", when {first}"));
        }
        finding
    });
    told.collect()
}
