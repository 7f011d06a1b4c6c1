//! What is noted of each request: sizes and decisions, for administrators.

use crate::problem::{Problem, Refusal, Unreachable};

/// What is noted of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The plugin.
    pub plugin: String,
    /// What it was called for.
    pub call: &'static str,
    /// The host as the manifest writes it. Of one that it does not name: what the plugin asked for,
    /// if the call had seen no data, cut to the part that somebody must register.
    pub host: Option<String>,
    /// Whether the call had seen data about somebody.
    pub has_seen_data: bool,
    /// Bytes of the request's body and headers that were handed to the connection.
    pub sent: u64,
    /// Bytes of the answer's body that were taken.
    pub received: u64,
    /// What became of it.
    pub decision: Decision,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It was answered, with this status.
    Answered(u16),
    /// It was not sent.
    Refused(Refusal),
    /// It failed on the way.
    Unreachable(Unreachable),
    /// The answer came too slowly.
    TooSlow,
    /// The answer was too large.
    TooLarge,
}

impl From<&Problem> for Decision {
    fn from(problem: &Problem) -> Self {
        match problem {
            Problem::Refused(it) => Self::Refused(it.why.clone()),
            Problem::Unreachable(it) => Self::Unreachable(*it),
            Problem::TooSlow => Self::TooSlow,
            Problem::TooLarge => Self::TooLarge,
        }
    }
}

/// Takes records. Is called once for each request, from whatever thread it ran on.
pub trait Log: Send + Sync {
    /// Takes one.
    fn note(&self, record: Record);
}
