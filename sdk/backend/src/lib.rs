//! Traits that native plugins implement: where sessions, accounts, files and their keys are kept.
//!
//! Start at [`Store`], which is all that the main database keeps, and [`Keyring`]; [`Objects`] keeps
//! the content of files where that does not lie in the database. Changes of accounts are lists of
//! [`Change`]s that are done together or not at all.
//!
//! # Invariants
//!
//! - A storage plugin sees sealed bytes, hashes, opaque ids, sizes and times: never an answer, a
//!   name, an address or a key that opens anything by itself.
//! - A write is done wholly or not at all, and what was acknowledged survives the death of the
//!   process and of the machine.
//! - On creation the secret goes into the [`Keyring`] before the session's or account's row is made;
//!   on deletion it goes first. So no row is ever without a secret but one that is being deleted, and
//!   no transaction over both is needed.

mod account;
mod api_key;
mod audit;
mod change;
mod claim;
pub mod columns;
mod deletion;
mod error;
mod grant;
mod heads;
mod identity;
mod job;
mod keyring;
mod limits;
mod mail;
pub mod moving;
mod news;
pub mod objects;
mod outbox;
mod plugin;
mod rows;
mod session;
mod sign_in;
mod store;
mod switch;
pub mod tables;
mod word;

pub use account::{
    AccountId, AccountRow, AccountStatus, AccountStore, FactorRow, LockedRow, MethodId, MethodKind,
    MethodRow, PasskeyRow, RoleRow,
};
pub use api_key::{ApiKeyRow, ApiKeyStore};
pub use audit::{AuditEnd, AuditLog, AuditRow, AuditStart, Chained, Pseudonym};
pub use change::{Change, Commit};
pub use claim::Claims;
pub use deletion::{Counts, DeletionReason, DeletionRow, Deletions, Stage, Subject, TombstoneRow};
pub use error::{BoxError, StorageError};
pub use grant::{Addressed, GrantRole, GrantRow, GrantStore, InvitationRow, WrapKind, WrapRow};
pub use heads::{Heads, NotedRow};
pub use identity::{
    Identity, IdentityAnswer, IdentityError, IdentityProvider, IdentityQuestion, IdentityRow,
};
pub use job::{FailedJobs, JobCause, JobCount, JobEnd, JobKind, JobRow, JobState, Jobs};
pub use keyring::{BuriedRow, Keyring, SecretKind, SecretName, SecretRow};
pub use limits::{Counter, CounterKey, Limits, NetworkRow, Rule};
pub use mail::{Letter, Mail, MailError, MailFile, Mailer};
pub use news::{Listener, News, Stamp, Topic};
pub use objects::{Lent, Links, Listed, ObjectId, ObjectRows, Objects, PlaceRow};
pub use outbox::{Outbox, OutboxRow};
pub use plugin::{
    ObservedRow, PackageRow, PluginChange, PluginSecretRow, PluginStore, PluginValueRow,
};
pub use rows::{
    Content, FileRow, FilesOfStep, HeadRow, History, Lookup, NextStep, SessionId, SessionRow,
    StepRow,
};
pub use session::SessionStore;
pub use sign_in::{Level, LinkPurpose, LinkRow, PendingRow, SignInRow, SignInStore};
pub use store::{IdleRow, Store, Sweep, WatchRow};
pub use switch::{SwitchRow, Switches};
