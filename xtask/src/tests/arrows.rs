//! Arrows between crates.

use super::printed;
use crate::tidy::arrows::{ARROWS, Member, check, check_reach};

fn member(name: &str, uses: &[&str], reaches: &[&str]) -> Member {
    let owned = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    Member { name: name.into(), uses: owned(uses), reaches: owned(reaches).into_iter().collect() }
}

#[test]
fn reversed_arrow_is_found() {
    let arrows: &[(&str, &[&str])] = &[("engine", &["interview"]), ("interview", &[])];
    let members = [member("engine", &["interview"], &[]), member("interview", &["engine"], &[])];
    let expected = ["interview: must not depend on engine; see ARCHITECTURE.md"];
    assert_eq!(printed(&check(&members, arrows)), expected);
}

#[test]
fn crate_without_a_row_and_row_without_a_crate_are_found() {
    let members = [member("new", &[], &[])];
    let expected = ["new: is missing from ARROWS", "old: is in ARROWS but not in the workspace"];
    assert_eq!(printed(&check(&members, &[("old", &[])])), expected);
}

#[test]
fn star_allows_every_crate() {
    let members = [member("server", &["engine"], &[]), member("engine", &[], &[])];
    assert!(check(&members, &[("server", &["*"]), ("engine", &[])]).is_empty());
}

#[test]
fn library_reached_through_another_is_found() {
    let members = [member("engine", &[], &["serde", "tokio"]), member("web", &[], &["tokio"])];
    let expected = ["engine: must not reach tokio; `cargo tree -i tokio` shows how"];
    assert_eq!(printed(&check_reach(&members, &[("engine", &["axum", "tokio"])])), expected);
}

#[test]
fn arrows_form_no_circle() {
    let mut settled: Vec<&str> = Vec::new();
    let mut open: Vec<_> = ARROWS.iter().copied().filter(|(_, uses)| *uses != ["*"]).collect();
    while !open.is_empty() {
        let (ready, waiting): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(_, uses)| uses.iter().all(|it| settled.contains(it)));
        assert!(!ready.is_empty(), "a circle among {waiting:?}");
        settled.extend(ready.iter().map(|(name, _)| *name));
        open = waiting;
    }
}
