//! What happens in interviews, for plugins that learn of it.

use std::collections::BTreeSet;

use affiant_manifest::{CapabilityId, Declaration, EventName, Origin, Source};

use crate::gate::Mark;

/// Something that happened in an interview. It holds nothing that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What.
    pub event: EventName,
    /// In which interview.
    pub interview: String,
    /// The screen, by the name that its author gave it.
    pub screen: Option<String>,
    /// When, in seconds of the Unix epoch.
    pub at: i64,
}

/// Who learns of it: a plugin whose person agreed, or that asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learner {
    /// The plugin.
    pub plugin: String,
    /// The number that stands for the visit. Another plugin is given another one, and nobody but
    /// this server can lead it back.
    pub pseudonym: String,
    /// What the author calls the screen for this plugin, in place of its own name.
    pub screen: Option<String>,
    /// What else the author says of the screen for this plugin, by name.
    pub details: Vec<(String, String)>,
    /// The number that stands for the account, likewise another one for each plugin.
    pub account: Option<String>,
}

/// What a plugin is told of a happening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What happened.
    pub event: EventName,
    /// In which interview; empty if that is kept from it, as are the others.
    pub interview: String,
    /// The screen.
    pub screen: Option<String>,
    /// What the author says of the screen for this plugin.
    pub details: Vec<(String, String)>,
    /// When, in milliseconds of the Unix epoch, or 0.
    pub time: u64,
    /// The number that stands for the visit.
    pub pseudonym: String,
    /// The number that stands for the account.
    pub account: Option<String>,
    /// What it has seen then, as its manifest says.
    pub mark: Mark,
}

/// What a plugin is told: the fields that its manifest names, of the events that it subscribes to.
pub fn seen(
    declaration: &Declaration<'_>,
    happening: &Happening,
    learner: &Learner,
) -> Option<Seen> {
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
    let sees_account = declaration.data.iter().any(|it| {
        it.source.value == Source::Origin(Origin::Account)
            && it.fields.iter().any(|it| it.value.as_str() == "account.internal_id")
    });
    let seconds = if sees("event.time") { happening.at } else { 0 };
    let named = |field: &str, text: &str| if sees(field) { text.to_owned() } else { String::new() };
    let screen = learner.screen.clone().or_else(|| happening.screen.clone());
    Some(Seen {
        event: happening.event,
        interview: named("event.interview_id", &happening.interview),
        screen: screen.filter(|_| sees("event.screen_id")),
        // The author wrote them for this plugin.
        details: learner.details.clone(),
        time: u64::try_from(seconds).unwrap_or(0).saturating_mul(1000),
        pseudonym: named("session.pseudonym", &learner.pseudonym),
        account: learner.account.clone().filter(|_| sees_account),
        mark: Mark::of(categories.filter_map(|it| declaration.known_category(&it.value))),
    })
}

#[cfg(test)]
mod tests {
    use affiant_manifest::{Category, Installation, Manifest};

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

    fn told(text: &str, event: EventName) -> Option<Seen> {
        let manifest = Manifest::parse(text).manifest.unwrap();
        let declaration = manifest.declaration(Installation::default()).unwrap();
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
        seen(&declaration, &happening, &learner)
    }

    #[test]
    fn plugin_sees_the_fields_that_its_manifest_names_and_no_other() {
        let event = told(MANIFEST, EventName::ScreenShown).unwrap();
        assert_eq!(event.screen.as_deref(), Some("name"));
        assert_eq!(event.account, None);
        assert_eq!((event.interview.as_str(), event.pseudonym.as_str(), event.time), ("", "", 0));
        assert_eq!(event.mark, Mark::of([Category::ServiceConsumptionBehaviour]));
        let more = r#"fields = ["event.interview_id", "session.pseudonym", "event.time"]"#;
        let text = MANIFEST.replace(r#"fields = ["event.screen_id"]"#, more);
        let event = told(&text, EventName::ScreenShown).unwrap();
        assert_eq!(event.screen, None);
        assert_eq!(event.interview, "letter");
        assert_eq!((event.pseudonym.as_str(), event.time), ("f00d", 1_800_000_000_000));
    }

    #[test]
    fn plugin_learns_of_the_events_that_it_subscribes_to_and_of_no_other() {
        assert!(told(MANIFEST, EventName::InterviewStarted).is_none());
        assert!(told(MANIFEST, EventName::InterviewFinished).is_none());
        let without = MANIFEST.replace("events.subscribe", "clock");
        assert!(told(&without, EventName::ScreenShown).is_none());
    }
}
