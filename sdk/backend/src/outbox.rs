//! Mails that wait to be sent.

use async_trait::async_trait;

use crate::account::AccountId;
use crate::error::StorageError;

/// A mail that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its id, random.
    pub id: [u8; 16],
    /// For whose account, if there is one: deleting it deletes the mail.
    pub account: Option<AccountId>,
    /// Address, template and what fills it, sealed under the contact key.
    pub sealed: Vec<u8>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, in seconds of the Unix epoch.
    pub next: i64,
    /// When it is given up, in seconds of the Unix epoch.
    pub expires: i64,
}

/// Keeps mails until they are sent. What adds one is a [`Change`](crate::Change), so that a mail
/// waits if and only if what it tells about was stored.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Claims mails to be tried by `now` (seconds of the Unix epoch), oldest first, at most `limit`.
    /// For so many seconds by the store's clock no other server gets them; then, if they are still
    /// there, they are anybody's again.
    async fn claim_mail(
        &self,
        now: i64,
        seconds: u32,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StorageError>;

    /// Puts a mail off until `next`, counts the try, and ends the claim; no error if it is gone.
    async fn put_off_mail(&self, id: [u8; 16], next: i64) -> Result<(), StorageError>;

    /// Removes a mail that was sent or given up; no error if there is none.
    async fn forget_mail(&self, id: [u8; 16]) -> Result<(), StorageError>;

    /// How many mails wait.
    async fn waiting_mail(&self) -> Result<u64, StorageError>;
}
