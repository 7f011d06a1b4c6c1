//! What always holds, tried with many manifests.

use proptest::prelude::*;

use super::{EXAMPLES, entries, manifest, with};
use crate::{Change, Direction, Facts, Manifest, diff};

/// A worked example with some of its lines left out, doubled, moved or exchanged.
fn mangled() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec((0_usize..4, any::<usize>(), any::<usize>()), 0..4);
    (0..EXAMPLES.len(), edits).prop_map(|(example, edits)| {
        let mut lines: Vec<&str> = EXAMPLES[example].1.lines().collect();
        for (edit, from, to) in edits {
            let (from, to) = (from % lines.len(), to % lines.len());
            match edit {
                0 => drop(lines.remove(from)),
                1 => lines.insert(to, lines[from]),
                2 => lines.swap(from, to),
                _ => {
                    let line = lines.remove(from);
                    lines.insert(to.min(lines.len()), line);
                }
            }
        }
        lines.join("\n")
    })
}

/// The facts of any worked example with any of its combinations.
fn facts() -> impl Strategy<Value = Facts> {
    (0..EXAMPLES.len(), any::<prop::sample::Index>()).prop_map(|(example, index)| {
        let manifest = manifest(EXAMPLES[example].1);
        let all = manifest.combinations();
        crate::Declaration::of(&manifest, index.get(&all).clone()).facts()
    })
}

proptest! {
    #[test]
    fn any_text_gives_findings_or_a_manifest(text in "\\PC{0,400}") {
        entries::manifest(&text);
    }

    #[test]
    fn a_mangled_manifest_gives_findings_or_holds_its_promises(text in mangled()) {
        entries::manifest(&text);
    }

    #[test]
    fn what_is_found_is_in_the_text(text in mangled()) {
        for finding in Manifest::parse(&text).findings {
            prop_assert!(finding.place.start <= finding.place.end);
            prop_assert!(finding.place.end <= text.len());
        }
    }

    #[test]
    fn two_differ_exactly_when_their_digests_do(a in facts(), b in facts()) {
        prop_assert_eq!(diff(&a, &b).is_empty(), a.digest() == b.digest());
        prop_assert_eq!(diff(&a, &b).is_empty(), a == b);
    }

    #[test]
    fn back_is_there_the_other_way_round(a in facts(), b in facts()) {
        let turned = |it: &Change| match it.clone() {
            Change::Begins(fact) => Change::Ends(fact),
            Change::Ends(fact) => Change::Begins(fact),
            Change::Moves { scale, before, after } => {
                Change::Moves { scale, before: after, after: before }
            }
        };
        let mut there: Vec<Change> = diff(&a, &b).iter().map(turned).collect();
        let mut back = diff(&b, &a);
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn more_of_anything_widens(a in facts(), b in facts()) {
        // Everything of both is at least as wide as each of them.
        let mut both = a.clone();
        both.held.extend(b.held.iter().cloned());
        for (scale, rank) in &b.scales {
            let known = both.scales.entry(scale.clone()).or_insert_with(|| rank.clone());
            *known = known.clone().max(rank.clone());
        }
        for it in diff(&a, &both).into_iter().chain(diff(&b, &both)) {
            prop_assert_eq!(it.direction(), Direction::Widens);
        }
    }
}

#[test]
fn the_worked_examples_hold_their_promises() {
    for (_, text) in EXAMPLES {
        entries::manifest(text);
        let manifest = manifest(text);
        assert!(diff(&with(&manifest, &[]).facts(), &with(&manifest, &[]).facts()).is_empty());
    }
}
