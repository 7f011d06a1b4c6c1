//! What is true of people's privacy on this server: for everybody, made from what is in force.

use std::sync::Arc;

use affiant_manifest::Language;
use affiant_switch::{
    Class, Decision, History, INSTALLATION, Outcome, Phrase, Setting, Switch, date,
};
use jiff::Timestamp;
use minijinja::{Value, context};
use serde_json::{Value as Json, json};

use crate::page::frame::Frame;
use crate::page::plugins::{Board, public};
use crate::running::Running;
use crate::theme::Theme;

/// What the page is made from.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// All decisions of administrators.
    pub(crate) history: Arc<History>,
    /// The present moment, in seconds of the Unix epoch.
    pub(crate) now: i64,
    /// Interviews that keep their sessions for another number of days, by title.
    pub(crate) own: Vec<(String, u32)>,
    /// How many deletions wait for the end of a hold.
    pub(crate) held: u64,
    /// What is installed of plugins, and what was decided about them.
    pub(crate) plugins: Board,
}

/// What the template is given.
pub(crate) fn context(theme: &Theme, frame: &Frame, truth: &Truth) -> Value {
    let (history, now) = (&truth.history, truth.now);
    let in_force = history.in_force(now);
    let running = truth.plugins.running(None);
    let worst = public::worst(&running, Language::of(&frame.language));
    let lent = public::worst_lent(&truth.plugins, Language::of(&frame.language));
    // The site's facts and the plugins' are the same five, in the same order.
    let facts: Vec<Value> = in_force
        .facts()
        .all()
        .iter()
        .zip(worst.iter().zip(&lent))
        .map(|((name, level), (plugins, storages))| {
            let (plugins, storages) = (plugins.as_deref(), storages.as_deref());
            context! { name => *name, level => *level, plugins, storages }
        })
        .collect();
    let kept: Vec<Value> = Class::ALL.map(|it| setting(truth, Switch::Keep(it))).into();
    let (plugins_coming, plugins_changed) = public::decided(&truth.plugins);
    let waiting = Switch::ALL.iter().filter_map(|it| history.waiting(*it, now));
    let changed = history.decisions().iter().rev().filter(|it| !it.is_waiting(now));
    context! {
        facts,
        kept,
        own => own(truth),
        keys => setting(truth, Switch::Keys),
        reading => setting(truth, Switch::Reading),
        deleting => setting(truth, Switch::Deleting),
        registration => setting(truth, Switch::Registration),
        second_factor => setting(truth, Switch::SecondFactor),
        hold => in_force.hold().map(|_| context! { reason => reason(truth), waiting => truth.held }),
        coming => waiting.map(decision).collect::<Vec<_>>(),
        changed => changed.filter(|it| it.by != INSTALLATION).map(decision).collect::<Vec<_>>(),
        plugins => public::on(&running, Language::of(&frame.language)),
        asks => running.iter().any(|it| it.asking.is_some()),
        storages => public::storages(&truth.plugins, Language::of(&frame.language)),
        signing_in => public::signing_in(&truth.plugins, Language::of(&frame.language)),
        providers => public::providers(&truth.plugins),
        storages_tell => public::storages_tell(&truth.plugins),
        storages_lend => lent.iter().any(Option::is_some),
        plugins_tell => worst[0].is_some(),
        plugins_coming,
        plugins_changed,
        ..frame.context(theme)
    }
}

/// What is true of one interview beside what is true of all.
pub(crate) fn of_interview(theme: &Theme, frame: &Frame, running: &[Arc<Running>]) -> Value {
    context! {
        plugins => public::on(running, Language::of(&frame.language)),
        asks => running.iter().any(|it| it.asking.is_some()),
        ..frame.context(theme)
    }
}

/// The interviews that keep their sessions for another time.
fn own(truth: &Truth) -> Vec<Value> {
    let own = truth.own.iter();
    own.map(|(title, days)| context! { title => title.as_str(), days => *days }).collect()
}

/// A setting with since when it holds.
pub(crate) fn setting(truth: &Truth, switch: Switch) -> Value {
    let label = truth.history.at(switch, truth.now).label();
    let behind = behind(truth, switch).filter(|it| it.by != INSTALLATION);
    let since = behind.and_then(|_| truth.history.since(switch, truth.now));
    context! {
        name => switch.name(),
        title => phrase(&label.title),
        value => phrase(&label.value),
        who => phrase(&label.who),
        whom => phrase(&label.whom),
        since => since.map(|it| date(it).to_string()),
    }
}

