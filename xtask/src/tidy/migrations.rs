//! Migrations are named so that they sort, and every database has the same ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// From this migration on, servers of two releases run side by side on one PostgreSQL.
const SIDE_BY_SIDE: &str = "20261128100000";

/// Begins the comment of a migration that removes what no release uses any more.
const CONTRACT: &str = "-- contract:";

/// What takes something away, or refuses what was taken before.
const TAKING: [&str; 6] =
    ["drop table", "drop column", "rename ", "alter column", "drop trigger", "drop function"];

/// The lines that take something away, and what does.
fn takes_away(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    (1..).zip(text.lines()).filter_map(|(number, line)| {
        let line = line.trim_start().to_lowercase();
        let what = TAKING.into_iter().find(|it| line.contains(it));
        what.filter(|_| !line.starts_with("--")).map(|what| (number, what))
    })
}

/// Checks the names of the files in every folder `migrations`, and that they only add.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut folders: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for file in &tree.files {
        let Some((folder, name)) = file.path.rsplit_once('/') else { continue };
        let Some(part) = part(folder) else { continue };
        if !is_well_named(name) {
            let message = "is not named YYYYMMDDHHMMSS_what.sql, in lower case";
            findings.push(Finding::new(&file.path, 0, message));
        }
        let text = file.text.as_deref().unwrap_or_default();
        if folder.contains("postgres") && name >= SIDE_BY_SIDE && !text.contains(CONTRACT) {
            findings.extend(takes_away(text).map(|(line, what)| {
                let message = format!(
                    "`{what}` takes something away from servers of the release before, which run beside: say `{CONTRACT}` and why nobody uses it any more"
                );
                Finding::new(&file.path, line, message)
            }));
        }
        let version = name.split('_').next().unwrap_or(name);
        let names = folders.entry((part, folder)).or_default();
        if names.iter().any(|other| other.split('_').next() == Some(version)) {
            findings.push(Finding::new(&file.path, 0, "has the time of another migration"));
        }
        names.insert(name);
    }

    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((part, _), names) in &folders {
        all.entry(part).or_default().extend(names);
    }
    for ((part, folder), names) in folders {
        let all = all.get(part).cloned().unwrap_or_default();
        findings.extend(all.difference(&names).map(|missing| {
            Finding::new(folder, 0, format!("lacks `{missing}`, which another database has"))
        }));
    }
    findings
}

/// Which of its databases a storage brings up to date with a folder; `None` if it holds no migrations.
fn part(folder: &str) -> Option<&str> {
    if folder.ends_with("/migrations") {
        return Some("");
    }
    let (above, part) = folder.rsplit_once('/')?;
    above.ends_with("/migrations").then_some(part)
}

fn is_well_named(name: &str) -> bool {
    let Some((time, what)) = name.strip_suffix(".sql").and_then(|it| it.split_once('_')) else {
        return false;
    };
    let is_time = time.len() == 14 && time.bytes().all(|it| it.is_ascii_digit());
    let is_word = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    let part = |range: std::ops::Range<usize>| time.get(range).and_then(|it| it.parse().ok());
    is_time
        && !what.is_empty()
        && what.chars().all(is_word)
        && part(4..6).is_some_and(|month: u32| (1..=12).contains(&month))
        && part(6..8).is_some_and(|day: u32| (1..=31).contains(&day))
        && part(8..10).is_some_and(|hour: u32| hour < 24)
        && part(10..12).is_some_and(|minute: u32| minute < 60)
        && part(12..14).is_some_and(|second: u32| second < 60)
}
