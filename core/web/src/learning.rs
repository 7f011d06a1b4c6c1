//! Tells plugins what happens in interviews: those that a person lets, and nothing that was answered.

use affiant_engine::Screen;
use affiant_manifest::{CapabilityId, EventName};
use affiant_plugins::{Happening, Learner};

use crate::app::App;
use crate::heard::heard;
use crate::running::{Running, in_interview};
use crate::session::Session;

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
    if screen.is_end || (screen.fields.is_empty() && !screen.can_continue) {
        tell(app, session, EventName::InterviewFinished, Some(&screen.id));
    }
}

fn tell(app: &App, session: &Session, event: EventName, screen: Option<&str>) {
    let visitor = heard().visitor;
    let running = in_interview(app, &session.row.interview);
    let learning = running.iter().filter(|it| visitor.lets(it) && learns(it));
    let learners: Vec<Learner> =
        learning.map(|it| learner(app, session, it.package.plugin())).collect();
    if learners.is_empty() {
        return;
    }
    let happening = Happening {
        event,
        interview: session.row.interview.clone(),
        screen: screen.map(str::to_owned),
        at: app.clock.seconds(),
    };
    app.plugins.tell(happening, learners);
}

fn learns(plugin: &Running) -> bool {
    let declaration = plugin.declaration();
    declaration.is_some_and(|it| it.capability(CapabilityId::EventsSubscribe).is_some())
}

/// A plugin with the number that stands for the visit there. Two plugins cannot compare theirs.
fn learner(app: &App, session: &Session, plugin: &str) -> Learner {
    let tag = app.master.tag("visit", &[plugin.as_bytes(), &session.row.id.0]);
    Learner { plugin: plugin.to_owned(), pseudonym: hex::encode(&tag[..16]) }
}
