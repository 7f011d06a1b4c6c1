//! Two databases that are filled with what another storage holds.
//!
//! While they are, each has the table `moving`, which says whose rows those are: so nobody takes them
//! for whole, and who was interrupted goes on.

use affiant_backend::StorageError;
use affiant_backend::columns::corrupt;
use affiant_backend::moving::{Cell, Columns, Fill, Part, Rows};
use async_trait::async_trait;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Row as _,
};

use crate::error::storage;
use crate::open::{Databases, OpenError, Options, addresses, gone, refusal};
use crate::place::Place;

/// The databases, once they are marked as ours.
#[derive(Debug)]
pub struct Target {
    databases: Databases,
}

impl Target {
    /// Takes two empty databases, or those that a move of the same installation began to fill. Anything
    /// else is an [`OpenError::Foreign`], and left as it is.
    pub async fn open(options: &Options, deployment: [u8; 16]) -> Result<Self, OpenError> {
        let (main, keyring) = addresses(options)?;
        // Both are looked at before either is touched.
        let (main_state, keyring_state) =
            (state(&main, deployment).await?, state(&keyring, deployment).await?);
        for (address, state) in [(&main, main_state), (&keyring, keyring_state)] {
            if state == State::Empty {
                mark(address, deployment).await?;
            }
        }
        let databases = Databases::open_moving(options).await?;
        let id = &deployment[..];
        sqlx::query!("delete from deployment where id <> $1", id)
            .execute(&databases.secrets.pool)
            .await
            .map_err(|it| gone(&keyring, it))?;
        Ok(Self { databases })
    }

    /// Closes the connections.
    pub async fn close(self) -> Result<(), StorageError> {
        self.databases.close().await
    }

    fn part(&self, part: Part) -> &PgPool {
        match part {
            Part::Main => &self.databases.main.pool,
            Part::Keyring => &self.databases.secrets.pool,
        }
    }
}

/// What a database holds before it is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Empty,
    Ours,
}

async fn state(address: &PgConnectOptions, deployment: [u8; 16]) -> Result<State, OpenError> {
    let mut connection = address.connect().await.map_err(|it| refusal(address, it))?;
    let state = look(&mut connection, deployment).await.map_err(|it| gone(address, it))?;
    connection.close().await.map_err(|it| gone(address, it))?;
    state.ok_or_else(|| OpenError::Foreign(Place::of(address)))
}

/// `None` if it holds something else.
async fn look(
    connection: &mut PgConnection,
    deployment: [u8; 16],
) -> Result<Option<State>, sqlx::Error> {
    let tables: i64 = sqlx::query_scalar(
        "select count(*) from pg_class
         where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace",
    )
    .fetch_one(&mut *connection)
    .await?;
    if tables == 0 {
        return Ok(Some(State::Empty));
    }
    // The keyring's mark goes first at the end, and it then has its own name.
    for table in ["moving", "deployment"] {
        let there: bool = sqlx::query_scalar("select to_regclass($1) is not null")
            .bind(table)
            .fetch_one(&mut *connection)
            .await?;
        if there {
            let sql = AssertSqlSafe(format!("select id from {table}"));
            let ids: Vec<Vec<u8>> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await?;
            return Ok((ids == [deployment.to_vec()]).then_some(State::Ours));
        }
    }
    Ok(None)
}

async fn mark(address: &PgConnectOptions, deployment: [u8; 16]) -> Result<(), OpenError> {
    let wrong = |it| gone(address, it);
    let mut connection = address.connect().await.map_err(wrong)?;
    let mut transaction = connection.begin().await.map_err(wrong)?;
    sqlx::query("create table moving (id bytea primary key)")
        .execute(&mut *transaction)
        .await
        .map_err(wrong)?;
    sqlx::query("insert into moving (id) values ($1)")
        .bind(&deployment[..])
        .execute(&mut *transaction)
        .await
        .map_err(wrong)?;
    transaction.commit().await.map_err(wrong)?;
    connection.close().await.map_err(wrong)
}

/// Types of columns, by the database's name; there are no others in our tables.
async fn types(pool: &PgPool, table: &str, columns: &Columns) -> Result<Vec<String>, StorageError> {
    let mut types = Vec::with_capacity(columns.names.len());
    for name in &columns.names {
        let found = sqlx::query_scalar(
            "select atttypid::regtype::text from pg_attribute
             where attrelid = $1::regclass and attname = $2",
        )
        .bind(table)
        .bind(name)
        .fetch_one(pool)
        .await;
        types.push(found.map_err(storage)?);
    }
    Ok(types)
}

fn cell(row: &PgRow, column: usize, kind: &str) -> Result<Cell, sqlx::Error> {
    Ok(match kind {
        "bigint" => row.try_get::<Option<i64>, _>(column)?.map_or(Cell::Null, Cell::Number),
        "boolean" => {
            row.try_get::<Option<bool>, _>(column)?.map_or(Cell::Null, |it| Cell::Number(it.into()))
        }
        "bytea" => row.try_get::<Option<Vec<u8>>, _>(column)?.map_or(Cell::Null, Cell::Bytes),
        "text" => row.try_get::<Option<String>, _>(column)?.map_or(Cell::Null, Cell::Text),
        _ => return Err(sqlx::Error::Decode("a column of another type".into())),
    })
}

type Asked<'q> = Query<'q, Postgres, PgArguments>;

