//! All stores of the main database as one.

use async_trait::async_trait;

use crate::account::{AccountId, AccountStore};
use crate::api_key::ApiKeyStore;
use crate::audit::AuditLog;
use crate::change::Commit;
use crate::claim::Claims;
use crate::deletion::{Deletions, Subject};
use crate::error::StorageError;
use crate::grant::GrantStore;
use crate::job::Jobs;
use crate::limits::Limits;
use crate::news::News;
use crate::objects::ObjectRows;
use crate::outbox::Outbox;
use crate::plugin::PluginStore;
use crate::rows::SessionId;
use crate::session::SessionStore;
use crate::sign_in::SignInStore;
use crate::switch::Switches;

/// Everything that the main database keeps. Whoever implements the parts implements this.
pub trait Store:
    SessionStore
    + Commit
    + AccountStore
    + SignInStore
    + GrantStore
    + ApiKeyStore
    + Limits
    + AuditLog
    + Switches
    + Outbox
    + Jobs
    + PluginStore
    + Claims
    + News
    + Deletions
    + ObjectRows
    + Sweep
{
}

impl<T> Store for T where
    T: SessionStore
        + Commit
        + AccountStore
        + SignInStore
        + GrantStore
        + ApiKeyStore
        + Limits
        + AuditLog
        + Switches
        + Outbox
        + Jobs
        + PluginStore
        + Claims
        + News
        + Deletions
        + ObjectRows
        + Sweep
{
}

/// A session that nobody used for long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleRow {
    /// Its id.
    pub id: SessionId,
    /// When it was last changed, in seconds of the Unix epoch.
    pub touched: i64,
    /// How many warnings were sent since.
    pub warned: u32,
    /// Who owns it, if an account does.
    pub owner: Option<AccountId>,
}

/// What retention knows of the clock, so that a wrong one deletes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchRow {
    /// When retention last ran, in seconds of the Unix epoch.
    pub last: i64,
    /// Before when it must not delete many at once, likewise; `None` if nothing is put off.
    pub not_before: Option<i64>,
}

/// What retention asks the store.
#[async_trait]
pub trait Sweep: Send + Sync {
    /// Names of the interviews that have sessions.
    async fn interviews(&self) -> Result<Vec<String>, StorageError>;

    /// Sessions of an interview not touched since `before` (seconds of the Unix epoch) and warned
    /// fewer than `warned` times, oldest first, at most `limit`; those of accounts if `owned`, else
    /// those of visitors.
    async fn idle(
        &self,
        interview: &str,
        owned: bool,
        before: i64,
        warned: u32,
        limit: u32,
    ) -> Result<Vec<IdleRow>, StorageError>;

    /// How many sessions there are: those of accounts if `owned`, else those of visitors.
    async fn count_sessions(&self, owned: bool) -> Result<u64, StorageError>;

    /// Accounts that were never confirmed and made before `before`, or, if `active`, not seen since
    /// then; at most `limit`.
    async fn idle_accounts(
        &self,
        active: bool,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AccountId>, StorageError>;

    /// The first sessions and accounts behind an id, by id, at most `limit`: for comparing with the
    /// keyring.
    async fn subjects(
        &self,
        after: Option<Subject>,
        limit: u32,
    ) -> Result<Vec<Subject>, StorageError>;

    /// Removes rows that expired by `now` (seconds of the Unix epoch): sign-ins, links, invitations,
    /// grants, API keys, mails; of jobs, what opens anything. Returns how many of each, by table. With `dry`, it only counts.
    async fn expire(&self, now: i64, dry: bool) -> Result<Vec<(&'static str, u64)>, StorageError>;

    /// What was put aside by resets and is over by `now`, with its epoch; at most `limit`.
    async fn expired_locked(
        &self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(AccountId, u32)>, StorageError>;

    /// What retention knew of the clock when it last ran; `None` before the first time.
    async fn watch(&self) -> Result<Option<WatchRow>, StorageError>;

    /// Stores what retention knows of the clock.
    async fn set_watch(&self, row: WatchRow) -> Result<(), StorageError>;
}
