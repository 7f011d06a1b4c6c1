//! What a component did wrong, and whose component it is.

use std::fmt;

use wasmtime::{PoolConcurrencyLimitError, Trap};

use crate::grant::Grant;
use crate::host::Denied;
use crate::kind::Kind;

/// Whose component it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The plugin, as in `org.example.greeting`.
    pub plugin: String,
    /// Its version.
    pub version: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.plugin, self.version)
    }
}

/// A component failed. Holds no answer unless the component put one into its own message, which is
/// for authors and not for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plugin {who} {kind}")]
pub struct Fault {
    /// Whose it is.
    pub who: Identity,
    /// What happened.
    pub kind: FaultKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// It worked more than it may.
    #[error("used up its work")]
    OutOfFuel,
    /// It took longer than it may.
    #[error("took too long")]
    OutOfTime,
    /// It wanted more memory than it may have.
    #[error("wanted too much memory")]
    OutOfMemory,
    /// It called itself too deep.
    #[error("called itself too deep")]
    OutOfStack,
    /// It called the host too often, or with too much.
    #[error("asked the host for too much")]
    OverHostLimit,
    /// It stopped itself, or did what cannot be done.
    #[error("broke off")]
    Trapped,
    /// It returned something that is no value, or too large.
    #[error("returned a value that is none: {0}")]
    BadValue(&'static str),
    /// It was called with a value that cannot cross the border.
    #[error("cannot be given {0}")]
    BadArgument(&'static str),
    /// It says that an argument is wrong. Its own words.
    #[error("does not take these arguments")]
    RefusedArgument(String),
    /// It says that something was denied to it.
    #[error("was denied {}", .0.capability)]
    Denied(Denied),
    /// It says that it failed. Its own words.
    #[error("says that it failed")]
    Failed(String),
    /// It was asked for something that plugins of its kind do not do.
    #[error("is of another kind")]
    OtherKind,
    /// Too many others run at the moment.
    #[error("found no room to run in")]
    NoRoom,
    /// It failed before, in the same evaluation, and is not asked again.
    #[error("failed before")]
    FailedBefore,
}

impl FaultKind {
    /// What a trap was about.
    pub(crate) fn of(error: &wasmtime::Error, is_over_memory: bool, is_over_host: bool) -> Self {
        if is_over_memory {
            return Self::OutOfMemory;
        }
        if is_over_host {
            return Self::OverHostLimit;
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return Self::NoRoom;
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Self::OutOfFuel,
            Some(Trap::Interrupt) => Self::OutOfTime,
            Some(Trap::StackOverflow) => Self::OutOfStack,
            _ => Self::Trapped,
        }
    }
}

/// Why a component was not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It is larger than allowed.
    #[error("the component has {0} bytes, which is too many")]
    TooLarge(usize),
    /// It is no component, or a broken one.
    #[error("the component cannot be read")]
    Broken(String),
    /// It has more memory or longer tables from the beginning than a component may ever have.
    #[error("the component begins with more than a plugin may have: {0}")]
    TooMuch(String),
    /// It imports something that the host has, and that was not granted.
    #[error("the component imports `{import}`, and `{grant}` is not granted")]
    NotGranted {
        /// The interface.
        import: String,
        /// What would have to be granted.
        grant: Grant,
    },
    /// It imports something that plugins of its kind are never given.
    #[error("the component imports `{import}`, which no plugin of the kind `{kind}` is given")]
    OutsideKind {
        /// The interface.
        import: String,
        /// Its kind.
        kind: Kind,
    },
    /// It was made for another version of a contract.
    #[error("the component was made for `{found}`, and this server has `{known}`")]
    WrongVersion {
        /// The interface that it names.
        found: String,
        /// The one that there is.
        known: &'static str,
    },
    /// It imports something that the host does not have.
    #[error("the component imports `{0}`, which there is none of")]
    UnknownImport(String),
    /// It does not export what its contract asks for, or fulfils several contracts.
    #[error("the component does not fulfil its contract")]
    WrongContract(String),
}
