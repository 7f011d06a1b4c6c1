//! What switches can be set to.

use std::collections::BTreeSet;

use crate::{
    Class, Custody, DAY, History, Hold, InForce, MAX_KEEP_DAYS, OrganisationKey, Registration,
    Setting, Switch, Weight, date, weight,
};

/// Several settings of every switch, the first one first, each more private than or as private as
/// those behind it.
pub(super) fn all() -> Vec<Vec<Setting>> {
    let day = |text: &str| text.parse().unwrap();
    let roles = |names: &[&str]| {
        Setting::SecondFactor(names.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>())
    };
    let mut all = vec![
        vec![Setting::Keys(Custody::Own), Setting::Keys(Custody::Server)],
        vec![Setting::Reading(None), Setting::Reading(Some(OrganisationKey([7; 32])))],
        vec![
            Setting::Deleting(None),
            Setting::Deleting(Some(Hold { ends: day("2027-03-01") })),
            Setting::Deleting(Some(Hold { ends: day("2027-06-01") })),
        ],
        vec![
            Setting::Registration(Registration::Open),
            Setting::Registration(Registration::Invitation),
        ],
        vec![roles(&["admin", "developer"]), roles(&["admin"]), roles(&[])],
    ];
    all.extend(Class::ALL.map(|it| {
        vec![Setting::Keep(it, 1), Setting::Keep(it, it.days()), Setting::Keep(it, MAX_KEEP_DAYS)]
    }));
    all
}

#[test]
fn a_setting_is_read_as_it_was_stored() {
    for setting in all().into_iter().flatten() {
        let again = Setting::read(setting.switch(), &setting.text());
        assert_eq!(again.as_ref(), Some(&setting), "{}", setting.text());
    }
}

#[test]
fn what_means_nothing_is_no_setting() {
    let nothing = [
        ("keys", ""),
        ("keys", "OWN"),
        ("keys", "nobody"),
        ("reading", "organisation "),
        ("reading", "organisation AAAA"),
        ("reading", "server"),
        ("deleting", "held until yesterday"),
        ("deleting", "held until 2027-02-30"),
        ("keep-visitors", "0"),
        ("keep-visitors", "-7"),
        ("keep-visitors", "3661"),
        ("keep-visitors", "7 days"),
        ("registration", "closed"),
    ];
    for (name, text) in nothing {
        let switch = Switch::from_name(name).unwrap();
        assert_eq!(Setting::read(switch, text), None, "{name}: {text}");
    }
}

#[test]
fn every_switch_is_found_by_its_name_and_begins_with_a_setting_of_its_own() {
    for switch in Switch::ALL {
        assert_eq!(Switch::from_name(switch.name()), Some(switch));
        assert_eq!(switch.first().switch(), switch);
    }
    assert_eq!(Switch::from_name("encryption"), None);
}

#[test]
fn less_private_weakens_more_private_strengthens() {
    for settings in all() {
        for (at, from) in settings.iter().enumerate() {
            assert_eq!(weight(from, from), Weight::Neither);
            for to in &settings[at + 1..] {
                let (down, up) = if matches!(from, Setting::Registration(_)) {
                    (Weight::Neither, Weight::Neither)
                } else {
                    (Weight::Weakens, Weight::Strengthens)
                };
                assert_eq!(weight(from, to), down, "{} to {}", from.text(), to.text());
                assert_eq!(weight(to, from), up, "{} to {}", to.text(), from.text());
            }
        }
    }
}

#[test]
fn another_organisations_key_and_other_roles_weaken() {
    let key = |byte| Setting::Reading(Some(OrganisationKey([byte; 32])));
    assert_eq!(weight(&key(1), &key(2)), Weight::Weakens);
    let roles = |name: &str| Setting::SecondFactor([name.to_owned()].into());
    assert_eq!(weight(&roles("admin"), &roles("trainer")), Weight::Weakens);
}

#[test]
fn the_five_facts_follow_who_can_open_answers() {
    let first = History::default().in_force(0);
    assert_eq!((first.facts().opens, first.facts().sees), (0, 2));
    for worse in [Setting::Keys(Custody::Server), Setting::Reading(Some(OrganisationKey([7; 32])))]
    {
        let facts = first.with(&worse).facts();
        assert_eq!((facts.opens, facts.sees), (2, 3), "{}", worse.text());
    }
    let same = |it: &InForce| it.with(&Setting::Keep(Class::Audit, 1)).facts();
    assert_eq!(same(&first), first.facts());
    assert_eq!(
        first.facts().all().map(|(name, _)| name),
        ["leaves", "sees", "opens", "browser", "follows"]
    );
}

#[test]
fn moments_beyond_the_calendar_have_a_day() {
    assert_eq!(date(0).to_string(), "1970-01-01");
    assert_eq!(date(DAY - 1).to_string(), "1970-01-01");
    assert_eq!(date(i64::MAX).year(), 9999);
    assert_eq!(date(i64::MIN).year(), -9999);
}
