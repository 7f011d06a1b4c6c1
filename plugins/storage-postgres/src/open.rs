//! Opening the databases: settings, migrations, pools.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use affiant_backend::{BoxError, StorageError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Error, Executor as _, PgPool};

use crate::error::{cause, code};
use crate::place::{Place, read, travels_open};
use crate::secrets::{Secrets, deployment};
use crate::sessions::Main;
use crate::tidy::Tidy;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/main");
static KEYRING: Migrator = sqlx::migrate!("migrations/keyring");

/// The oldest version that is used, as the server counts: what the tests run on.
const OLDEST: i64 = 150_000;

/// How long a request waits for a connection, and a statement for a lock.
const WAIT: Duration = Duration::from_secs(5);

/// A connection that rested longer is asked whether it is still there before it is used.
const RESTED: Duration = Duration::from_millis(100);

/// Connections of one server to each database: `max_connections` is 100 unless somebody changed it.
const CONNECTIONS: u32 = 16;

/// Statements that a connection keeps prepared: all there are.
const STATEMENTS: usize = 256;

// Codes of errors while connecting (postgresql.org, "PostgreSQL Error Codes").
const NO_DATABASE: &str = "3D000";
const NO_ENTRY: &str = "28";

/// What every connection is told first. What was acknowledged must be on a disk, whatever the database
/// does for others, and nobody holds a lock for ever.
const SETTINGS: &str = "
    select set_config('synchronous_commit', 'on', false)
        where current_setting('synchronous_commit') = 'off';
    set default_transaction_isolation = 'read committed';
    set lock_timeout = '5s';
    set statement_timeout = '20s';
    set idle_in_transaction_session_timeout = '20s'";

/// Where the databases are.
#[derive(Clone, PartialEq, Eq)]
pub struct Options {
    /// Address of the main database: `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub main: String,
    /// Address of the keyring's, which is another one.
    pub keyring: String,
}

/// Addresses hold passwords.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}

/// Why the databases could not be opened. None of them holds an address, which may have a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// An address is none.
    #[error(
        "the address of the {0} cannot be read: write it as postgres://USER:PASSWORD@HOST/DATABASE, \
         with %-escapes for what is special in a password"
    )]
    Address(&'static str, #[source] BoxError),
    /// Both addresses are one.
    #[error(
        "the keyring has the same database as the sessions ({0}): give it one of its own, so that a \
         copy of the sessions opens nothing"
    )]
    Same(Place),
    /// It does not answer.
    #[error("the database {0} does not answer: is it running, and can this machine reach it?")]
    Gone(Place, #[source] BoxError),
    /// It does not let us in.
    #[error("the database {0} refuses the user or the password")]
    Refused(Place, #[source] BoxError),
    /// It is not there.
    #[error("there is no database {0}: make it, with this user as its owner")]
    Missing(Place, #[source] BoxError),
    /// Its version is too old.
    #[error("the database {0} is PostgreSQL {1}; Affiant needs version 15 or newer")]
    TooOld(Place, String),
    /// It has tables that this version does not know. It was left as it is.
    #[error(
        "the database {0} was written by a newer version of Affiant: start that version, or a newer one"
    )]
    Newer(Place),
    /// It is half filled.
    #[error(
        "the database {0} is being filled by `affiant migrate-storage`, which has not come to its end: \
         run it again"
    )]
    Unfinished(Place),
    /// It holds something else than what is to be put there. It was left as it is.
    #[error("the database {0} is not empty: name one that is, or delete what it holds")]
    Foreign(Place),
    /// Somebody has it alone.
    #[error(
        "the files of the database {0} are being moved by `affiant migrate-storage --to-objects`: \
         start the server when that has come to its end"
    )]
    Moving(Place),
    /// Servers use it.
    #[error("servers run on the database {0}: stop all of them first")]
    InUse(Place),
    /// It could not be brought up to date. It was left as it is.
    #[error("the database {0} could not be brought up to date")]
    Migrate(Place, #[source] BoxError),
}

/// The two databases of a server.
#[derive(Clone, Debug)]
pub struct Databases {
    /// Sessions, accounts and files.
    pub main: Main,
    /// Their secrets.
    pub secrets: Secrets,
}

