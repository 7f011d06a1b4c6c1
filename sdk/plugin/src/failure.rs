//! Why a plugin did not do what it was asked to.

use std::fmt;

use crate::wire::host::affiant::host::types as wit;

/// Why the host did not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denial {
    /// The manifest does not ask for the capability.
    NotDeclared,
    /// Nobody granted it, or not for this interview.
    NotGranted,
    /// The person has not agreed, or took it back.
    NoConsent,
    /// The data is of a kind that must not go there.
    LabelBlocked,
    /// A limit was passed.
    OverLimit,
}

/// A capability that was denied. Hand it on with `?`, or do without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// As the manifest writes it, such as `http.fetch`.
    pub capability: String,
    /// Why.
    pub why: Denial,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Denial::NotDeclared => "the manifest does not ask for it",
            Denial::NotGranted => "nobody granted it",
            Denial::NoConsent => "the person did not agree",
            Denial::LabelBlocked => "the data must not go there",
            Denial::OverLimit => "a limit was passed",
        };
        write!(f, "`{}` was denied: {why}", self.capability)
    }
}

impl std::error::Error for Denied {}

/// Why a plugin did not do what it was asked to.
///
/// Authors and administrators read it, and logs may keep it, so it must hold nothing that somebody
/// answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An argument is of the wrong type or out of range.
    BadArgument(String),
    /// This variable is needed first; the host finds it and asks again.
    Missing(String),
    /// The host denied what was needed.
    Denied(Denied),
    /// Anything else.
    Other(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadArgument(it) | Self::Other(it) => f.write_str(it),
            Self::Missing(it) => write!(f, "`{it}` is needed first"),
            Self::Denied(it) => it.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Denied> for Failure {
    fn from(it: Denied) -> Self {
        Self::Denied(it)
    }
}

impl From<String> for Failure {
    fn from(it: String) -> Self {
        Self::Other(it)
    }
}

impl From<&str> for Failure {
    fn from(it: &str) -> Self {
        Self::Other(it.to_owned())
    }
}

impl From<wit::Denied> for Denied {
    fn from(it: wit::Denied) -> Self {
        let why = match it.why {
            wit::Denial::NotDeclared => Denial::NotDeclared,
            wit::Denial::NotGranted => Denial::NotGranted,
            wit::Denial::NoConsent => Denial::NoConsent,
            wit::Denial::LabelBlocked => Denial::LabelBlocked,
            wit::Denial::OverLimit => Denial::OverLimit,
        };
        Self { capability: it.capability, why }
    }
}

impl From<Denied> for wit::Denied {
    fn from(it: Denied) -> Self {
        let why = match it.why {
            Denial::NotDeclared => wit::Denial::NotDeclared,
            Denial::NotGranted => wit::Denial::NotGranted,
            Denial::NoConsent => wit::Denial::NoConsent,
            Denial::LabelBlocked => wit::Denial::LabelBlocked,
            Denial::OverLimit => wit::Denial::OverLimit,
        };
        Self { capability: it.capability, why }
    }
}

impl From<wit::Failure> for Failure {
    fn from(it: wit::Failure) -> Self {
        match it {
            wit::Failure::BadArgument(it) => Self::BadArgument(it),
            wit::Failure::Missing(it) => Self::Missing(it),
            wit::Failure::Denied(it) => Self::Denied(it.into()),
            wit::Failure::Other(it) => Self::Other(it),
        }
    }
}

impl From<Failure> for wit::Failure {
    fn from(it: Failure) -> Self {
        match it {
            Failure::BadArgument(it) => Self::BadArgument(it),
            Failure::Missing(it) => Self::Missing(it),
            Failure::Denied(it) => Self::Denied(it.into()),
            Failure::Other(it) => Self::Other(it),
        }
    }
}
