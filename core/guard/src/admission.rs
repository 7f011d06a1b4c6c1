//! Only so many passwords are hashed at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The server hashes as many passwords as it can, and enough others wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked; there may be room in {seconds} s")]
pub struct Busy {
    /// Seconds after which to try again.
    pub seconds: u32,
}

/// Lets so many passwords be hashed at once, and as many again as the queue holds wait. Each takes
/// 64 MiB for a while, so this bounds the memory.
#[derive(Debug)]
pub struct Admission {
    running: Arc<Semaphore>,
    /// Those who run and those who wait.
    inside: Arc<Semaphore>,
    patience: Duration,
}

/// Most that wait.
const QUEUE: usize = 64;

/// Longest wait.
const PATIENCE: Duration = Duration::from_secs(10);

impl Admission {
    /// For a machine with so many cores: one is left for everything else.
    pub fn new(cores: usize) -> Self {
        Self::with(cores.saturating_sub(1).max(1), QUEUE, PATIENCE)
    }

    pub(crate) fn with(permits: usize, queue: usize, patience: Duration) -> Self {
        Self {
            running: Arc::new(Semaphore::new(permits)),
            inside: Arc::new(Semaphore::new(permits + queue)),
            patience,
        }
    }

    /// Runs `work` on a thread of its own when it is its turn.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let busy = Busy { seconds: 10 };
        let inside = Arc::clone(&self.inside).try_acquire_owned().map_err(|_| busy)?;
        let turn = timeout(self.patience, Arc::clone(&self.running).acquire_owned()).await;
        let running = turn.map_err(|_| busy)?.map_err(|_| busy)?;
        let work = move || {
            // Held by the thread: a caller who goes away does not end the work.
            let _held = (inside, running);
            work()
        };
        // The thread only ends early by a panic, and then there is no answer.
        tokio::task::spawn_blocking(work).await.map_err(|_| busy)
    }
}