/// Binds one column of many rows.
fn bind_all<'q>(query: Asked<'q>, rows: &[Vec<Cell>], column: usize, kind: &str) -> Asked<'q> {
    let cells = rows.iter().map(|row| &row[column]);
    let number = |cell: &Cell| match cell {
        Cell::Number(it) => Some(*it),
        _ => None,
    };
    match kind {
        "bigint" => query.bind(cells.map(number).collect::<Vec<_>>()),
        "boolean" => query.bind(cells.map(|it| number(it).map(|it| it != 0)).collect::<Vec<_>>()),
        "bytea" => {
            let bytes = |cell: &Cell| match cell {
                Cell::Bytes(it) => Some(it.clone()),
                _ => None,
            };
            query.bind(cells.map(bytes).collect::<Vec<_>>())
        }
        _ => {
            let text = |cell: &Cell| match cell {
                Cell::Text(it) => Some(it.clone()),
                _ => None,
            };
            query.bind(cells.map(text).collect::<Vec<_>>())
        }
    }
}

#[async_trait]
impl Rows for Target {
    async fn columns(&self, part: Part, table: &str) -> Result<Columns, StorageError> {
        let rows = sqlx::query_as::<_, (String, Option<i32>)>(
            "select attname::text, array_position(i.indkey::smallint[], a.attnum)
             from pg_attribute a
             left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
             where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
             order by array_position(i.indkey::smallint[], a.attnum) nulls last,
               attname::text collate \"C\"",
        )
        .bind(table)
        .fetch_all(self.part(part))
        .await
        .map_err(storage)?;
        let key = rows.iter().filter(|(_, place)| place.is_some()).count();
        let names = rows.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
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
        let pool = self.part(part);
        let types = types(pool, table, columns).await?;
        let names = columns.names.join(", ");
        let key = columns.names[..columns.key].join(", ");
        let behind = after.map_or_else(String::new, |it| {
            let places = (1..=it.len()).map(|it| format!("${it}")).collect::<Vec<_>>();
            format!("where ({key}) > ({})", places.join(", "))
        });
        // The names are those of our tables, the limit is a number.
        let sql = format!("select {names} from {table} {behind} order by {key} limit {limit}");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for cell in after.unwrap_or_default() {
            query = match cell.clone() {
                Cell::Null => return Err(corrupt("keys")),
                Cell::Number(it) => query.bind(it),
                Cell::Bytes(it) => query.bind(it),
                Cell::Text(it) => query.bind(it),
            };
        }
        let rows = query.fetch_all(pool).await.map_err(storage)?;
        let cells =
            |row: &PgRow| types.iter().enumerate().map(|(at, kind)| cell(row, at, kind)).collect();
        rows.iter().map(cells).collect::<Result<_, _>>().map_err(storage)
    }

    async fn last_number(&self, table: &str) -> Result<Option<i64>, StorageError> {
        let Some(column) = numbered(table) else { return Ok(None) };
        let sequence: String = sqlx::query_scalar("select pg_get_serial_sequence($1, $2)")
            .bind(table)
            .bind(column)
            .fetch_one(self.part(Part::Main))
            .await
            .map_err(storage)?;
        // The name comes from the database, quoted where that is needed.
        let sql = format!("select last_value, is_called from {sequence}");
        let (last, given): (i64, bool) = sqlx::query_as(AssertSqlSafe(sql))
            .fetch_one(self.part(Part::Main))
            .await
            .map_err(storage)?;
        Ok(given.then_some(last))
    }
}

/// The column that numbers the rows of a table.
fn numbered(table: &str) -> Option<&'static str> {
    match table {
        "accounts" => Some("number"),
        "switches" => Some("id"),
        _ => None,
    }
}

#[async_trait]
impl Fill for Target {
    async fn fill(
        &self,
        part: Part,
        table: &str,
        columns: &Columns,
        rows: Vec<Vec<Cell>>,
    ) -> Result<(), StorageError> {
        let pool = self.part(part);
        let types = types(pool, table, columns).await?;
        let places = types.iter().zip(1..).map(|(kind, at)| format!("${at}::{kind}[]"));
        let (names, places) = (columns.names.join(", "), places.collect::<Vec<_>>().join(", "));
        // One statement is one transaction.
        let sql = format!("insert into {table} ({names}) select * from unnest({places})");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (at, kind) in types.iter().enumerate() {
            query = bind_all(query, &rows, at, kind);
        }
        query.execute(pool).await.map(|_| ()).map_err(storage)
    }

    async fn last_key(
        &self,
        part: Part,
        table: &str,
        columns: &Columns,
    ) -> Result<Option<Vec<Cell>>, StorageError> {
        let pool = self.part(part);
        let types = types(pool, table, columns).await?;
        let names = &columns.names[..columns.key];
        let down = names.iter().map(|it| format!("{it} desc")).collect::<Vec<_>>().join(", ");
        let sql = format!("select {} from {table} order by {down} limit 1", names.join(", "));
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_optional(pool).await.map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let key = (0..columns.key).map(|at| cell(&row, at, &types[at]));
        key.collect::<Result<_, _>>().map(Some).map_err(storage)
    }

    async fn number_from(&self, table: &str, last: i64) -> Result<(), StorageError> {
        let Some(column) = numbered(table) else { return Ok(()) };
        sqlx::query("select setval(pg_get_serial_sequence($1, $2), $3)")
            .bind(table)
            .bind(column)
            .bind(last)
            .execute(self.part(Part::Main))
            .await
            .map(|_| ())
            .map_err(storage)
    }

    async fn done(&self) -> Result<(), StorageError> {
        // What is left of the main database's mark is what refuses servers, so it goes last.
        for part in [Part::Keyring, Part::Main] {
            sqlx::query("drop table if exists moving")
                .execute(self.part(part))
                .await
                .map_err(storage)?;
        }
        Ok(())
    }
}
