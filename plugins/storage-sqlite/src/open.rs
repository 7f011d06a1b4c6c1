//! Opening the databases: settings, migrations, the writers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::secrets::Secrets;
use crate::sessions::Sessions;
use crate::writer::Writer;

static MAIN: Migrator = sqlx::migrate!("migrations/main");
static KEYRING: Migrator = sqlx::migrate!("migrations/keyring");

/// How long a connection waits for another process's lock.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Where the databases are, and how large they may become.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of `affiant.db` and `keyring.db`; must exist.
    pub folder: PathBuf,
    /// Most pages (of 4096 bytes) that the main database may have; `None` is no limit.
    pub max_pages: Option<u32>,
}

/// Why the databases could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file cannot be opened or is no database.
    #[error("the database {0} cannot be opened")]
    Open(PathBuf, #[source] sqlx::Error),
    /// The file was written by a newer version, or a migration failed.
    #[error(
        "the database {0} does not fit this version of Affiant: use the version that wrote it, or a newer one"
    )]
    Migrate(PathBuf, #[source] sqlx::migrate::MigrateError),
}

/// The two databases of a server.
#[derive(Debug)]
pub struct Databases {
    /// Sessions and files.
    pub sessions: Sessions,
    /// Their secrets.
    pub secrets: Secrets,
}

impl Databases {
    /// Opens or makes the databases and brings them up to date.
    pub async fn open(options: &Options) -> Result<Self, OpenError> {
        let (writer, readers) =
            open(&options.folder.join("affiant.db"), &MAIN, options.max_pages).await?;
        let sessions = Sessions::new(writer, readers);
        let (writer, readers) = open(&options.folder.join("keyring.db"), &KEYRING, None).await?;
        let deployment = deployment(&readers)
            .await
            .map_err(|error| OpenError::Open(options.folder.join("keyring.db"), error))?;
        Ok(Self { sessions, secrets: Secrets::new(writer, readers, deployment) })
    }
}

async fn open(
    file: &Path,
    migrations: &Migrator,
    max_pages: Option<u32>,
) -> Result<(Writer, SqlitePool), OpenError> {
    let failed = |error| OpenError::Open(file.to_owned(), error);
    let mut connection = settings(file).connect().await.map_err(failed)?;
    migrations
        .run(&mut connection)
        .await
        .map_err(|error| OpenError::Migrate(file.to_owned(), error))?;
    limit(&mut connection, max_pages).await.map_err(failed)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(settings(file).read_only(true).create_if_missing(false))
        .await
        .map_err(failed)?;
    Ok((Writer::start(connection), readers))
}

async fn deployment(readers: &SqlitePool) -> Result<[u8; 16], sqlx::Error> {
    let (id,): (Vec<u8>,) = sqlx::query_as("select id from deployment").fetch_one(readers).await?;
    id.try_into().map_err(|_| sqlx::Error::Decode("an id has 16 bytes".into()))
}

fn settings(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(LOCK_WAIT)
        .foreign_keys(true)
        .pragma("secure_delete", "on")
        .pragma("temp_store", "memory")
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .disable_statement_logging()
}

async fn limit(
    connection: &mut SqliteConnection,
    max_pages: Option<u32>,
) -> Result<(), sqlx::Error> {
    connection.ping().await?;
    if let Some(pages) = max_pages {
        // A pragma takes no parameters; the number is ours.
        let pragma = sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"));
        sqlx::query(pragma).execute(connection).await?;
    }
    Ok(())
}
