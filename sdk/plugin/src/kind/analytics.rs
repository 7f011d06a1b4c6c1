//! Learning how interviews are used: what happened, never what was answered.

use crate::failure::Failure;

/// A plugin that learns: `export!(analytics: …)`.
pub trait Analytics {
    /// Takes events, of people who agreed.
    fn handle(events: Vec<Event>) -> Result<(), Failure>;

    /// Erases what is held elsewhere about a visit or account.
    fn erase(pseudonym: &str, account: Option<&str>) -> Result<Erased, Failure>;
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// An interview began.
    InterviewStarted,
    /// A screen was shown.
    ScreenShown,
    /// An interview came to its end.
    InterviewFinished,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// In which interview.
    pub interview: String,
    /// The name that the author gave the screen for this plugin, or its own.
    pub screen: Option<String>,
    /// What the author says of the screen for this plugin, by name.
    pub details: Vec<(String, String)>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub time: u64,
    /// A number that stands for the visit, and that nobody can lead back to it.
    pub pseudonym: String,
    /// The number of the account, where the manifest asks for it and the person agreed.
    pub account: Option<String>,
}

/// What became of a wish to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// There was nothing.
    NothingHeld,
    /// Somebody else was asked, and does it within so many days.
    Forwarded(u32),
    /// It cannot be done; why, for people.
    NotSupported(String),
}
