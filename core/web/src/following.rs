//! Following what other servers decided: what this one remembers is what is stored.

use affiant_backend::{Stamp, StorageError};
use tokio::sync::Mutex;

use crate::app::App;

/// What was there when it was last looked.
#[derive(Default)]
pub(crate) struct Seen(Mutex<Option<Stamp>>);

impl App {
    /// Reads switches and networks again if anybody changed them, this server or another. An idle
    /// server reads numbers and nothing else. Plugins have [`Plugboard::follow`](crate::Plugboard).
    pub async fn follow(&self) -> Result<(), StorageError> {
        let mut seen = self.seen.0.lock().await;
        // Before what it stands for: what is changed in between is read twice, and never missed.
        let stamp = self.store.stamp().await?;
        let differs = |part: fn(&Stamp) -> [i64; 4]| {
            seen.as_ref().is_none_or(|before| part(before) != part(&stamp))
        };
        let (decisions, networks) = (differs(|it| it.decisions), differs(|it| it.networks));
        if decisions {
            self.switches.reload().await?;
        }
        if networks {
            self.guard.read_networks().await?;
        }
        *seen = Some(stamp);
        Ok(())
    }
}
