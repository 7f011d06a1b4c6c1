//! The stores as servers use them: what every storage keeps to, and what is `PostgreSQL`'s alone.

#[path = "../../../tests/storage/lib.rs"]
mod cases;
#[path = "../../../tests/src/cluster.rs"]
#[expect(unreachable_pub, reason = "the tests of the whole use it from other crates")]
mod cluster;
mod many;
mod opening;
mod queries;
mod traces;
mod trouble;

use affiant_backend::tables::Table;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::{Databases, OpenError, Options};
use cases::Part;

/// Both databases, as schemas of one that all tests share.
pub(crate) struct Fixture {
    options: Options,
    pub(crate) databases: Databases,
}

impl Fixture {
    /// Empty databases.
    pub(crate) async fn new() -> Self {
        let options = schemas().await;
        let databases = Databases::open(&options).await.unwrap();
        Self { options, databases }
    }

    /// The same databases, opened by another server.
    pub(crate) async fn beside(&self) -> Databases {
        Databases::open(&self.options).await.unwrap()
    }

    /// The same databases after closing them.
    pub(crate) async fn reopened(self) -> Result<Self, OpenError> {
        let Self { options, databases } = self;
        databases.close().await.unwrap();
        Ok(Self { databases: Databases::open(&options).await?, options })
    }

    /// Changes a database behind the server's back, and against its constraints.
    pub(crate) async fn alter(&self, part: Part, sql: &str) {
        let mut connection = self.connection(part).await;
        let unchecked = "
            set session_replication_role = replica;
            do $$ declare it record; begin
                for it in select conrelid::regclass as place, conname from pg_constraint
                    where contype = 'c' and connamespace = current_schema()::regnamespace
                loop
                    execute format('alter table %s drop constraint %I', it.place, it.conname);
                end loop;
            end $$";
        sqlx::raw_sql(unchecked).execute(&mut connection).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn connection(&self, part: Part) -> PgConnection {
        let address = match part {
            Part::Main => &self.options.main,
            Part::Keyring => &self.options.keyring,
        };
        PgConnection::connect(address).await.unwrap()
    }

    /// How SQL writes bytes.
    pub(crate) fn literal(bytes: &[u8]) -> String {
        format!("'\\x{}'::bytea", bytes.iter().map(|it| format!("{it:02x}")).collect::<String>())
    }

    /// Names of the tables of a database.
    pub(crate) async fn tables(&self, part: Part) -> Vec<String> {
        sqlx::query_scalar(
            "select relname::text from pg_class
             where relkind = 'r' and relnamespace = current_schema()::regnamespace
               and relname not like '\\_sqlx%'
             order by relname::text collate \"C\"",
        )
        .fetch_all(&mut self.connection(part).await)
        .await
        .unwrap()
    }

    /// Whether the database itself removes the rows of a table with those of another.
    pub(crate) async fn cascades(&self, part: Part, table: &str, parent: &str) -> bool {
        sqlx::query_scalar(
            "select count(*) > 0 from pg_constraint
             where contype = 'f' and confdeltype = 'c'
               and conrelid = $1::regclass and confrelid = $2::regclass",
        )
        .bind(table)
        .bind(parent)
        .fetch_one(&mut self.connection(part).await)
        .await
        .unwrap()
    }

    /// How many rows of a table mention bytes in any column.
    pub(crate) async fn mentions(&self, part: Part, table: &Table, bytes: &[u8]) -> i64 {
        let mut connection = self.connection(part).await;
        let columns = sqlx::query(
            "select attname::text from pg_attribute
             where attrelid = $1::regclass and atttypid = 'bytea'::regtype",
        )
        .bind(table.name)
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let bytes = Self::literal(bytes);
        let conditions = columns
            .iter()
            .map(|it| format!("position({bytes} in {}) > 0", it.get::<String, _>(0)))
            .chain(["false".to_owned()])
            .collect::<Vec<_>>()
            .join(" or ");
        let sql = format!("select count(*) from {} where {conditions}", table.name);
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap()
    }
}

/// Two schemas that nobody has.
async fn schemas() -> Options {
    let address = cluster::address();
    let mut connection = PgConnection::connect(&address).await.unwrap();
    // No two transactions of a cluster have the same number.
    let number: String = sqlx::query_scalar("select pg_current_xact_id()::text")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let name = format!("t{number}");
    let sql = format!("create schema {name}_main; create schema {name}_keyring");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    // The name of the application tells a test's connections from those of others.
    let part =
        |part| format!("{address}&options[search_path]={name}_{part}&application_name={name}");
    Options { main: part("main"), keyring: part("keyring") }
}
