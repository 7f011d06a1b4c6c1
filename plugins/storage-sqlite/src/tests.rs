//! The stores as the server uses them: what every storage keeps to, and what is `SQLite`'s alone.

#[path = "../../../tests/storage/lib.rs"]
mod cases;
mod files;
mod recent;
mod traces;
mod trouble;

use affiant_backend::tables::Table;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use tempfile::TempDir;

use crate::{Databases, OpenError, Options};
use cases::Part;

pub(crate) struct Fixture {
    folder: TempDir,
    pub(crate) databases: Databases,
}

impl Fixture {
    /// Empty databases.
    pub(crate) async fn new() -> Self {
        Self::with_pages(None).await
    }

    async fn with_pages(max_pages: Option<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let databases = open(&folder, max_pages).await;
        Self { folder, databases }
    }

    /// The same databases, opened by another process.
    pub(crate) async fn beside(&self) -> Databases {
        open(&self.folder, None).await
    }

    /// The same databases after closing them.
    pub(crate) async fn reopened(self) -> Result<Self, OpenError> {
        let Self { folder, databases } = self;
        databases.close().await.unwrap();
        let options = Options { folder: folder.path().to_owned(), max_pages: None };
        Ok(Self { databases: Databases::open(&options).await?, folder })
    }

    /// Changes a database behind the server's back, which then reads it anew.
    pub(crate) async fn alter(&self, part: Part, sql: &str) {
        let mut connection = self.connection(part).await;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.databases.main.recent.forget_all();
    }

    async fn connection(&self, part: Part) -> SqliteConnection {
        let file = match part {
            Part::Main => "affiant.db",
            Part::Keyring => "keyring.db",
        };
        let options = SqliteConnectOptions::new()
            .filename(self.folder.path().join(file))
            .foreign_keys(false)
            .pragma("ignore_check_constraints", "on");
        options.connect().await.unwrap()
    }

    /// How SQL writes bytes.
    pub(crate) fn literal(bytes: &[u8]) -> String {
        format!("x'{}'", hex(bytes))
    }

    /// Names of the tables of a database.
    pub(crate) async fn tables(&self, part: Part) -> Vec<String> {
        let mut connection = self.connection(part).await;
        sqlx::query_scalar(
            "select name from sqlite_schema
             where type = 'table' and name not like 'sqlite%' and name not like '_sqlx%'
             order by name",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap()
    }

    /// Whether the database itself removes the rows of a table with those of another.
    pub(crate) async fn cascades(&self, part: Part, table: &str, parent: &str) -> bool {
        let sql = AssertSqlSafe(format!(
            "select count(*) from pragma_foreign_key_list('{table}')
             where \"table\" = '{parent}' and on_delete = 'CASCADE'"
        ));
        let mut connection = self.connection(part).await;
        let keys: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
        keys > 0
    }

    /// How many rows of a table mention bytes in any column.
    pub(crate) async fn mentions(&self, part: Part, table: &Table, bytes: &[u8]) -> i64 {
        let mut connection = self.connection(part).await;
        let columns =
            AssertSqlSafe(format!("select name from pragma_table_info('{}')", table.name));
        let columns = sqlx::query(columns).fetch_all(&mut connection).await.unwrap();
        let conditions = columns
            .iter()
            .map(|it| format!("instr(hex({}), '{}') > 0", it.get::<String, _>(0), hex(bytes)))
            .collect::<Vec<_>>()
            .join(" or ");
        let sql = AssertSqlSafe(format!("select count(*) from {} where {conditions}", table.name));
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }

    /// Every byte of every file there is.
    fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for entry in fs_err::read_dir(self.folder.path()).unwrap() {
            all.extend(fs_err::read(entry.unwrap().path()).unwrap());
        }
        all
    }
}

async fn open(folder: &TempDir, max_pages: Option<u32>) -> Databases {
    Databases::open(&Options { folder: folder.path().to_owned(), max_pages }).await.unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02X}")).collect()
}

fn holds(all: &[u8], canary: &[u8]) -> bool {
    all.windows(canary.len()).any(|it| it == canary)
}
