//! Events on their way to plugins: behind the requests that they tell of, and one by one, so that an
//! instance serves one visit.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use affiant_manifest::{CapabilityId, Category, EventName};
use affiant_plugins::{
    Agreed, Effect, Gate, Happening, Listener, Mark, Package, Saw, Sighting, Sink,
};
use affiant_wasm::Stopped;
use affiant_wasm::analytics::{Event, Occasion};
use jiff::tz::TimeZone;

use crate::components::{Components, Inside};
use crate::host::{Behind, Shared};
use crate::step::word;

/// Events that wait at most; more are dropped, and counted.
const WAITING: usize = 1_024;

/// Where events go in.
pub(crate) struct Ears(SyncSender<(String, Happening)>);

impl Ears {
    /// Where they go in, and where they come out.
    pub(crate) fn new() -> (Self, Receiver<(String, Happening)>) {
        let (sender, receiver) = sync_channel(WAITING);
        (Self(sender), receiver)
    }
}

impl Listener for Components {
    fn happened(&self, plugin: &str, happening: Happening) {
        match self.0.ears.0.try_send((plugin.to_owned(), happening)) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.0.parts.world.seen(Sighting::once(plugin, Saw::Dropped));
            }
        }
    }
}

/// Hands events over until nobody sends any more.
pub(crate) fn hand_over(inside: &std::sync::Weak<Inside>, waiting: &Receiver<(String, Happening)>) {
    while let Ok((plugin, happening)) = waiting.recv() {
        let Some(inside) = inside.upgrade() else { return };
        hand(&inside, &plugin, &happening);
    }
}

fn hand(inside: &Arc<Inside>, plugin: &str, happening: &Happening) {
    let now = inside.parts.world.seconds();
    let known = inside.parts.registry.known();
    let Some((package, choice)) = known.running(plugin, now) else { return };
    let decided = known.decisions.since(plugin, now);
    if inside.pauses.is_paused(plugin, now, decided) {
        return;
    }
    let Some(gate) = Gate::of(package, &choice) else { return };
    let agreed = Agreed::everything();
    let mark = Mark::of([Category::ServiceConsumptionBehaviour, Category::Identifier]);
    let effect = Effect {
        capability: CapabilityId::EventsSubscribe,
        interview: Some(&happening.interview),
        agreed: &agreed,
        mark: &mark,
        sink: Sink::Within,
    };
    if gate.allow(&effect).is_err() || !subscribes(&gate, happening.event) {
        return;
    }
    let Some(ready) = inside.ready(&package.digest) else { return };
    let shared = Shared::default();
    shared.raise(&mark);
    let host = Behind {
        inside: Arc::clone(inside),
        package: Arc::clone(package),
        interview: happening.interview.as_str().into(),
        agreed,
        shared,
        now,
        today: jiff::Timestamp::from_second(now)
            .map(|it| TimeZone::UTC.to_datetime(it).date())
            .unwrap_or_default(),
    };
    inside.parts.world.seen(Sighting::once(plugin, Saw::Called));
    let mut evaluation = ready.evaluation(Box::new(host));
    if let Err(Stopped::Fault(fault)) = evaluation.handle(&[event(happening)]) {
        failed(inside, package, now, &fault.kind);
    }
}

fn failed(inside: &Inside, package: &Package, now: i64, kind: &affiant_wasm::FaultKind) {
    let plugin = package.plugin();
    inside.parts.world.seen(Sighting::once(plugin, Saw::Failed(word(kind))));
    tracing::warn!(plugin, version = package.version(), "a plugin {kind}");
    if inside.pauses.failed(plugin, now) {
        tracing::error!(plugin, "a plugin failed again and again: it is paused");
        inside.parts.world.seen(Sighting::once(plugin, Saw::Paused));
    }
}

/// Whether a plugin asked to be told of this.
fn subscribes(gate: &Gate<'_>, event: EventName) -> bool {
    let capability = gate.declaration().capability(CapabilityId::EventsSubscribe);
    capability.is_some_and(|it| it.events.iter().any(|it| it.value == event))
}

fn event(it: &Happening) -> Event {
    Event {
        occasion: match it.event {
            EventName::InterviewStarted => Occasion::InterviewStarted,
            EventName::ScreenShown => Occasion::ScreenShown,
            EventName::InterviewFinished => Occasion::InterviewFinished,
        },
        interview: it.interview.clone(),
        screen: it.screen.clone(),
        details: it.details.clone(),
        time: it.time,
        pseudonym: it.visit.clone(),
        account: it.account.clone(),
    }
}
