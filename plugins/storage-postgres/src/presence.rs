//! Who uses the databases: any number of servers, or one command that has to have them alone.

use sqlx::{ConnectOptions as _, PgConnection};

use crate::open::{Databases, OpenError, gone, refusal};
use crate::place::Place;

/// The lock that servers hold together. It ends with the connection that took it.
const TOGETHER: &str = "select pg_try_advisory_lock_shared(
    hashtextextended('affiant/presence/' || current_schema(), 0))";

/// The same lock, held by nobody else.
const ALONE: &str = "select pg_try_advisory_lock(
    hashtextextended('affiant/presence/' || current_schema(), 0))";

/// Somebody who uses the main database, until this is dropped or the connection is lost.
#[derive(Debug)]
pub struct Presence {
    _connection: PgConnection,
}

impl Databases {
    /// Says that a server uses the databases. Fails with [`OpenError::Moving`] while somebody has them
    /// alone.
    pub async fn attend(&self) -> Result<Presence, OpenError> {
        self.present(TOGETHER).await?.map_err(OpenError::Moving)
    }

    /// Has the databases alone: no server says that it uses them, nor can until this is dropped. Fails
    /// with [`OpenError::InUse`] while one does.
    pub async fn alone(&self) -> Result<Presence, OpenError> {
        self.present(ALONE).await?.map_err(OpenError::InUse)
    }

    async fn present(&self, lock: &'static str) -> Result<Result<Presence, Place>, OpenError> {
        let options = self.main.pool.connect_options();
        let mut connection = options.connect().await.map_err(|it| refusal(&options, it))?;
        let is_held: bool = sqlx::query_scalar(lock)
            .fetch_one(&mut connection)
            .await
            .map_err(|it| gone(&options, it))?;
        let presence = Presence { _connection: connection };
        Ok(if is_held { Ok(presence) } else { Err(Place::of(&options)) })
    }
}

/// Says it again on a connection that took the place of one that was lost. Who has the databases alone
/// since then is not kept waiting.
pub(crate) async fn attend_again<'c>(
    connection: impl sqlx::PgExecutor<'c>,
) -> Result<(), sqlx::Error> {
    sqlx::query(TOGETHER).execute(connection).await.map(|_| ())
}
