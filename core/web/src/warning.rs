//! Mails to owners whose sessions are deleted soon because nobody uses them.

use std::sync::Arc;

use affiant_account::AccountError;
use affiant_backend::{AccountId, OutboxRow, StorageError};
use affiant_retention::Warner;
use async_trait::async_trait;

use crate::app::App;

/// Writes warnings for the schedule.
pub struct Warnings(pub Arc<App>);

#[async_trait]
impl Warner for Warnings {
    async fn warning(
        &self,
        owner: AccountId,
        _: &str,
        days: u32,
        now: i64,
    ) -> Result<Option<OutboxRow>, StorageError> {
        match self.0.accounts.warning(owner, days, now).await {
            Ok(letter) => Ok(letter),
            Err(AccountError::Storage(error)) => Err(error),
            Err(error) => {
                // One account whose address does not open must not keep the others from their mails.
                tracing::error!(%error, "an owner could not be warned");
                Ok(None)
            }
        }
    }
}
