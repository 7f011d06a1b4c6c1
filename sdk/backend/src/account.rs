//! Accounts, and the ways to unlock one.

use async_trait::async_trait;

use crate::error::StorageError;
use crate::identity::IdentityRow;
use crate::rows::Lookup;
use crate::word::words;

/// Names an account in rows, keyring and associated data; random, and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub [u8; 16]);

words! {
    /// What an account may do at all.
    pub enum AccountStatus {
        /// Its e-mail address was not confirmed yet.
        Unconfirmed = "unconfirmed",
        /// It is in use.
        Active = "active",
        /// An administrator turned it off; its person cannot sign in.
        Disabled = "disabled",
        /// Its password was reset without a way to its key: the old answers wait in the locked vault.
        Locked = "locked",
        /// It is being deleted: its keys are gone, its rows go.
        Deleting = "deleting",
    }
}

/// An account as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its id.
    pub id: AccountId,
    /// Counts the accounts that were ever made, from 1; never reused. The store gives it: what a new
    /// row holds here is ignored.
    pub number: i64,
    /// Blind index of its e-mail address: an HMAC, by which it is found.
    pub email: Lookup,
    /// The e-mail address, sealed so that the server can write to it while the account lives.
    pub contact: Vec<u8>,
    /// What the person tells about itself, sealed under the user key.
    pub profile: Option<Vec<u8>>,
    /// Language of mails and pages, a BCP 47 tag.
    pub language: String,
    /// What it may do at all.
    pub status: AccountStatus,
    /// Names of its roles.
    pub roles: Vec<String>,
    /// Counts what ended all sign-ins: a sign-in of an earlier one is worth nothing.
    pub auth_epoch: u32,
    /// Counts its user keys, from 0. It is also the epoch of its secret in the keyring.
    pub key_epoch: u32,
    /// Its public key, to which others seal.
    pub public_key: [u8; 32],
    /// The private half, sealed under the user key.
    pub secret_key: Vec<u8>,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it was last used, likewise.
    pub seen: i64,
}

/// Keys that a reset put aside, because nobody could open them: a user key of an earlier epoch.
///
/// The methods and grants of that epoch stay, so that an old password may still open them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedRow {
    /// Whose.
    pub account: AccountId,
    /// Which of its user keys.
    pub key_epoch: u32,
    /// The public key of that time.
    pub public_key: [u8; 32],
    /// Its private half, sealed under the user key of that time.
    pub secret_key: Vec<u8>,
    /// Until when it is kept, in seconds of the Unix epoch.
    pub until: i64,
}

/// Names a way to unlock; random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MethodId(pub [u8; 16]);

words! {
    /// How a user key is unlocked. Passkeys and API keys have tables of their own.
    pub enum MethodKind {
        /// With a password.
        Password = "password",
        /// With a passphrase, which opens an account that an identity elsewhere signs in to, and does
        /// not sign in by itself.
        Passphrase = "passphrase",
        /// With a recovery key.
        Recovery = "recovery",
        /// By the server, where the administrator and the person allow it.
        Custody = "custody",
    }
}

impl MethodKind {
    /// Whether a person types it whenever something grave is to be done; an account has one such way.
    pub fn is_typed(self) -> bool {
        matches!(self, Self::Password | Self::Passphrase)
    }
}

/// A way to unlock a user key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodRow {
    /// Its id.
    pub id: MethodId,
    /// Whose.
    pub account: AccountId,
    /// How.
    pub kind: MethodKind,
    /// Which of the account's user keys it unlocks.
    pub key_epoch: u32,
    /// Parameters of the derivation, as the vault writes them; empty if there are none.
    pub params: Vec<u8>,
    /// Salt of the derivation; empty if there is none.
    pub salt: Vec<u8>,
    /// By which a wrong secret is told from a damaged row.
    pub verifier: Option<Lookup>,
    /// The user key, sealed.
    pub wrap: Vec<u8>,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it was last used, likewise.
    pub used: Option<i64>,
}

/// A passkey. It signs in; with a wrap it also unlocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRow {
    /// The credential's id, as the authenticator gave it.
    pub credential: Vec<u8>,
    /// Whose.
    pub account: AccountId,
    /// Public key, counter and flags, as the library that checks them writes it.
    pub record: Vec<u8>,
    /// Which of the account's user keys it unlocks.
    pub key_epoch: u32,
    /// What unlocks the user key, as the vault writes it; `None` if the authenticator cannot.
    pub wrap: Option<Vec<u8>>,
    /// What the person calls it, sealed under the user key.
    pub label: Vec<u8>,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it was last used, likewise.
    pub used: Option<i64>,
}

/// A second factor: codes that change with time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorRow {
    /// Whose.
    pub account: AccountId,
    /// What the codes are made from, sealed under the user key.
    pub seed: Vec<u8>,
    /// The time step of the last code that was used; it and all before it are refused.
    pub last_step: i64,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
}

/// A role: a name for permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Its name.
    pub name: String,
    /// Names of what it permits.
    pub permissions: Vec<String>,
}

/// Finds accounts and what belongs to them. What changes them is a
/// [`Change`](crate::Change).
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Returns `None` when there is no such account.
    async fn account(&self, id: AccountId) -> Result<Option<AccountRow>, StorageError>;

    /// The account whose e-mail address has this blind index.
    async fn account_by_email(&self, email: &Lookup) -> Result<Option<AccountRow>, StorageError>;

    /// The account of a number.
    async fn account_by_number(&self, number: i64) -> Result<Option<AccountRow>, StorageError>;

    /// Accounts whose number is greater than `after`, by number, at most `limit`.
    async fn accounts(&self, after: i64, limit: u32) -> Result<Vec<AccountRow>, StorageError>;

    /// How many accounts in use have a role: active ones, and those with a locked vault.
    async fn count_with_role(&self, role: &str) -> Result<u64, StorageError>;

    /// Since when an account has a role, in seconds of the Unix epoch; `None` if it has not.
    async fn role_since(&self, account: AccountId, role: &str)
    -> Result<Option<i64>, StorageError>;

    /// All ways to unlock an account, those of the locked vault too.
    async fn methods(&self, account: AccountId) -> Result<Vec<MethodRow>, StorageError>;

    /// What resets put aside, newest first.
    async fn locked(&self, account: AccountId) -> Result<Vec<LockedRow>, StorageError>;

    /// The passkeys of an account.
    async fn passkeys(&self, account: AccountId) -> Result<Vec<PasskeyRow>, StorageError>;

    /// The passkey with a credential id.
    async fn passkey(&self, credential: &[u8]) -> Result<Option<PasskeyRow>, StorageError>;

    /// The identities elsewhere that sign in to an account.
    async fn identities(&self, account: AccountId) -> Result<Vec<IdentityRow>, StorageError>;

    /// The identity with this keyed hash.
    async fn identity(&self, lookup: &Lookup) -> Result<Option<IdentityRow>, StorageError>;

    /// The second factor of an account, if it has one.
    async fn factor(&self, account: AccountId) -> Result<Option<FactorRow>, StorageError>;

    /// How many codes are left that stand in for the second factor.
    async fn factor_codes(&self, account: AccountId) -> Result<u32, StorageError>;

    /// The roles that an administrator made.
    async fn roles(&self) -> Result<Vec<RoleRow>, StorageError>;
}
