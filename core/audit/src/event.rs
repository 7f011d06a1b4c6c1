//! What can be said.

/// Something that happened. Whom it is about and who did it are the entry's subjects, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An account was made.
    Registered,
    /// Somebody signed in.
    SignedIn,
    /// Sign-ins that failed since the last entry about them.
    SignInsFailed {
        /// How many.
        count: u64,
    },
    /// Somebody signed out, or ended other sign-ins.
    SignedOut {
        /// How many sign-ins ended.
        count: u64,
    },
    /// Answers were unlocked with a password, a passkey or a recovery key.
    Unlocked,
    /// The password was changed.
    PasswordChanged,
    /// The password was reset.
    PasswordReset {
        /// Whether the old answers could be kept.
        kept: bool,
    },
    /// The second factor was turned on or off.
    SecondFactor {
        /// Whether it is on now.
        on: bool,
    },
    /// A session was shared with somebody.
    Shared,
    /// What was shared was taken back.
    Unshared,
    /// Somebody other than the owner read answers.
    ReadByOther,
    /// Everything was exported.
    Exported,
    /// Sessions were deleted.
    SessionsDeleted {
        /// How many.
        count: u64,
    },
    /// An account was deleted.
    AccountDeleted {
        /// The number that it had.
        number: u64,
    },
    /// Keys were made anew.
    KeysRotated,
    /// An administrator decided about a privacy switch.
    SwitchDecided {
        /// Number of the decision.
        decision: u64,
    },
    /// Roles of an account were changed.
    RolesChanged,
    /// An account was turned off or on.
    AccountDisabled {
        /// Whether it is off now.
        off: bool,
    },
    /// A network was kept out.
    Banned {
        /// For how many seconds.
        seconds: u64,
    },
    /// A network was let in again.
    BanLifted,
    /// The server was started with another configuration.
    ConfigurationChanged,
}

impl Event {
    /// The word that stands for it in the log. Never changed once released.
    pub fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::SignedIn => "signed-in",
            Self::SignInsFailed { .. } => "sign-ins-failed",
            Self::SignedOut { .. } => "signed-out",
            Self::Unlocked => "unlocked",
            Self::PasswordChanged => "password-changed",
            Self::PasswordReset { .. } => "password-reset",
            Self::SecondFactor { .. } => "second-factor",
            Self::Shared => "shared",
            Self::Unshared => "unshared",
            Self::ReadByOther => "read-by-other",
            Self::Exported => "exported",
            Self::SessionsDeleted { .. } => "sessions-deleted",
            Self::AccountDeleted { .. } => "account-deleted",
            Self::KeysRotated => "keys-rotated",
            Self::SwitchDecided { .. } => "switch-decided",
            Self::RolesChanged => "roles-changed",
            Self::AccountDisabled { .. } => "account-disabled",
            Self::Banned { .. } => "banned",
            Self::BanLifted => "ban-lifted",
            Self::ConfigurationChanged => "configuration-changed",
        }
    }

    /// What else is to be known: one number, or nothing.
    pub fn number(self) -> Option<u64> {
        match self {
            Self::SignInsFailed { count }
            | Self::SignedOut { count }
            | Self::SessionsDeleted { count } => Some(count),
            Self::PasswordReset { kept: yes }
            | Self::SecondFactor { on: yes }
            | Self::AccountDisabled { off: yes } => Some(u64::from(yes)),
            Self::AccountDeleted { number } => Some(number),
            Self::SwitchDecided { decision } => Some(decision),
            Self::Banned { seconds } => Some(seconds),
            _ => None,
        }
    }
}
