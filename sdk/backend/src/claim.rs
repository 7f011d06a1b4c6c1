//! Work that one of several servers does, and the others leave to it.

use async_trait::async_trait;

use crate::error::StorageError;

/// Lets one of the servers that share a store do something, and the others not.
///
/// A claim ends by itself, so that what a server claimed before it died is done by another. Its time
/// is told by the store's clock, because those of the servers differ. What has rows of its own is
/// claimed row by row, as [`Outbox::claim_mail`](crate::Outbox::claim_mail) does.
#[async_trait]
pub trait Claims: Send + Sync {
    /// Claims a work, by its name, for so many seconds. `true` if the server has it now: it had it
    /// already, or nobody did, or who did kept it for too long. `server` names the process; random.
    async fn claim(&self, work: &str, server: [u8; 16], seconds: u32)
    -> Result<bool, StorageError>;

    /// Gives back all that a server claimed, so that nobody waits for it; no error if that is nothing.
    async fn give_back(&self, server: [u8; 16]) -> Result<(), StorageError>;
}
