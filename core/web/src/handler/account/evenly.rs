//! Answers that take as long whether or not an address has an account.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// People are answered so long after it began, or twice as long, and so on: more than it takes with a
/// database in the same place, so that time does not tell whether there was an account to look into.
const STEP: Duration = Duration::from_millis(200);

/// Does what takes longer where there is an account, and ends at one of few moments.
pub(super) async fn answered_evenly<T>(work: impl Future<Output = T>) -> T {
    let mut moment = Instant::now() + STEP;
    let done = work.await;
    while moment < Instant::now() {
        moment += STEP;
    }
    sleep_until(moment).await;
    done
}
