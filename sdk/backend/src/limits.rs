//! Counters of tries, and networks that are kept out or let in.

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::StorageError;

/// Names a counter: what it counts, and an HMAC of whose tries those are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CounterKey {
    /// What is counted; the meaning is the caller's.
    pub kind: u8,
    /// HMAC of an address, an account or both, so that the table names nobody.
    pub whose: [u8; 32],
}

/// What is known of one counter. One that was never stored is all zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// A number that grows.
    pub count: u32,
    /// Bits; the meaning is the caller's.
    pub marks: u64,
    /// A moment, in seconds of the Unix epoch; the meaning is the caller's.
    pub since: i64,
    /// Another moment, likewise.
    pub until: i64,
    /// From when on the counter says nothing any more and may be forgotten.
    pub expires: i64,
}

/// Decides on counters, and changes them.
pub trait Rule: Send + Sync {
    /// Sees the counters in the order of their keys, changes those it wants changed, and returns
    /// its verdict. It may be run again on what is stored, when a commit had to be repeated: only
    /// the last run counts.
    fn decide(&self, counters: &mut [Counter]) -> u64;
}

/// A network that an administrator keeps out, or lets in whatever the counters say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkRow {
    /// The network in CIDR notation.
    pub network: String,
    /// Whether it is let in; else it is kept out.
    pub allowed: bool,
    /// Why, in the administrator's words.
    pub reason: String,
    /// Number of the account of who entered it.
    pub by: i64,
    /// When it was entered, in seconds of the Unix epoch.
    pub since: i64,
    /// When it ends, in seconds of the Unix epoch; `None` is for good.
    pub until: Option<i64>,
}

/// Keeps counters of tries. They survive restarts.
///
/// Any call may fail as those of [`SessionStore`](crate::SessionStore) do. Who cannot count a try
/// must refuse it.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Lets the rule decide on these counters and stores what it made of them, in one transaction
    /// that no other change of them comes between. Returns the rule's verdict.
    async fn decide(&self, keys: Vec<CounterKey>, rule: Arc<dyn Rule>)
    -> Result<u64, StorageError>;

    /// The counters of a kind whose `until` is later than `now`, the latest first, at most `limit`.
    async fn running(
        &self,
        kind: u8,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(CounterKey, Counter)>, StorageError>;

    /// Sets a counter back to zero; no error if there is none.
    async fn reset(&self, key: CounterKey) -> Result<(), StorageError>;

    /// Forgets counters that expired before `now`, and networks that ended. Returns how many.
    async fn forget(&self, now: i64) -> Result<u64, StorageError>;

    /// Stores a network, in place of one of the same name.
    async fn put_network(&self, row: NetworkRow) -> Result<(), StorageError>;

    /// All networks that an administrator entered, by name.
    async fn networks(&self) -> Result<Vec<NetworkRow>, StorageError>;

    /// Removes a network; no error if there is none.
    async fn delete_network(&self, network: &str) -> Result<(), StorageError>;
}
