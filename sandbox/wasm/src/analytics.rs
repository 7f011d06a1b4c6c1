//! Plugins of the kind `analytics`: they learn how interviews are used.

use crate::bindings::analytics::Analytics;
use crate::bindings::analytics::exports::affiant::analytics::events as wit;
use crate::evaluation::{Evaluation, Stopped};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody began an interview.
    InterviewStarted,
    /// Somebody saw a screen.
    ScreenShown,
    /// Somebody came to an end.
    InterviewFinished,
}

/// Something that happened, of somebody who agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub occasion: Occasion,
    /// The interview.
    pub interview: String,
    /// The name that the author gave the screen for this plugin, or its own.
    pub screen: Option<String>,
    /// What the author says of the screen for this plugin, by name.
    pub details: Vec<(String, String)>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub time: u64,
    /// A number that stands for the visit.
    pub pseudonym: String,
    /// The number of the account, where the manifest asks for it and the person agreed.
    pub account: Option<String>,
}

/// What became of a wish to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// Nothing is held anywhere.
    NothingHeld,
    /// Somebody else was asked, and does it within so many days.
    Forwarded(u32),
    /// It cannot be done; why, for people.
    NotSupported(String),
}

impl Evaluation {
    /// Hands events over.
    pub fn handle(&mut self, events: &[Event]) -> Result<(), Stopped> {
        let given: Vec<wit::Event> = events.iter().map(event).collect();
        let answered = self.run(|store, it: &Analytics| {
            it.affiant_analytics_events().call_handle(store, &given)
        })?;
        self.settled(answered)
    }

    /// Asks for what is held elsewhere about a visit or account to be erased.
    pub fn erase(&mut self, pseudonym: &str, account: Option<&str>) -> Result<Erased, Stopped> {
        let answered = self.run(|store, it: &Analytics| {
            it.affiant_analytics_events().call_erase(store, pseudonym, account)
        })?;
        Ok(match self.settled(answered)? {
            wit::Erased::NothingHeld => Erased::NothingHeld,
            wit::Erased::Forwarded(days) => Erased::Forwarded(days),
            wit::Erased::NotSupported(why) => Erased::NotSupported(why),
        })
    }
}

fn event(it: &Event) -> wit::Event {
    let kind = match it.occasion {
        Occasion::InterviewStarted => wit::Kind::InterviewStarted,
        Occasion::ScreenShown => wit::Kind::ScreenShown,
        Occasion::InterviewFinished => wit::Kind::InterviewFinished,
    };
    let details = it.details.iter();
    let details =
        details.map(|(name, value)| wit::Detail { name: name.clone(), value: value.clone() });
    wit::Event {
        kind,
        interview: it.interview.clone(),
        screen: it.screen.clone(),
        details: details.collect(),
        time: it.time,
        pseudonym: it.pseudonym.clone(),
        account: it.account.clone(),
    }
}
