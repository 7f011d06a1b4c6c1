//! Writes the keyring's table anew after something was deleted, so that its files hold it no longer.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long deletions are gathered: while the table is written anew, nobody reads it.
const GATHER: Duration = Duration::from_mins(1);

/// Asks the task that tidies.
#[derive(Clone, Debug)]
pub(crate) struct Tidy(mpsc::Sender<()>);

impl Tidy {
    /// Starts the task; it ends with the last one who could ask it.
    pub(crate) fn start(options: PgConnectOptions) -> Self {
        let (ask, asked) = mpsc::channel(1);
        tokio::spawn(work(options, asked));
        Self(ask)
    }

    /// Something was deleted.
    pub(crate) fn ask(&self) {
        // One that waits to be heard is as good as two.
        let _ = self.0.try_send(());
    }
}

async fn work(options: PgConnectOptions, mut asked: mpsc::Receiver<()>) {
    while asked.recv().await.is_some() {
        // What is deleted meanwhile goes along.
        let _ = timeout(GATHER, std::future::pending::<()>()).await;
        while write_anew(&options).await.is_err() {
            // The database is gone, or somebody has read for long. Nobody waits for this.
            let _ = timeout(GATHER, std::future::pending::<()>()).await;
        }
    }
}

/// A plain `vacuum` would leave the bytes where they are until something else needs their place.
pub(crate) async fn write_anew(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    // It takes as long as the table is large.
    sqlx::query("set statement_timeout = 0").execute(&mut connection).await?;
    sqlx::query("vacuum (full) wrapped").execute(&mut connection).await?;
    sqlx::query("vacuum (full) secrets").execute(&mut connection).await?;
    connection.close().await
}
