//! Who may decide what, and from when it holds.

use affiant_backend::SwitchRow;

use super::{Site, settings};
use crate::{
    Class, Custody, DAY, Hold, INSTALLATION, MAX_HOLD_DAYS, MAX_REASON, Outcome, Refused, Setting,
    Switch, Unfit, WAIT, Weight, weight,
};

const SERVER: Setting = Setting::Keys(Custody::Server);
const OWN: Setting = Setting::Keys(Custody::Own);

#[test]
fn what_weakens_waits_a_day_when_one_administrator_is_alone() {
    let mut site = Site::new();
    let id = site.ask(&SERVER, 1).unwrap();
    assert_eq!(site.now(&SERVER), OWN);
    assert_eq!(site.history().waiting(Switch::Keys, site.now).unwrap().id, id);
    site.wait(WAIT - 1);
    assert_eq!(site.now(&SERVER), OWN);
    site.wait(1);
    assert_eq!(site.now(&SERVER), SERVER);
    assert!(site.history().waiting(Switch::Keys, site.now).is_none());
    assert_eq!(site.history().since(Switch::Keys, site.now), Some(site.now));
}

#[test]
fn a_second_administrator_makes_it_hold_at_once() {
    let mut site = Site::new();
    let id = site.ask(&SERVER, 1).unwrap();
    assert_eq!(site.agree(id, 1), Err(Refused::Own));
    assert_eq!(site.now(&SERVER), OWN);
    site.wait(60);
    site.agree(id, 2).unwrap();
    assert_eq!(site.now(&SERVER), SERVER);
    assert_eq!(site.agree(id, 3), Err(Refused::NotWaiting));
    assert_eq!(site.cancel(id), Err(Refused::NotWaiting));
}

#[test]
fn who_became_an_administrator_today_cannot_agree() {
    let mut site = Site::new();
    let id = site.ask(&SERVER, 1).unwrap();
    // The one who asked makes another account of their own.
    site.since.insert(2, site.now);
    assert_eq!(site.agree(id, 2), Err(Refused::New));
    site.wait(WAIT - 1);
    assert_eq!(site.agree(id, 2), Err(Refused::New));
    assert_eq!(site.now(&SERVER), OWN);
    site.agree(id, 3).unwrap();
    assert_eq!(site.now(&SERVER), SERVER);
}

#[test]
fn only_accounts_are_administrators() {
    for (by, second) in [(0, 1), (1, 0), (INSTALLATION, 1), (1, INSTALLATION)] {
        let mut site = Site::new();
        let id = site.ask(&SERVER, by).unwrap();
        assert_eq!(site.agree(id, second), Err(Refused::Own), "{by} and {second}");
        let now = site.now;
        let row = site.row(id);
        (row.second, row.effective) = (Some(second), now);
        assert_eq!(site.history().unfit(), [Unfit::Contradicts(id)], "{by} and {second}");
        assert_eq!(site.now(&SERVER), OWN);
    }
}

#[test]
fn what_waits_can_be_cancelled_by_any_administrator_alone() {
    let mut site = Site::new();
    let id = site.ask(&SERVER, 1).unwrap();
    site.cancel(id).unwrap();
    assert_eq!(site.cancel(id), Err(Refused::NotWaiting));
    assert_eq!(site.agree(id, 2), Err(Refused::NotWaiting));
    site.wait(2 * WAIT);
    assert_eq!(site.now(&SERVER), OWN);
    assert!(matches!(site.history().decision(id).unwrap().outcome, Outcome::Cancelled(_)));
    assert_eq!(site.cancel(99), Err(Refused::NotWaiting));
}

#[test]
fn what_strengthens_holds_at_once_and_ends_what_waits() {
    let mut site = Site::new();
    let longer = Setting::Keep(Class::Sessions, 365);
    let waiting = site.ask(&longer, 1).unwrap();
    site.wait(60);
    let shorter = Setting::Keep(Class::Sessions, 30);
    site.ask(&shorter, 1).unwrap();
    assert_eq!(site.now(&shorter), shorter);
    site.wait(2 * WAIT);
    assert_eq!(site.now(&shorter), shorter);
    assert!(matches!(site.history().decision(waiting).unwrap().outcome, Outcome::Cancelled(_)));
}

#[test]
fn two_decisions_do_not_wait_for_one_switch() {
    let mut site = Site::new();
    let id = site.ask(&Setting::Keep(Class::Sessions, 365), 1).unwrap();
    let other = site.ask(&Setting::Keep(Class::Sessions, 500), 2);
    assert_eq!(other, Err(Refused::Waits(id)));
    site.ask(&Setting::Keep(Class::Audit, 500), 2).unwrap();
}

#[test]
fn a_decision_does_nothing_when_something_else_came_between() {
    let mut site = Site::new();
    let id = site.ask(&Setting::Keep(Class::Sessions, 365), 1).unwrap();
    // Another request was just as fast, so that the first decision was not cancelled.
    let shorter = Setting::Keep(Class::Sessions, 30);
    let mut asked = site.history().ask(&shorter, "Less is better.", 2, site.now + 1).unwrap().row;
    asked.id = 2;
    site.rows.push(asked);
    site.wait(2 * WAIT);
    assert_eq!(site.now(&shorter), shorter);
    assert_eq!(site.history().decision(id).unwrap().outcome, Outcome::Overtaken);
}

