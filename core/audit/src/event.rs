//! What can be said.

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Something that happened. Whom it is about, and who did it if that is somebody else, are the
        /// entry's subjects, in that order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $name,)*
        }

        impl Event {
            /// All of them, in the order of pages.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word that stands for it in the log. Never changed once released.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

events! {
    /// An account was made, and its address confirmed.
    Registered = "registered",
    /// Somebody became the first administrator.
    FirstAdministrator = "first-administrator",
    /// An administrator invited somebody to register.
    Invited = "invited",
    /// Somebody signed in with a password.
    SignedIn = "signed-in",
    /// Somebody signed in with a password and a second factor.
    SignedInWithFactor = "signed-in-with-factor",
    /// Somebody signed in with a passkey.
    SignedInWithPasskey = "signed-in-with-passkey",
    /// Somebody signed in with an account elsewhere.
    SignedInWithProvider = "signed-in-with-provider",
    /// Tries to sign in failed since the last entry about them: how many.
    SignInsFailed = "sign-ins-failed",
    /// Somebody signed out.
    SignedOut = "signed-out",
    /// Somebody ended a sign-in in another browser.
    SignInEnded = "sign-in-ended",
    /// Somebody ended all sign-ins.
    AllSignInsEnded = "all-sign-ins-ended",
    /// The password was changed.
    PasswordChanged = "password-changed",
    /// A link that leads to a new password was sent.
    ResetAsked = "reset-asked",
    /// The password was reset with the recovery key.
    PasswordReset = "password-reset",
    /// The password was reset without a key: the answers of before are locked.
    PasswordResetWithoutKey = "password-reset-without-key",
    /// The password was reset, and the server's own key opened the answers of before.
    PasswordResetInCustody = "password-reset-in-custody",
    /// A person keeps the key to their answers alone, which the server had too before.
    CustodyLeft = "custody-left",
    /// Answers that a reset had locked were brought back: how many interviews.
    LockedOpened = "locked-opened",
    /// The e-mail address was changed.
    EmailChanged = "email-changed",
    /// The second factor was turned on.
    FactorOn = "factor-on",
    /// The second factor was turned off.
    FactorOff = "factor-off",
    /// Codes that stand in for the second factor were made anew.
    FactorCodesRenewed = "factor-codes-renewed",
    /// A passkey was added.
    PasskeyAdded = "passkey-added",
    /// A passkey was removed.
    PasskeyRemoved = "passkey-removed",
    /// An account elsewhere signs in from then on.
    ProviderLinked = "provider-linked",
    /// An account elsewhere signs in no more.
    ProviderUnlinked = "provider-unlinked",
    /// A recovery key was kept; one of before opens nothing any more.
    RecoveryKeyKept = "recovery-key-kept",
    /// A person decided to have no recovery key.
    RecoveryKeyDeclined = "recovery-key-declined",
    /// What was answered without an account belongs to one now.
    SessionTaken = "session-taken",
    /// Somebody was invited to see a session.
    ShareOffered = "share-offered",
    /// Somebody was invited to see parts of a session: how many of its private sections.
    SharePartsOffered = "share-parts-offered",
    /// An invitation to see a session was taken back.
    ShareWithdrawn = "share-withdrawn",
    /// Somebody accepted an invitation to see a session of another person's.
    ShareAccepted = "share-accepted",
    /// Somebody read a session of another person's; once for each day.
    SharedOpened = "shared-opened",
    /// An administrator read the answers of a session with the organisation's key: for which reason.
    AnswersRead = "answers-read",
    /// A session was taken back from somebody.
    ShareRevoked = "share-revoked",
    /// Somebody let go of a session of another person's.
    ShareLeft = "share-left",
    /// A session was handed over to another owner.
    HandedOver = "handed-over",
    /// A key for programs was made.
    ApiKeyMade = "api-key-made",
    /// A key for programs was revoked.
    ApiKeyRevoked = "api-key-revoked",
    /// A copy of everything was taken.
    Exported = "exported",
    /// A deletion was asked for that waits for the end of a hold.
    DeletionWaits = "deletion-waits",
    /// A deletion that waited was taken back.
    DeletionTakenBack = "deletion-taken-back",
    /// A session was found at an older state than was noted of it.
    PutBack = "put-back",
    /// Somebody went on from the older state that their session was put back to.
    PutBackAccepted = "put-back-accepted",
    /// A session was deleted by whom it belonged to.
    SessionDeleted = "session-deleted",
    /// A session was deleted because nobody used it for long.
    SessionExpired = "session-expired",
    /// Sessions of visitors were deleted because nobody used them for long: how many.
    VisitorsExpired = "visitors-expired",
    /// An account was deleted: how many sessions went with it.
    AccountDeleted = "account-deleted",
    /// An account was deleted because nobody used it: how many sessions went with it.
    AccountExpired = "account-expired",
    /// An administrator turned an account off.
    Disabled = "disabled",
    /// An administrator turned an account on again.
    Enabled = "enabled",
    /// An administrator gave an account other roles.
    RolesChanged = "roles-changed",
    /// An administrator made a role, or changed one.
    RoleMade = "role-made",
    /// An administrator removed a role.
    RoleRemoved = "role-removed",
    /// An administrator set a privacy switch: which one.
    SwitchAsked = "switch-asked",
    /// A second administrator agreed to a change of a switch: which one.
    SwitchAgreed = "switch-agreed",
    /// An administrator took back a change of a switch that waited: which one.
    SwitchCancelled = "switch-cancelled",
    /// A change of a switch that waited is in force: which one.
    SwitchInForce = "switch-in-force",
    /// An administrator installed a package of a plugin: of which one.
    PluginInstalled = "plugin-installed",
    /// An administrator removed a package of a plugin: of which one.
    PluginRemoved = "plugin-removed",
    /// An administrator decided about a plugin: which one.
    PluginAsked = "plugin-asked",
    /// A second administrator agreed to what was decided about a plugin: which one.
    PluginAgreed = "plugin-agreed",
    /// An administrator took back what was decided about a plugin and waited: which one.
    PluginCancelled = "plugin-cancelled",
    /// A plugin failed again and again, and is not called for a while: which one.
    PluginPaused = "plugin-paused",
    /// Somebody agreed to what a plugin asks for: which one. Nobody is named.
    ConsentGiven = "consent-given",
    /// Somebody took it back, or decided against it: which plugin. Nobody is named.
    ConsentTakenBack = "consent-taken-back",
    /// Addresses were kept out because of their tries: how many.
    Banned = "banned",
    /// An administrator lifted a ban.
    BanLifted = "ban-lifted",
    /// An administrator entered a network that is kept out or let in.
    NetworkEntered = "network-entered",
    /// An administrator removed a network.
    NetworkRemoved = "network-removed",
}

impl Event {
    /// The event of a word of the log; `None` for one that this version does not know.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.word() == word)
    }
}
