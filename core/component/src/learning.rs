//! Plugins that learn what happens in interviews: behind the answer, and never in its way.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Weak};

use affiant_manifest::{CapabilityId, Declaration, EventName, Origin, Source};
use affiant_plugins::{Agreed, Gate, Happening, Learner, Mark, Saw, Sighting};
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
    let Some(gate) = Gate::of(package, &choice) else { return };
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
    let Some(gate) = Gate::of(package, &choice) else { return };
    // Whoever told of it asked the person.
    let agreed = Agreed::everything();
    let Some((event, mark)) = visible(gate.declaration(), happening, learner) else { return };
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
    Step::new(Arc::clone(inside), &happening.interview, today).learn(plugin, &event, &mark);
}

/// What a plugin sees of it: the fields that its manifest names, of the events that it subscribes to.
/// It has seen then what the manifest says that these are.
fn visible(
    declaration: &Declaration<'_>,
    happening: &Happening,
    learner: &Learner,
) -> Option<(Event, Mark)> {
    let capability = declaration.capability(CapabilityId::EventsSubscribe)?;
    if !capability.events.iter().any(|it| it.value == happening.event) {
        return None;
    }
    let items = || {
        let of_events = Source::Origin(Origin::Event);
        declaration.data.iter().filter(move |it| it.source.value == of_events)
    };
    let fields: BTreeSet<&str> =
        items().flat_map(|it| it.fields.iter().map(|it| it.value.as_str())).collect();
    let sees = |field: &str| fields.contains(field);
    let categories = items().flat_map(|it| &it.categories);
    let mark = Mark::of(categories.filter_map(|it| declaration.known_category(&it.value)));
    let sees_account = declaration.data.iter().any(|it| {
        it.source.value == Source::Origin(Origin::Account)
            && it.fields.iter().any(|it| it.value.as_str() == "account.internal_id")
    });
    let seconds = if sees("event.time") { happening.at } else { 0 };
    let event = Event {
        occasion: occasion(happening.event),
        interview: Some(&happening.interview)
            .filter(|_| sees("event.interview_id"))
            .cloned()
            .unwrap_or_default(),
        screen: learner
            .screen
            .clone()
            .or_else(|| happening.screen.clone())
            .filter(|_| sees("event.screen_id")),
        // The author wrote them for this plugin.
        details: learner.details.clone(),
        time: u64::try_from(seconds).unwrap_or(0).saturating_mul(1000),
        pseudonym: Some(&learner.pseudonym)
            .filter(|_| sees("session.pseudonym"))
            .cloned()
            .unwrap_or_default(),
        account: learner.account.clone().filter(|_| sees_account),
    };
    Some((event, mark))
}

fn occasion(event: EventName) -> Occasion {
    match event {
        EventName::InterviewStarted => Occasion::InterviewStarted,
        EventName::ScreenShown => Occasion::ScreenShown,
        EventName::InterviewFinished => Occasion::InterviewFinished,
    }
}

#[cfg(test)]
mod tests {
    use affiant_manifest::{Category, Manifest};

    use super::*;

    const MANIFEST: &str = r#"manifest = 1
[plugin]
id = "org.example.counting"
name = "Counting"
version = "1.0.0"
privacy_revision = 1
kind = "analytics"
license = "MIT"
summary = "Counts."
[[capability]]
id = "events.subscribe"
events = ["screen.shown"]
reason = "core-function"
text = "Counts."
[[data]]
id = "usage"
source = "event"
fields = ["event.screen_id"]
categories = ["pd:ServiceConsumptionBehaviour"]
purposes = ["dpv:ServiceUsageAnalytics"]
necessity = "dpv:Optional"
"#;

    fn seen(text: &str, event: EventName) -> Option<(Event, Mark)> {
        let manifest = Manifest::parse(text).manifest.unwrap();
        let declaration = manifest.declaration(affiant_manifest::Installation::default()).unwrap();
        let happening = Happening {
            event,
            interview: "letter".to_owned(),
            screen: Some("name".to_owned()),
            at: 1_800_000_000,
        };
        let learner = Learner {
            plugin: "org.example.counting".to_owned(),
            pseudonym: "f00d".to_owned(),
            screen: None,
            details: Vec::new(),
            account: Some("7".to_owned()),
        };
        visible(&declaration, &happening, &learner)
    }

    #[test]
    fn plugin_sees_the_fields_that_its_manifest_names_and_no_other() {
        let (event, mark) = seen(MANIFEST, EventName::ScreenShown).unwrap();
        assert_eq!(event.screen.as_deref(), Some("name"));
        assert_eq!(event.account, None);
        assert_eq!((event.interview.as_str(), event.pseudonym.as_str(), event.time), ("", "", 0));
        assert_eq!(mark, Mark::of([Category::ServiceConsumptionBehaviour]));
        let more = r#"fields = ["event.interview_id", "session.pseudonym", "event.time"]"#;
        let text = MANIFEST.replace(r#"fields = ["event.screen_id"]"#, more);
        let (event, _) = seen(&text, EventName::ScreenShown).unwrap();
        assert_eq!(event.screen, None);
        assert_eq!(event.interview, "letter");
        assert_eq!((event.pseudonym.as_str(), event.time), ("f00d", 1_800_000_000_000));
    }

    #[test]
    fn plugin_learns_of_the_events_that_it_subscribes_to_and_of_no_other() {
        assert!(seen(MANIFEST, EventName::InterviewStarted).is_none());
        assert!(seen(MANIFEST, EventName::InterviewFinished).is_none());
        let without = MANIFEST.replace("events.subscribe", "clock");
        assert!(seen(&without, EventName::ScreenShown).is_none());
    }
}