#[test]
fn a_hold_ends_by_itself() {
    let mut site = Site::new();
    let hold = Setting::Deleting(Some(Hold { ends: site.day(10) }));
    let id = site.ask(&hold, 1).unwrap();
    site.agree(id, 2).unwrap();
    assert_eq!(site.now(&hold), hold);
    assert!(site.history().in_force(site.now).hold().is_some());
    site.wait(10 * DAY);
    assert_eq!(site.now(&hold), Setting::Deleting(None));
    assert!(site.history().since(Switch::Deleting, site.now).unwrap() <= site.now);
}

#[test]
fn a_hold_has_an_end_within_a_year() {
    let mut site = Site::new();
    for days in [-1, 0, MAX_HOLD_DAYS + 1] {
        let hold = Setting::Deleting(Some(Hold { ends: site.day(days) }));
        assert_eq!(site.ask(&hold, 1), Err(Refused::HoldEnd), "{days}");
    }
    let hold = Setting::Deleting(Some(Hold { ends: site.day(MAX_HOLD_DAYS) }));
    site.ask(&hold, 1).unwrap();
}

#[test]
fn a_reason_is_given_and_bounded() {
    let history = Site::new().history();
    for reason in [String::new(), "  \n ".to_owned(), "a".repeat(MAX_REASON + 1)] {
        assert_eq!(history.ask(&SERVER, &reason, 1, 0), Err(Refused::Reason));
    }
    let asked = history.ask(&SERVER, &format!(" {} ", "ä".repeat(MAX_REASON)), 1, 0).unwrap();
    assert_eq!(asked.row.reason.chars().count(), MAX_REASON);
}

#[test]
fn what_is_in_force_already_is_no_decision() {
    let mut site = Site::new();
    for switch in Switch::ALL {
        assert_eq!(site.ask(&switch.first(), 1), Err(Refused::Same));
    }
}

/// Rows that no path of ours writes.
#[test]
fn a_row_past_the_rules_is_not_followed() {
    let row = SwitchRow {
        id: 1,
        name: "keys".to_owned(),
        value: "server".to_owned(),
        reason: "Why not?".to_owned(),
        by: 1,
        second: None,
        asked: 1_000_000,
        effective: 1_000_000,
        cancelled: None,
    };
    let rows = [
        (row.clone(), Unfit::Alone(1)),
        (SwitchRow { effective: 1_000_000 + WAIT - 1, ..row.clone() }, Unfit::Alone(1)),
        (SwitchRow { second: Some(1), ..row.clone() }, Unfit::Contradicts(1)),
        (SwitchRow { effective: 999_999, second: Some(2), ..row.clone() }, Unfit::Contradicts(1)),
        (
            SwitchRow { second: Some(2), cancelled: Some(1_000_001), ..row.clone() },
            Unfit::Contradicts(1),
        ),
        (
            SwitchRow { value: "plaintext".to_owned(), second: Some(2), ..row.clone() },
            Unfit::Unknown(1),
        ),
        (SwitchRow { name: "encryption".to_owned(), second: Some(2), ..row }, Unfit::Unknown(1)),
    ];
    for (row, unfit) in rows {
        let history = crate::History::read(vec![row]);
        assert_eq!(history.unfit(), [unfit]);
        assert_eq!(history.at(Switch::Keys, i64::MAX), OWN, "{unfit}");
        assert!(history.decisions().is_empty());
    }
}

#[test]
fn who_installs_the_server_says_once_what_it_begins_with() {
    let mut site = Site::new();
    let first = Setting::Keep(Class::Visitors, 30);
    site.rows.push(SwitchRow {
        id: 1,
        name: "keep-visitors".to_owned(),
        value: "30".to_owned(),
        reason: "As installed.".to_owned(),
        by: INSTALLATION,
        second: None,
        asked: site.now,
        effective: site.now,
        cancelled: None,
    });
    assert_eq!(site.now(&first), first);
    let again = SwitchRow { id: 2, value: "365".to_owned(), ..site.rows[0].clone() };
    site.rows.push(again);
    assert_eq!(site.now(&first), first, "only once");
    assert_eq!(site.history().unfit(), [Unfit::Alone(2)]);
}

#[test]
fn every_pair_of_settings_of_every_switch_follows_the_rule() {
    for settings in settings::all() {
        for from in &settings {
            for to in settings.iter().filter(|it| *it != from) {
                let mut site = Site::new();
                reach(&mut site, from);
                assert_eq!(&site.now(from), from);
                let id = site.ask(to, 1).unwrap();
                let waits = weight(from, to) == Weight::Weakens;
                assert_eq!(site.now(to) == *from, waits, "{} to {}", from.text(), to.text());
                if waits {
                    site.agree(id, 2).unwrap();
                }
                assert_eq!(&site.now(to), to);
            }
        }
    }
}

/// Two administrators set a switch.
pub(super) fn reach(site: &mut Site, to: &Setting) {
    match site.ask(to, 1) {
        Ok(id) => {
            let waiting = site.agree(id, 2);
            assert!(waiting.is_ok() || site.now(to) == *to);
        }
        Err(refused) => assert_eq!(refused, Refused::Same),
    }
    site.wait(1);
}
