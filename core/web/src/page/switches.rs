//! The administrator's switches: what is in force, what a change would do, what waits.

use affiant_switch::{Class, Decision, History, InForce, Refused, Setting, Switch, Weight};
use minijinja::{Value, context};

use crate::page::frame::Frame;
use crate::page::privacy::{self, Truth, phrase};
use crate::theme::Theme;

/// The switches that can be set. What this version does not enforce is not here: nobody is to
/// believe that something is so because a page let them choose it.
pub(crate) const OFFERED: [Switch; 8] = [
    Switch::Keys,
    Switch::Reading,
    Switch::Deleting,
    Switch::Keep(Class::Visitors),
    Switch::Keep(Class::Sessions),
    Switch::Keep(Class::Audit),
    Switch::Registration,
    Switch::SecondFactor,
];

/// Whether an administrator can agree to a decision that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreeing {
    /// They can.
    May,
    /// They asked for it themselves.
    Own,
    /// They have not been an administrator for a day.
    New,
}

impl Agreeing {
    /// What the rules say to it.
    pub(crate) fn of<T>(agreed: &Result<T, Refused>) -> Self {
        match agreed {
            Ok(_) => Self::May,
            Err(Refused::Own) => Self::Own,
            Err(_) => Self::New,
        }
    }
}

/// A form with which a switch is set: what was typed, and what is wrong with it.
#[derive(Clone, Default)]
pub(crate) struct Draft {
    /// The option that was chosen.
    pub(crate) to: String,
    /// The days that were typed.
    pub(crate) days: String,
    /// Day, month and year of a hold's end.
    pub(crate) ends: [String; 3],
    /// The roles that were ticked.
    pub(crate) roles: Vec<String>,
    /// Why.
    pub(crate) reason: String,
    /// The organisation's key that was made for it, and two groups of it that were typed: nothing
    /// else keeps it before it was written down.
    pub(crate) key: String,
    pub(crate) groups: [String; 2],
    /// What is wrong: the field, and the key of the words that say it.
    pub(crate) wrong: Vec<(&'static str, &'static str)>,
}

impl Draft {
    /// A form that is filled with what is in force.
    pub(crate) fn of(setting: &Setting) -> Self {
        let mut draft = Self { to: choice(setting), ..Self::default() };
        match setting {
            Setting::Keep(_, days) => draft.days = days.to_string(),
            Setting::SecondFactor(roles) => draft.roles = roles.iter().cloned().collect(),
            Setting::Deleting(Some(hold)) => {
                let it = hold.ends;
                draft.ends = [it.day().to_string(), it.month().to_string(), it.year().to_string()];
            }
            _ => {}
        }
        draft
    }
}

/// All switches that can be set, with what waits. `around` is what every page of the administration
/// is given.
pub(crate) fn list(around: &Value, truth: &Truth, done: Option<&str>) -> Value {
    let switches: Vec<Value> = OFFERED
        .iter()
        .map(|it| {
            let waiting = truth.history.waiting(*it, truth.now);
            context! {
                it => privacy::setting(truth, *it),
                waiting => waiting.map(privacy::decision),
            }
        })
        .collect();
    let unfit: Vec<String> = truth.history.unfit().iter().map(ToString::to_string).collect();
    context! { switches, unfit, done, ..around.clone() }
}

/// The form with which a switch is set. `roles` are the names of all roles.
pub(crate) fn change(
    theme: &Theme,
    frame: &Frame,
    truth: &Truth,
    switch: Switch,
    roles: &[String],
    draft: &Draft,
) -> Value {
    let waiting = truth.history.waiting(switch, truth.now);
    let error = |field: &str| draft.wrong.iter().find(|(it, _)| *it == field).map(|(_, key)| *key);
    let wrong: Vec<Value> =
        draft.wrong.iter().map(|(field, key)| context! { field => *field, key => *key }).collect();
    let roles: Vec<Value> = roles
        .iter()
        .map(|it| context! { name => it, chosen => draft.roles.contains(it) })
        .collect();
    context! {
        switch => privacy::setting(truth, switch),
        waiting => waiting.map(privacy::decision),
        kind => kind(switch),
        options => options(switch, &draft.to),
        draft => typed(draft),
        roles,
        wrong,
        wrong_to => error("to"),
        wrong_reason => error("reason"),
        ..frame.context(theme)
    }
}

