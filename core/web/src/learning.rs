//! Tells plugins what happens in interviews: those that a person lets, and nothing that was answered.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use affiant_engine::Screen;
use affiant_interview::Named;
use affiant_manifest::{CapabilityId, EventName};
use affiant_plugins::{Happening, Learner, Seen, seen};

use crate::app::App;
use crate::heard::heard;
use crate::running::{Running, in_interview};
use crate::session::{Holder, Session};

/// A session began.
pub(crate) fn started(app: &App, session: &Session) {
    tell(app, session, EventName::InterviewStarted, None);
}

/// A screen is shown.
pub(crate) fn shown(app: &App, session: &Session, screen: &Screen) {
    tell(app, session, EventName::ScreenShown, Some(&screen.id));
}

/// A screen was reached by an answer: the end, if nothing is left to answer there.
pub(crate) fn reached(app: &App, session: &Session, screen: &Screen) {
    if is_last(screen) {
        tell(app, session, EventName::InterviewFinished, Some(&screen.id));
    }
}

fn tell(app: &App, session: &Session, event: EventName, screen: Option<&str>) {
    let visitor = heard().visitor;
    let running = in_interview(app, &session.row.interview);
    let learning = running.iter().filter(|it| visitor.lets(it) && learns(it));
    let learners: Vec<Learner> =
        learning.map(|it| learner(app, session, it.package.plugin(), screen)).collect();
    if learners.is_empty() {
        return;
    }
    app.plugins.tell(happening(app, session, event, screen), learners);
}

fn happening(app: &App, session: &Session, event: EventName, screen: Option<&str>) -> Happening {
    Happening {
        event,
        interview: session.row.interview.clone(),
        screen: screen.map(str::to_owned),
        at: app.clock.seconds(),
    }
}

/// Most that is remembered of what parts of plugins in browsers were told.
const MOST_TOLD: usize = 20_000;

/// What parts of plugins in browsers were told lately: a page that is loaded again, or shown again with
/// errors, is no second screen. Nothing of it is kept in the browser, where the part is to leave nothing,
/// so each server knows what it told itself, since it runs.
#[derive(Default)]
pub(crate) struct ToldParts(Mutex<Lately>);

/// All of it, and in which order it came.
#[derive(Default)]
struct Lately {
    all: BTreeSet<[u8; LENGTH]>,
    order: VecDeque<[u8; LENGTH]>,
}

impl ToldParts {
    /// Whether something is told for the first time.
    fn is_first(&self, what: [u8; LENGTH]) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.all.insert(what) {
            return false;
        }
        told.order.push_back(what);
        if told.order.len() > MOST_TOLD
            && let Some(oldest) = told.order.pop_front()
        {
            told.all.remove(&oldest);
        }
        true
    }
}

/// What a part of a plugin in the browser is told of a screen that it stands on, the first and the
/// last of them included; nothing that it was told of this step before.
pub(crate) fn on_screen(
    app: &App,
    session: &Session,
    plugin: &Running,
    step: u32,
    screen: &Screen,
) -> Vec<Seen> {
    let Some(declaration) = plugin.declaration() else { return Vec::new() };
    let events = [
        (step == 0).then_some(EventName::InterviewStarted),
        Some(EventName::ScreenShown),
        is_last(screen).then_some(EventName::InterviewFinished),
    ];
    let name = Some(screen.id.as_str());
    let learner = learner(app, session, plugin.package.plugin(), name);
    let is_first = |event: &EventName| {
        let (step, event) = (step.to_be_bytes(), event.to_string());
        let what = [learner.pseudonym.as_bytes(), &step, event.as_bytes(), screen.id.as_bytes()];
        let mut short = [0; LENGTH];
        short.copy_from_slice(&app.master.tag("told", &what)[..LENGTH]);
        app.told_parts.is_first(short)
    };
    let told =
        events.into_iter().flatten().filter(is_first).filter_map(|event| {
            seen(&declaration, &happening(app, session, event, name), &learner)
        });
    told.collect()
}

/// Whether nothing is left to answer.
fn is_last(screen: &Screen) -> bool {
    screen.is_end || (screen.fields.is_empty() && !screen.can_continue)
}

/// Has a plugin erase what others hold of a visit, after its person took their yes back.
pub(crate) fn taken_back(app: &App, session: &Session, plugin: &Running) {
    if learns(plugin) {
        let learner = learner(app, session, plugin.package.plugin(), None);
        app.plugins.unlearn(session.row.interview.clone(), vec![learner]);
    }
}

fn learns(plugin: &Running) -> bool {
    let declaration = plugin.declaration();
    declaration.is_some_and(|it| it.capability(CapabilityId::EventsSubscribe).is_some())
}

/// Bytes of a number that stands for a visit or an account.
const LENGTH: usize = 16;

/// A plugin with the numbers that stand for visit and account there, and with what the author calls
/// the screen for it. Two plugins cannot compare their numbers.
fn learner(app: &App, session: &Session, plugin: &str, screen: Option<&str>) -> Learner {
    let number = |purpose: &str, id: &[u8]| {
        hex::encode(&app.master.tag(purpose, &[plugin.as_bytes(), id])[..LENGTH])
    };
    let named = screen.and_then(|it| named(session, it, plugin));
    let account = match &session.holder {
        Holder::Person(person) => Some(number("account-number", &person.id().0)),
        Holder::Visitor(_) | Holder::Program => None,
    };
    Learner {
        plugin: plugin.to_owned(),
        pseudonym: number("visit", &session.row.id.0),
        screen: named.and_then(|it| it.name.clone()),
        details: named.map(|it| it.details.clone()).unwrap_or_default(),
        account,
    }
}

/// What the author calls a screen for a plugin.
fn named<'a>(session: &'a Session, screen: &str, plugin: &str) -> Option<&'a Named> {
    let blocks = &session.loaded.interview().blocks;
    let block = blocks.iter().find(|it| it.id.as_deref() == Some(screen)).or_else(|| {
        // A block without a name is called by its place.
        blocks.get(screen.strip_prefix("block-")?.parse::<usize>().ok()?.checked_sub(1)?)
    });
    let (_, kind) = plugin.rsplit_once('.')?;
    block?.named.get(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_told_once_until_much_else_was() {
        let it = ToldParts::default();
        let what = |number: usize| {
            let mut what = [0; LENGTH];
            what[..8].copy_from_slice(&number.to_be_bytes());
            what
        };
        assert!(it.is_first(what(0)) && !it.is_first(what(0)));
        assert!((1..=MOST_TOLD).all(|number| it.is_first(what(number))));
        assert!(!it.is_first(what(MOST_TOLD)), "what was told last is known");
        assert!(it.is_first(what(0)), "and what was told first is forgotten");
    }
}
