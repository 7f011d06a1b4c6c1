//! Who may decide what about plugins, and from when it holds.

use affiant_switch::{Outcome, Refused, Unfit, WAIT, Weight};

use super::{ANALYTICS, Site, analytics, choice, only, package, segment, text};
use crate::{Choice, Scope, step};

const SEGMENT: &str = "org.example.segment";
const GOOGLE: &str = "org.example.google-analytics";

#[test]
fn a_plugin_is_off_until_somebody_decides() {
    let site = Site::new();
    assert_eq!(site.now(SEGMENT), Choice::default());
    assert!(!site.now(SEGMENT).scope.is_on());
}

#[test]
fn one_administrator_switches_on_what_is_not_grave() {
    let mut site = Site::new();
    site.ask(SEGMENT, &segment(only("eviction")), 1).unwrap();
    assert_eq!(site.now(SEGMENT), segment(only("eviction")));
    assert_eq!(site.ask(SEGMENT, &segment(only("eviction")), 1), Err(Refused::Same));
    site.ask(SEGMENT, &segment(Scope::Site), 1).unwrap();
    assert!(site.now(SEGMENT).scope.covers("anything"));
}

#[test]
fn what_is_grave_waits_for_a_day_or_for_a_second_administrator() {
    let mut site = Site::new();
    let id = site.ask(GOOGLE, &analytics(Scope::Site), 1).unwrap();
    assert!(!site.now(GOOGLE).scope.is_on());
    assert_eq!(site.agree(id, 1, 0), Err(Refused::Own));
    assert_eq!(site.agree(id, 2, site.now), Err(Refused::New));
    assert_eq!(site.ask(GOOGLE, &analytics(only("x")), 1), Err(Refused::Waits(id)));
    let mut other = Site { rows: site.rows.clone(), ..Site::new() };
    other.agree(id, 2, 0).unwrap();
    assert!(other.now(GOOGLE).scope.is_on());
    site.now += WAIT;
    assert!(site.now(GOOGLE).scope.is_on());
}

#[test]
fn it_is_switched_off_at_once_and_by_anybody() {
    let mut site = Site::new();
    site.ask(GOOGLE, &analytics(Scope::Site), 1).unwrap();
    site.now += WAIT;
    assert!(site.now(GOOGLE).scope.is_on());
    site.ask(GOOGLE, &analytics(Scope::Site).off(), 2).unwrap();
    assert!(!site.now(GOOGLE).scope.is_on());
    // What waits for the same plugin ends with it.
    let id = site.ask(GOOGLE, &analytics(Scope::Site), 1).unwrap();
    site.ask(GOOGLE, &choice(2, Scope::Off, &[]), 2).unwrap();
    site.now += WAIT;
    assert!(!site.now(GOOGLE).scope.is_on());
    let outcome = site.decisions().all().iter().find(|it| it.id == id).unwrap().outcome;
    assert!(matches!(outcome, Outcome::Cancelled(_)));
}

#[test]
fn rows_that_claim_more_than_the_rules_allow_are_not_followed() {
    let mut site = Site::new();
    let id = site.ask(GOOGLE, &analytics(Scope::Site), 1).unwrap();
    let now = site.now;
    site.row(id).effective = now;
    assert_eq!(site.decisions().unfit(), [Unfit::Alone(id)]);
    assert!(!site.now(GOOGLE).scope.is_on());
    // Another plugin's package.
    let row = site.row(id);
    row.name = format!("{}{SEGMENT}", affiant_switch::PLUGIN);
    assert_eq!(site.decisions().unfit(), [Unfit::Contradicts(id)]);
    // A package that nobody has.
    let row = site.row(id);
    row.value = choice(8, Scope::Site, &[]).text();
    assert_eq!(site.decisions().unfit(), [Unfit::Unknown(id)]);
}

#[test]
fn a_package_that_is_gone_switches_its_plugin_off() {
    let mut site = Site::new();
    site.ask(SEGMENT, &segment(Scope::Site), 1).unwrap();
    site.shelf = [package(2, ANALYTICS)].into_iter().collect();
    assert!(!site.now(SEGMENT).scope.is_on());
    // And it can be told so.
    site.ask(SEGMENT, &Choice { digest: None, ..segment(Scope::Off) }, 1).unwrap();
    assert!(!site.now(SEGMENT).scope.is_on());
}

#[test]
fn settings_are_weighed_like_plugins() {
    let site = Site::new();
    let weigh = |from: &Choice, to: &Choice| step(from, to, &site.shelf).unwrap().weight;
    let server =
        choice(2, Scope::Site, &[("mode", text("server")), ("measurement_id", text("G-ABC123"))]);
    let page = analytics(Scope::Site);
    assert_eq!(weigh(&server, &page), Weight::Weakens);
    // It does less, and something that it did not: requests of this server's own.
    assert_eq!(weigh(&page, &server), Weight::Weakens);
    assert_eq!(weigh(&page, &page.off()), Weight::Strengthens);
    assert_eq!(weigh(&page, &page), Weight::Neither);
    assert_eq!(weigh(&page, &analytics(only("one"))), Weight::Strengthens);
    assert_eq!(weigh(&analytics(only("one")), &page), Weight::Weakens);
    assert_eq!(weigh(&segment(only("one")), &segment(Scope::Site)), Weight::Neither);
}