/// The decision because of which a switch is what it is.
fn behind(truth: &Truth, switch: Switch) -> Option<&Decision> {
    let decisions = truth.history.decisions().iter();
    let followed = decisions.filter(|it| {
        it.to.switch() == switch && it.outcome == Outcome::Follows && it.effective <= truth.now
    });
    followed.max_by_key(|it| (it.effective, it.id))
}

/// Why deletions are held.
pub(crate) fn reason(truth: &Truth) -> &str {
    behind(truth, Switch::Deleting).map_or("", |it| &it.reason)
}

/// A decision, for everybody to see: who took it is not.
pub(crate) fn decision(it: &Decision) -> Value {
    let cancelled = match it.outcome {
        Outcome::Cancelled(at) => Some(at),
        _ => None,
    };
    let overtaken = it.outcome == Outcome::Overtaken;
    // What never began is told under the day on which it ended, or was asked for.
    let on = cancelled.unwrap_or(if overtaken { it.asked } else { it.effective });
    context! {
        id => it.id,
        name => it.to.switch().name(),
        title => phrase(&it.to.switch().title()),
        from => phrase(&it.from.label().value),
        to => phrase(&it.to.label().value),
        reason => it.reason.as_str(),
        begins => date(it.effective).to_string(),
        time => time(it.effective),
        on => date(on).to_string(),
        cancelled => cancelled.map(|it| date(it).to_string()),
        overtaken,
        agreed => it.second.is_some(),
        waited => it.weight == affiant_switch::Weight::Weakens,
    }
}

/// A sentence, for the templates' `phrase`.
pub(crate) fn phrase(it: &Phrase) -> Value {
    context! {
        key => it.key.as_str(),
        n => it.n,
        day => it.day.map(|it| it.to_string()),
        names => it.names.as_deref(),
    }
}

/// Hours and minutes of a moment, in UTC.
pub(crate) fn time(moment: i64) -> String {
    let in_day = moment.rem_euclid(affiant_switch::DAY);
    format!("{:02}:{:02}", in_day / 3_600, in_day % 3_600 / 60)
}

/// The same facts for programs.
pub(crate) fn json(theme: &Theme, truth: &Truth) -> Json {
    let (history, now) = (&truth.history, truth.now);
    let in_force = history.in_force(now);
    let settings = in_force.settings().iter().map(|it| {
        let switch = it.switch();
        let label = it.label();
        json!({
            "switch": switch.name(),
            "set_to": it.text(),
            "since": history.since(switch, now).map(moment),
            "value": theme.phrase(&label.value),
            "who": theme.phrase(&label.who),
            "whom": theme.phrase(&label.whom),
        })
    });
    let facts: serde_json::Map<String, Json> = in_force
        .facts()
        .all()
        .iter()
        .map(|(name, level)| ((*name).to_owned(), json!(level)))
        .collect();
    json!({
        "format": 1,
        "at": moment(now),
        "in_force": settings.collect::<Vec<_>>(),
        "facts": facts,
        "interviews": truth.own.iter().map(|(title, days)| json!({ "title": title, "keep_days": days })).collect::<Vec<_>>(),
        "held_deletions": truth.held,
        "storages": public::storages_json(&truth.plugins),
        "providers": public::providers_json(&truth.plugins),
        "plugins": public::json(&truth.plugins),
        "plugin_decisions": public::decisions_json(&truth.plugins),
        "decisions": history.decisions().iter().map(|it| public(it, now)).collect::<Vec<_>>(),
    })
}

/// A decision as JSON; who took it is not told.
fn public(it: &Decision, now: i64) -> Json {
    let state = state(it.outcome, it.is_waiting(now));
    let text = |it: &Setting| it.text();
    json!({
        "decision": it.id,
        "switch": it.to.switch().name(),
        "from": text(&it.from),
        "to": text(&it.to),
        "asked": moment(it.asked),
        "begins": moment(it.effective),
        "state": state,
        "agreed_by_two": it.second.is_some(),
        "as_installed": it.by == INSTALLATION,
        "reason": it.reason,
    })
}

/// What became of a decision, in a word.
pub(crate) fn state(outcome: Outcome, is_waiting: bool) -> &'static str {
    match outcome {
        Outcome::Cancelled(_) => "cancelled",
        Outcome::Overtaken => "overtaken",
        Outcome::Follows if is_waiting => "waiting",
        Outcome::Follows => "begun",
    }
}

/// A moment as RFC 3339 writes it.
pub(crate) fn moment(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| date(seconds).to_string(), |it| it.to_string())
}
