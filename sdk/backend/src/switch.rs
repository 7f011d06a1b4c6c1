//! The administrator's switches, with their history.

use async_trait::async_trait;

use crate::error::StorageError;

/// A decision about a switch. Decisions are only added: what is in force is the newest that is
/// effective and was not cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchRow {
    /// Its number; the store gives it: what a new row holds here is ignored.
    pub id: i64,
    /// Name of the switch.
    pub name: String,
    /// What it was set to; the meaning is the caller's.
    pub value: String,
    /// Why, in the administrator's words.
    pub reason: String,
    /// Number of the account of who asked for it.
    pub by: i64,
    /// Number of the account of who agreed, if somebody did.
    pub second: Option<i64>,
    /// When it was asked for, in seconds of the Unix epoch.
    pub asked: i64,
    /// From when on it is in force, in seconds of the Unix epoch.
    pub effective: i64,
    /// When it was cancelled, in seconds of the Unix epoch.
    pub cancelled: Option<i64>,
}

/// Finds decisions about switches. What adds one is a [`Change`](crate::Change), so that its entry in
/// the audit log is added with it.
#[async_trait]
pub trait Switches: Send + Sync {
    /// All decisions about all switches, oldest first.
    async fn switches(&self) -> Result<Vec<SwitchRow>, StorageError>;
}
