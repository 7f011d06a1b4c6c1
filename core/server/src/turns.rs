//! Work that one of several servers does. Who has it keeps it until that server stops or dies.

use std::sync::Arc;
use std::time::Duration;

use affiant_backend::{StorageError, Store};
use affiant_vault::random;
use anyhow::Context as _;

use crate::system::SystemRandomness;

/// Seconds for which a work is claimed: what a server had that died is another's after so long.
const CLAIMED: u32 = 20 * 60;

/// How often a claim is renewed while the work goes on.
const RENEWED: Duration = Duration::from_mins(5);

/// What this server has of what only one may do.
pub(crate) struct Turns {
    store: Arc<dyn Store>,
    /// Names this process.
    server: [u8; 16],
}

impl Turns {
    pub(crate) fn new(store: Arc<dyn Store>) -> anyhow::Result<Self> {
        let server = random(&SystemRandomness).context("there are no random bytes")?;
        Ok(Self { store, server })
    }

    /// Does a work, unless another server has it: then `None`. The work is broken off if another
    /// server takes it meanwhile, because this one was not heard of for too long.
    pub(crate) async fn take<T>(
        &self,
        work: &str,
        done: impl Future<Output = T>,
    ) -> Result<Option<T>, StorageError> {
        let mut renew = tokio::time::interval(RENEWED);
        let mut done = std::pin::pin!(done);
        loop {
            tokio::select! {
                // First the claim, then the work: the first tick comes at once.
                biased;
                _ = renew.tick() => {
                    if !self.store.claim(work, self.server, CLAIMED).await? {
                        return Ok(None);
                    }
                }
                done = &mut done => return Ok(Some(done)),
            }
        }
    }

    /// Leaves everything to others, for the server stops. What cannot be given back ends by itself.
    pub(crate) async fn give_back(&self) {
        if let Err(error) = self.store.give_back(self.server).await {
            tracing::debug!(%error, "what this server had to do is another's later");
        }
    }
}
