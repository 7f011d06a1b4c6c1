//! Sign-ins, those that still owe a second factor, and links that work once.

use async_trait::async_trait;

use crate::account::AccountId;
use crate::error::StorageError;
use crate::rows::Lookup;
use crate::word::words;

words! {
    /// How sure we are who signed in.
    pub enum Level {
        /// By a password alone.
        Password = "password",
        /// By a password and a second factor.
        TwoFactors = "two factors",
        /// By a passkey.
        Passkey = "passkey",
    }
}

/// Somebody is signed in: a browser whose cookie opens the wrap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRow {
    /// Hash of a value that is derived from the cookie's token; by it the row is found.
    pub sid: Lookup,
    /// Names it on the page that lists sign-ins; random.
    pub id: [u8; 16],
    /// Whose.
    pub account: AccountId,
    /// The user key, sealed under the token and the secret of `epoch`.
    pub wrap: Vec<u8>,
    /// Epoch of the keyring's secret that the wrap needs.
    pub epoch: u32,
    /// The account's `auth_epoch` when it was made.
    pub auth_epoch: u32,
    /// How sure we are.
    pub level: Level,
    /// Kind of browser, such as `Firefox on Linux`.
    pub agent: String,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When the person last proved who it is, in seconds of the Unix epoch.
    pub proved: i64,
    /// When it ends without use, in seconds of the Unix epoch.
    pub idle_until: i64,
    /// When it ends in any case, in seconds of the Unix epoch.
    pub absolute_until: i64,
}

/// A sign-in that still owes the second factor. Its wrap opens with its own token only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRow {
    /// Hash of a value that is derived from the cookie's token.
    pub sid: Lookup,
    /// Whose.
    pub account: AccountId,
    /// The user key, sealed under the token and the secret of `epoch`.
    pub wrap: Vec<u8>,
    /// Epoch of the keyring's secret that the wrap needs.
    pub epoch: u32,
    /// The account's `auth_epoch` when it was made.
    pub auth_epoch: u32,
    /// What comes after the second factor: the meaning is the caller's.
    pub then: String,
    /// How many tries are left.
    pub tries: u32,
    /// When it ends, in seconds of the Unix epoch.
    pub expires: i64,
}

words! {
    /// What a link or code is for.
    pub enum LinkPurpose {
        /// To confirm the e-mail address of a new account.
        Confirm = "confirm",
        /// To reset a password.
        Reset = "reset",
        /// To register where that needs an invitation.
        Invite = "invite",
        /// To confirm a new e-mail address.
        ChangeEmail = "change e-mail",
        /// To become administrator.
        Admin = "admin",
        /// To go on with a passkey: the challenge that was asked.
        Challenge = "challenge",
    }
}

/// A link or code that works once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Hash of its secret.
    pub hash: Lookup,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose, if it is for an account that there is.
    pub account: Option<AccountId>,
    /// What it carries, sealed: a new address, a challenge. May be empty.
    pub payload: Vec<u8>,
    /// Hash of what the browser that asked for it holds, if it is bound to that browser.
    pub nonce: Option<Lookup>,
    /// How many tries are left.
    pub tries: u32,
    /// When it ends, in seconds of the Unix epoch.
    pub expires: i64,
}

/// Finds sign-ins and links. Rows that expired are returned too, until they are swept: the caller
/// compares with its clock.
#[async_trait]
pub trait SignInStore: Send + Sync {
    /// The sign-in of a cookie.
    async fn sign_in(&self, sid: &Lookup) -> Result<Option<SignInRow>, StorageError>;

    /// All sign-ins of an account, newest first.
    async fn sign_ins(&self, account: AccountId) -> Result<Vec<SignInRow>, StorageError>;

    /// The sign-in of a cookie that still owes a second factor.
    async fn pending(&self, sid: &Lookup) -> Result<Option<PendingRow>, StorageError>;

    /// A link or code, by the hash of its secret.
    async fn link(&self, hash: &Lookup) -> Result<Option<LinkRow>, StorageError>;
}
