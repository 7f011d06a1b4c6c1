//! Answers that take as long whether or not an address has an account.

use std::time::Duration;

use affiant_account::AccountError;
use tokio::time::{Instant, sleep_until};

use crate::handler::log;

/// People are answered so long after it began, or twice as long, and so on: more than it takes with a
/// database in the same place, so that time does not tell whether there was an account to look into.
const STEP: Duration = Duration::from_millis(200);

/// Does what takes longer where there is an account, and ends at one of few moments.
pub(super) async fn answered_evenly(
    work: impl Future<Output = Result<(), AccountError>>,
) -> Result<(), AccountError> {
    let start = Instant::now();
    match work.await {
        // Only an account can be damaged: this is told to administrators alone.
        Err(error @ AccountError::Damaged) => log(&error.into()),
        done => done?,
    }
    let mut moment = start + STEP;
    while moment < Instant::now() {
        moment += STEP;
    }
    sleep_until(moment).await;
    Ok(())
}
