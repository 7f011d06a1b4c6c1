//! Plugins that learn what happens in interviews: behind the answer, and never in its way.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Weak};

use affiant_manifest::{CapabilityId, EventName};
use affiant_plugins::{Agreed, Gate, Happening, Learner, Saw, Seen, Sighting, seen};
use affiant_wasm::analytics::{Event, Occasion};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::components::Inside;
use crate::step::Step;

/// Most that waits to be learned; what comes then is forgotten, since no person waits for it.
const WAITING: usize = 1_000;

/// What plugins are told.
pub(crate) enum News {
    /// Something happened in an interview.
    Happened(Happening, Vec<Learner>),
    /// Somebody took back in an interview what they had agreed to.
    TakenBack(String, Vec<Learner>),
}

/// Where happenings go in.
pub(crate) struct Learning(SyncSender<News>);

impl Learning {
    pub(crate) fn channel() -> (Self, Receiver<News>) {
        let (sender, receiver) = sync_channel(WAITING);
        (Self(sender), receiver)
    }

    /// Takes something to be learned.
    pub(crate) fn tell(&self, told: News) {
        if self.0.try_send(told).is_err() {
            tracing::warn!("plugins learn more slowly than things happen: something is left out");
        }
    }
}

/// Hands on what happens, one by one, until the components are gone.
pub(crate) fn learn(inside: &Weak<Inside>, receiver: &Receiver<News>) {
    while let Ok(told) = receiver.recv() {
        let Some(inside) = inside.upgrade() else { return };
        match told {
            News::Happened(happening, learners) => {
                for it in &learners {
                    inform(&inside, &happening, it);
                }
            }
            News::TakenBack(interview, learners) => {
                for it in &learners {
                    erase(&inside, &interview, it);
                }
            }
        }
    }
}

/// Has a plugin erase what others hold of a visit. One that never learned its number has nothing to
/// ask for.
fn erase(inside: &Arc<Inside>, interview: &str, learner: &Learner) {
    let plugin = learner.plugin.as_str();
    let known = inside.parts.registry.known();
    let now = inside.parts.world.seconds();
    let Some((package, choice)) = known.running(plugin, now) else { return };
    let Some(gate) = Gate::of(package, choice) else { return };
    let items = gate.declaration().data.iter();
    let fields: BTreeSet<&str> =
        items.flat_map(|it| it.fields.iter().map(|it| it.value.as_str())).collect();
    if !fields.contains("session.pseudonym") {
        return;
    }
    let account = learner.account.as_deref().filter(|_| fields.contains("account.internal_id"));
    let moment = Timestamp::from_second(now).unwrap_or_default();
    let today = TimeZone::UTC.to_datetime(moment).date();
    Step::new(Arc::clone(inside), interview, today).erase(plugin, &learner.pseudonym, account);
}

fn inform(inside: &Arc<Inside>, happening: &Happening, learner: &Learner) {
    let plugin = learner.plugin.as_str();
    let known = inside.parts.registry.known();
    let Some((package, choice)) = known.running(plugin, inside.parts.world.seconds()) else {
        return;
    };
    let Some(gate) = Gate::of(package, choice) else { return };
    // Whoever told of it asked the person.
    let agreed = Agreed::everything();
    let Some(seen) = seen(gate.declaration(), happening, learner) else { return };
    let mark = seen.mark.clone();
    let effect = affiant_plugins::Effect {
        capability: CapabilityId::EventsSubscribe,
        interview: Some(&happening.interview),
        agreed: &agreed,
        mark: &mark,
        sink: affiant_plugins::Sink::Within,
    };
    if let Err(denied) = gate.allow(&effect) {
        let saw = Saw::Denied(CapabilityId::EventsSubscribe.as_str(), denied.why);
        inside.parts.world.seen(Sighting::once(plugin, saw));
        return;
    }
    let moment = Timestamp::from_second(happening.at).unwrap_or_default();
    let today = TimeZone::UTC.to_datetime(moment).date();
    Step::new(Arc::clone(inside), &happening.interview, today).learn(plugin, &event(seen), &mark);
}

/// The same, as components are told.
fn event(seen: Seen) -> Event {
    Event {
        occasion: occasion(seen.event),
        interview: seen.interview,
        screen: seen.screen,
        details: seen.details,
        time: seen.time,
        pseudonym: seen.pseudonym,
        account: seen.account,
    }
}

fn occasion(event: EventName) -> Occasion {
    match event {
        EventName::InterviewStarted => Occasion::InterviewStarted,
        EventName::ScreenShown => Occasion::ScreenShown,
        EventName::InterviewFinished => Occasion::InterviewFinished,
    }
}