impl Databases {
    /// Opens the databases, which must be there, and brings them up to date.
    pub async fn open(options: &Options) -> Result<Self, OpenError> {
        let (main, keyring) = addresses(options)?;
        for address in [&main, &keyring] {
            if is_moving(address).await? {
                return Err(OpenError::Unfinished(Place::of(address)));
            }
        }
        Self::open_moving(options).await
    }

    /// The same while they are being filled.
    pub(crate) async fn open_moving(options: &Options) -> Result<Self, OpenError> {
        let (main, keyring) = addresses(options)?;
        let pool = open(&main, &MIGRATIONS).await?;
        let main = Main { pool };
        let pool = open(&keyring, &KEYRING).await?;
        let id = deployment(&pool).await.map_err(|it| gone(&keyring, it))?;
        Ok(Self { main, secrets: Secrets::new(pool, Tidy::start(keyring), id) })
    }

    /// Waits for the writes under way and closes the connections. Later calls fail with
    /// [`StorageError::Unavailable`].
    pub async fn close(self) -> Result<(), StorageError> {
        self.main.pool.close().await;
        self.secrets.close().await;
        Ok(())
    }
}

/// The databases whose connections can be read on their way over the network.
pub fn open_to_others(options: &Options) -> Result<Vec<Place>, OpenError> {
    let (main, keyring) = addresses(options)?;
    Ok([main, keyring].iter().filter(|it| travels_open(it)).map(Place::of).collect())
}

/// What the addresses say: of two databases.
pub(crate) fn addresses(
    options: &Options,
) -> Result<(PgConnectOptions, PgConnectOptions), OpenError> {
    let part = |address, name| {
        let read = read(address).map_err(|it| OpenError::Address(name, cause(it)))?;
        Ok(read.statement_cache_capacity(STATEMENTS).disable_statement_logging())
    };
    let main = part(&options.main, "main database")?;
    let keyring = part(&options.keyring, "keyring")?;
    // Schemas of one database are told apart by what the addresses add.
    if Place::of(&main) == Place::of(&keyring) && main.get_options() == keyring.get_options() {
        return Err(OpenError::Same(Place::of(&main)));
    }
    Ok((main, keyring))
}

/// Whether a database is half filled by a move.
async fn is_moving(options: &PgConnectOptions) -> Result<bool, OpenError> {
    let mut connection = options.connect().await.map_err(|it| refusal(options, it))?;
    let found = sqlx::query_scalar("select to_regclass('moving') is not null")
        .fetch_one(&mut connection)
        .await
        .map_err(|it| gone(options, it))?;
    connection.close().await.map_err(|it| gone(options, it))?;
    Ok(found)
}

pub(crate) fn gone(options: &PgConnectOptions, error: impl Into<BoxError>) -> OpenError {
    OpenError::Gone(Place::of(options), error.into())
}

async fn open(options: &PgConnectOptions, migrations: &Migrator) -> Result<PgPool, OpenError> {
    let mut connection = options.connect().await.map_err(|it| refusal(options, it))?;
    let version: String = sqlx::query_scalar("show server_version_num")
        .fetch_one(&mut connection)
        .await
        .map_err(|it| gone(options, it))?;
    if version.parse().is_ok_and(|it: i64| it < OLDEST) {
        return Err(OpenError::TooOld(Place::of(options), version));
    }
    migrations.run(&mut connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => OpenError::Newer(Place::of(options)),
        other => OpenError::Migrate(Place::of(options), other.into()),
    })?;
    // The pool makes its own: this one migrated without the limits of the others.
    connection.close().await.map_err(|it| gone(options, it))?;
    pool().connect_with(options.clone()).await.map_err(|it| refusal(options, it))
}

fn pool() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(async move {
                if known.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(sqlx::raw_sql(SETTINGS)).await.map(|_| ()) })
        })
}

/// Why a connection was not made.
pub(crate) fn refusal(options: &PgConnectOptions, error: Error) -> OpenError {
    let place = Place::of(options);
    let code = code(&error).map(Cow::into_owned);
    match code.as_deref() {
        Some(NO_DATABASE) => OpenError::Missing(place, cause(error)),
        Some(code) if code.starts_with(NO_ENTRY) => OpenError::Refused(place, cause(error)),
        _ => OpenError::Gone(place, cause(error)),
    }
}
