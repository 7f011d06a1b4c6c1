//! Writes the keyring's table anew after something was deleted, so that its files hold it no longer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::Notify;
use tokio::time::timeout;

/// How long deletions are gathered: while the table is written anew, nobody reads it.
const GATHER: Duration = Duration::from_mins(1);

/// Asks the task that tidies.
#[derive(Clone, Debug)]
pub(crate) struct Tidy(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: PgConnectOptions,
    /// Something was deleted since the table was written anew.
    is_due: AtomicBool,
    asked: Notify,
}

impl Tidy {
    /// Starts the task, which tidies once for what a process of before may have left.
    pub(crate) fn start(options: PgConnectOptions) -> Self {
        let shared = Shared { options, is_due: AtomicBool::new(false), asked: Notify::new() };
        let tidy = Self(Arc::new(shared));
        tokio::spawn(work(Arc::downgrade(&tidy.0)));
        tidy
    }

    /// Something was deleted.
    pub(crate) fn ask(&self) {
        self.0.is_due.store(true, Ordering::SeqCst);
        self.0.asked.notify_one();
    }

    /// Tidies at once what is due, since nobody will later. Where the database is gone, a server does
    /// it after its start.
    pub(crate) async fn finish(&self) {
        if self.0.is_due.swap(false, Ordering::SeqCst) {
            let _ = write_anew(&self.0.options).await;
        }
    }
}

/// Ends with the last one who could ask.
async fn work(shared: Weak<Shared>) {
    loop {
        // What is deleted meanwhile goes along.
        let _ = timeout(GATHER, std::future::pending::<()>()).await;
        let Some(shared) = shared.upgrade() else { return };
        shared.is_due.store(false, Ordering::SeqCst);
        if write_anew(&shared.options).await.is_err() {
            // The database is gone, or somebody reads for long. Nobody waits for this.
            shared.is_due.store(true, Ordering::SeqCst);
            continue;
        }
        // Looks now and then whether anybody is left to ask.
        while timeout(GATHER, shared.asked.notified()).await.is_err() {
            if Arc::strong_count(&shared) == 1 {
                return;
            }
        }
    }
}

/// A plain `vacuum` would leave the bytes where they are until something else needs their place.
pub(crate) async fn write_anew(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    // It takes as long as the table is large, and gives way to whoever reads for long.
    sqlx::query("set lock_timeout = '5s'").execute(&mut connection).await?;
    sqlx::query("vacuum (full) wrapped").execute(&mut connection).await?;
    sqlx::query("vacuum (full) secrets").execute(&mut connection).await?;
    connection.close().await
}
