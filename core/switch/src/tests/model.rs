//! Random administrators against a plain statement of the rules, switches in pairs.

use proptest::prelude::*;

use super::settings;
use super::{Site, decisions};
use crate::{Outcome, Setting, Switch, WAIT, Weight, weight};

/// What an administrator tries.
#[derive(Clone, Debug)]
enum Try {
    Ask {
        setting: usize,
        by: i64,
    },
    Agree {
        decision: i64,
        second: i64,
    },
    Cancel {
        decision: i64,
    },
    /// Somebody stops being an administrator, and becomes one again: another account of theirs.
    Promote(i64),
    Wait(i64),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        4 => (0_usize..40, 1_i64..4).prop_map(|(setting, by)| Try::Ask { setting, by }),
        3 => (1_i64..12, 1_i64..4).prop_map(|(decision, second)| Try::Agree { decision, second }),
        1 => (1_i64..12).prop_map(|decision| Try::Cancel { decision }),
        2 => (1_i64..4).prop_map(Try::Promote),
        2 => prop_oneof![Just(1), Just(WAIT / 2), Just(WAIT - 1), Just(WAIT)].prop_map(Try::Wait),
    ];
    prop::collection::vec(one, 1..30)
}

/// What somebody tries. Returns who agreed to something, if it was let through.
fn act(site: &mut Site, all: &[Setting], what: &Try) -> Option<i64> {
    // A refusal changes nothing; what is checked is what holds afterwards.
    let done = match what {
        Try::Ask { setting, by } => site.ask(&all[setting % all.len()], *by).map(|_| ()),
        Try::Agree { decision, second } => site.agree(*decision, *second),
        Try::Cancel { decision } => site.cancel(*decision),
        Try::Promote(who) => {
            site.since.insert(*who, site.now);
            Ok(())
        }
        Try::Wait(seconds) => {
            site.wait(*seconds);
            Ok(())
        }
    };
    match what {
        Try::Agree { second, .. } if done.is_ok() => Some(*second),
        _ => None,
    }
}

/// A change that began to hold between two moments, if it weakens, was agreed to by two people or
/// could be seen for a day.
fn check_weakening(site: &Site, switch: Switch, before: &Setting, after: &Setting) {
    if weight(before, after) != Weight::Weakens {
        return;
    }
    let history = site.history();
    let behind = history.decisions().iter().any(|it| {
        it.outcome == Outcome::Follows
            && it.to == *after
            && it.to.switch() == switch
            && it.effective <= site.now
            && (it.second.is_some_and(|second| second != it.by) || it.effective - it.asked >= WAIT)
    });
    assert!(behind, "{} became {} silently", before.text(), after.text());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_weakens_silently_and_nothing_reaches_back(tries in tries()) {
        let all: Vec<Setting> = settings::all().into_iter().flatten().collect();
        let mut site = Site::new();
        let mut seen = vec![(site.now, Switch::ALL.map(|it| site.history().at(it, site.now)))];
        for what in &tries {
            if let Some(second) = act(&mut site, &all, what) {
                let since = site.since.get(&second).copied().unwrap_or(0);
                prop_assert!(site.now - since >= WAIT, "an administrator of today agreed");
            }
            let history = site.history();
            prop_assert_eq!(history.unfit(), [], "no path of ours writes an unfit row");
            let now = Switch::ALL.map(|it| history.at(it, site.now));
            let (_, before) = seen.last().unwrap();
            for (at, switch) in Switch::ALL.into_iter().enumerate() {
                check_weakening(&site, switch, &before[at], &now[at]);
            }
            // What held at an earlier moment still holds for what was made then.
            for (moment, settings) in seen.iter().filter(|(moment, _)| *moment < site.now) {
                prop_assert_eq!(&Switch::ALL.map(|it| history.at(it, *moment)), settings);
            }
            if seen.last().is_some_and(|(moment, _)| *moment == site.now) {
                seen.pop();
            }
            seen.push((site.now, now));
        }
    }
}

/// Each switch alone and with each other one, from and to every setting: neither gets in the
/// other's way.
#[test]
fn switches_in_pairs_leave_each_other_alone() {
    let all = settings::all();
    let mut pairs = 0;
    for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
        if one[0].switch() == other[0].switch() {
            continue;
        }
        for (first, second) in one.iter().flat_map(|it| other.iter().map(move |that| (it, that))) {
            let mut site = Site::new();
            decisions::reach(&mut site, first);
            decisions::reach(&mut site, second);
            let in_force = site.history().in_force(site.now);
            for switch in Switch::ALL {
                let expected = if switch == first.switch() {
                    first.clone()
                } else if switch == second.switch() {
                    second.clone()
                } else {
                    switch.first()
                };
                let found = in_force.settings().iter().find(|it| it.switch() == switch);
                assert_eq!(found, Some(&expected), "{} and {}", first.text(), second.text());
            }
            pairs += 1;
        }
    }
    assert!(pairs > 400, "only {pairs} pairs");
}
