//! Opening the databases: settings, migrations, the writers.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use affiant_backend::{BoxError, StorageError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};

use crate::readers::Readers;
use crate::recent::Recent;
use crate::secrets::{Secrets, deployment};
use crate::sessions::Main;
use crate::writer::Writer;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/main");
static KEYRING: Migrator = sqlx::migrate!("migrations/keyring");

/// How long a connection waits for another process's lock, and a request for a connection.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

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
    /// The file cannot be opened, is damaged or is no database.
    #[error("the database {0} cannot be opened")]
    Open(PathBuf, #[source] BoxError),
    /// The file has tables that this version does not know. It was left as it is.
    #[error(
        "the database {0} was written by a newer version of Affiant: start that version, or a newer one"
    )]
    Newer(PathBuf),
    /// Another process has it open where it must be had alone.
    #[error("{0} is in use: stop the server first")]
    InUse(PathBuf),
    /// The file could not be brought up to date. It was left as it is.
    #[error("the database {0} could not be brought up to date")]
    Migrate(PathBuf, #[source] BoxError),
}

/// The two databases of a server.
#[derive(Debug)]
pub struct Databases {
    /// Sessions, accounts and files.
    pub main: Main,
    /// Their secrets.
    pub secrets: Secrets,
}

impl Databases {
    /// Opens or makes the databases and brings them up to date.
    pub async fn open(options: &Options) -> Result<Self, OpenError> {
        let file = options.folder.join("affiant.db");
        let recent = Arc::new(Recent::default());
        let (writer, readers) =
            open(&file, &MIGRATIONS, options.max_pages, Arc::clone(&recent)).await?;
        let main = Main::new(writer, readers, recent);
        let file = options.folder.join("keyring.db");
        let (writer, readers) = open(&file, &KEYRING, None, Arc::default()).await?;
        let id = deployment(&readers).await.map_err(|it| failed(&file, it))?;
        Ok(Self { main, secrets: Secrets::new(writer, readers, id) })
    }

    /// Waits for the writes that were asked for, empties the logs and closes the files. Later calls
    /// fail with [`StorageError::Unavailable`].
    pub async fn close(self) -> Result<(), StorageError> {
        self.main.close().await?;
        self.secrets.close().await
    }
}

pub(crate) fn failed(file: &Path, error: impl Into<BoxError>) -> OpenError {
    OpenError::Open(file.to_owned(), error.into())
}

async fn open(
    file: &Path,
    migrations: &Migrator,
    max_pages: Option<u32>,
    recent: Arc<Recent>,
) -> Result<(Writer, Readers), OpenError> {
    make_private(file).map_err(|it| failed(file, it))?;
    let mut connection = settings(file).connect().await.map_err(|it| failed(file, it))?;
    migrations.run(&mut connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => OpenError::Newer(file.to_owned()),
        other => OpenError::Migrate(file.to_owned(), other.into()),
    })?;
    limit(&mut connection, max_pages).await.map_err(|it| failed(file, it))?;
    let reading = settings(file).read_only(true).create_if_missing(false);
    let readers = Readers::open(reading, WAIT).await.map_err(|it| failed(file, it))?;
    Ok((Writer::start(connection, recent), readers))
}

/// Makes the file, if it is not there, so that only its owner can read it. The files that `SQLite`
/// puts beside it get the same rights.
pub(crate) fn make_private(file: &Path) -> io::Result<()> {
    let mut options = fs_err::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

pub(crate) fn settings(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(WAIT)
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
    if let Some(pages) = max_pages {
        // A pragma takes no parameters; the number is ours.
        let pragma = AssertSqlSafe(format!("pragma max_page_count = {pages}"));
        sqlx::query(pragma).execute(connection).await?;
    }
    Ok(())
}
