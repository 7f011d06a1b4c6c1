//! Tells plugins what happens in interviews: those that a person lets, and nothing that was answered.

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

/// What a part of a plugin in the browser is told of a screen that it stands on, the first and the
/// last of them included.
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
    let told = events
        .into_iter()
        .flatten()
        .filter_map(|event| seen(&declaration, &happening(app, session, event, name), &learner));
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
