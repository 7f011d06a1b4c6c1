//! Reading both databases as a whole, for moving them: by one who has them alone.

use std::path::Path;
use std::time::Duration;

use affiant_backend::columns::corrupt;
use affiant_backend::moving::{Cell, Columns, Part, Rows};
use affiant_backend::{Keyring as _, StorageError};
use async_trait::async_trait;
use sqlx::sqlite::{SqliteJournalMode, SqliteLockingMode, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqliteConnection, TypeInfo as _,
    ValueRef as _,
};
use tokio::sync::Mutex;

use crate::error::reading;
use crate::open::{Databases, OpenError, Options, failed, settings};

/// How long it is waited for another process to leave the files.
const WAIT: Duration = Duration::from_secs(2);

/// The databases of a folder that no other process has open, nor can open until this is dropped.
#[derive(Debug)]
pub struct Source {
    main: Mutex<SqliteConnection>,
    keyring: Mutex<SqliteConnection>,
    deployment: [u8; 16],
}

impl Source {
    /// Brings the databases up to date and takes them for itself. Fails with [`OpenError::InUse`]
    /// while a server runs on them.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        let options = Options { folder: folder.to_owned(), max_pages: None };
        let databases = Databases::open(&options).await?;
        let deployment = databases.secrets.deployment();
        let closed = databases.close().await;
        closed.map_err(|_| OpenError::InUse(folder.to_owned()))?;
        let main = alone(&folder.join("affiant.db")).await?;
        let keyring = alone(&folder.join("keyring.db")).await?;
        Ok(Self { main: Mutex::new(main), keyring: Mutex::new(keyring), deployment })
    }

    /// Names this installation, as [`Keyring::deployment`](affiant_backend::Keyring) does.
    pub fn deployment(&self) -> [u8; 16] {
        self.deployment
    }

    /// Gives the files back.
    pub async fn close(self) -> Result<(), StorageError> {
        self.main.into_inner().close().await.map_err(reading)?;
        self.keyring.into_inner().close().await.map_err(reading)
    }

    fn part(&self, part: Part) -> &Mutex<SqliteConnection> {
        match part {
            Part::Main => &self.main,
            Part::Keyring => &self.keyring,
        }
    }
}

/// A file without a log can be had alone, and to take the log away nobody else may have it open.
async fn alone(file: &Path) -> Result<SqliteConnection, OpenError> {
    let options = settings(file)
        .create_if_missing(false)
        .busy_timeout(WAIT)
        .locking_mode(SqliteLockingMode::Exclusive)
        .journal_mode(SqliteJournalMode::Delete);
    let in_use = |_| OpenError::InUse(file.to_owned());
    let mut connection = options.connect().await.map_err(in_use)?;
    let mode: String = sqlx::query_scalar("pragma journal_mode")
        .fetch_one(&mut connection)
        .await
        .map_err(|it| failed(file, it))?;
    if mode != "delete" {
        return Err(OpenError::InUse(file.to_owned()));
    }
    // The lock is taken with the first write, and kept.
    sqlx::query("begin exclusive").execute(&mut connection).await.map_err(in_use)?;
    sqlx::query("commit").execute(&mut connection).await.map_err(|it| failed(file, it))?;
    Ok(connection)
}

fn cell(row: &SqliteRow, column: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(column)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    match raw.type_info().name() {
        "INTEGER" => row.try_get(column).map(Cell::Number),
        "BLOB" => row.try_get(column).map(Cell::Bytes),
        "TEXT" => row.try_get(column).map(Cell::Text),
        _ => Err(sqlx::Error::Decode("a column of another type".into())),
    }
}

#[async_trait]
impl Rows for Source {
    async fn columns(&self, part: Part, table: &str) -> Result<Columns, StorageError> {
        let rows = sqlx::query_as::<_, (String, i64)>(
            "select name, pk from pragma_table_info(?) order by pk = 0, pk, name",
        )
        .bind(table.to_owned())
        .fetch_all(&mut *self.part(part).lock().await)
        .await
        .map_err(reading)?;
        let key = rows.iter().filter(|(_, place)| *place > 0).count();
        let names = rows.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        // One row that names the installation is its own key.
        Ok(Columns { key: if key == 0 { names.len() } else { key }, names })
    }

    async fn page(
        &self,
        part: Part,
        table: &str,
        columns: &Columns,
        after: Option<&[Cell]>,
        limit: u32,
    ) -> Result<Vec<Vec<Cell>>, StorageError> {
        let names = columns.names.join(", ");
        let key = columns.names[..columns.key].join(", ");
        let behind = after.map_or_else(String::new, |it| {
            format!("where ({key}) > ({})", vec!["?"; it.len()].join(", "))
        });
        // The names are those of our tables.
        let sql = format!("select {names} from {table} {behind} order by {key} limit ?");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for cell in after.unwrap_or_default() {
            query = match cell.clone() {
                Cell::Null => return Err(corrupt("keys")),
                Cell::Number(it) => query.bind(it),
                Cell::Bytes(it) => query.bind(it),
                Cell::Text(it) => query.bind(it),
            };
        }
        let rows = query
            .bind(limit)
            .fetch_all(&mut *self.part(part).lock().await)
            .await
            .map_err(reading)?;
        let cells = |row: &SqliteRow| (0..columns.names.len()).map(|it| cell(row, it)).collect();
        rows.iter().map(cells).collect::<Result<_, _>>().map_err(reading)
    }

    async fn last_number(&self, table: &str) -> Result<Option<i64>, StorageError> {
        sqlx::query_scalar("select seq from sqlite_sequence where name = ?")
            .bind(table.to_owned())
            .fetch_optional(&mut *self.main.lock().await)
            .await
            .map_err(reading)
    }
}