/// Which input a switch is set with.
fn kind(switch: Switch) -> &'static str {
    match switch {
        Switch::Keys | Switch::Reading | Switch::Registration => "options",
        Switch::Deleting => "hold",
        Switch::Keep(_) => "days",
        Switch::SecondFactor => "roles",
    }
}

/// What a switch with options can be set to, each with what it means.
fn options(switch: Switch, chosen: &str) -> Vec<Value> {
    let settings = match switch {
        Switch::Keys | Switch::Registration => {
            let texts: &[&str] =
                if switch == Switch::Keys { &["own", "server"] } else { &["open", "invitation"] };
            texts.iter().filter_map(|it| Setting::read(switch, it)).collect()
        }
        // The key is made when it is decided; here one that nobody has stands for it.
        Switch::Reading => vec![Setting::Reading(None), Setting::Reading(Some(SOME_KEY))],
        _ => Vec::new(),
    };
    settings
        .iter()
        .map(|it| {
            let (label, text) = (it.label(), choice(it));
            context! {
                value => text.as_str(),
                title => phrase(&label.value),
                who => phrase(&label.who),
                chosen => text == chosen,
            }
        })
        .collect()
}

/// Stands for a key of the organisation that is still to be made.
const SOME_KEY: affiant_switch::OrganisationKey = affiant_switch::OrganisationKey([0; 32]);

/// What a form sends for a key of the organisation, which is made then.
pub(crate) const ORGANISATION: &str = "organisation";

/// What a form sends for a setting.
pub(crate) fn choice(setting: &Setting) -> String {
    match setting {
        Setting::Reading(Some(_)) => ORGANISATION.to_owned(),
        Setting::Deleting(Some(_)) => "held".to_owned(),
        it => it.text(),
    }
}

/// What was typed, for a page that shows it or posts it again.
fn typed(draft: &Draft) -> Value {
    context! {
        to => draft.to.as_str(),
        days => draft.days.as_str(),
        ends => draft.ends.to_vec(),
        roles => draft.roles.clone(),
        reason => draft.reason.as_str(),
    }
}

/// What a change would do, next to what is in force, before it is decided.
pub(crate) fn confirm(
    theme: &Theme,
    frame: &Frame,
    truth: &Truth,
    to: &Setting,
    draft: &Draft,
) -> Value {
    let switch = to.switch();
    let from = truth.history.at(switch, truth.now);
    context! {
        effect => effect(&truth.history, truth.now, &from, to),
        draft => typed(draft),
        key => matches!(to, Setting::Reading(Some(_))).then_some(draft.key.as_str()),
        replaces_key => matches!(from, Setting::Reading(Some(_))),
        wrong_groups => draft.wrong.iter().find(|it| it.0 == "third").map(|it| it.1),
        ..frame.context(theme)
    }
}

/// A decision that waits, for the administrator who may agree to it or cancel it.
pub(crate) fn waiting(
    theme: &Theme,
    frame: &Frame,
    truth: &Truth,
    decision: &Decision,
    agreeing: Agreeing,
) -> Value {
    context! {
        decision => privacy::decision(decision),
        effect => effect(&truth.history, truth.now, &decision.from, &decision.to),
        is_own => agreeing == Agreeing::Own,
        may_agree => agreeing == Agreeing::May,
        address => format!("{}/admin/switches/waiting/{}", frame.origin, decision.id),
        ..frame.context(theme)
    }
}

/// What going from one setting to another does, in sentences and facts.
fn effect(history: &History, now: i64, from: &Setting, to: &Setting) -> Value {
    let before = history.in_force(now).with(from);
    let after = before.with(to);
    let (old, new) = (from.label(), to.label());
    context! {
        name => to.switch().name(),
        title => phrase(&new.title),
        from => phrase(&old.value),
        from_who => phrase(&old.who),
        to => phrase(&new.value),
        to_who => phrase(&new.who),
        whom => phrase(&new.whom),
        weakens => affiant_switch::weight(from, to) == Weight::Weakens,
        facts => facts(&before, &after),
    }
}

/// The five facts before and after, with which of them change.
fn facts(before: &InForce, after: &InForce) -> Vec<Value> {
    let pairs = before.facts().all().into_iter().zip(after.facts().all());
    pairs
        .map(|((name, before), (_, after))| {
            context! { name, before, after, changes => before != after }
        })
        .collect()
}
