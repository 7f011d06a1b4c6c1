//! Moving from one storage to another: all rows as they are stored, whatever they mean.

use async_trait::async_trait;

use crate::error::StorageError;

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The main database.
    Main,
    /// The keyring.
    Keyring,
}

/// What a row holds in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number; 0 and 1 are false and true.
    Number(i64),
    /// Sealed bytes, a hash, an id.
    Bytes(Vec<u8>),
    /// A word.
    Text(String),
}

impl Cell {
    /// Adds it to what a digest is made of: no two rows look the same there.
    pub fn write(&self, into: &mut Vec<u8>) {
        let (kind, bytes): (u8, &[u8]) = match self {
            Self::Null => (0, &[]),
            Self::Number(it) => (1, &it.to_be_bytes()),
            Self::Bytes(it) => (2, it),
            Self::Text(it) => (3, it.as_bytes()),
        };
        into.push(kind);
        into.extend(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        into.extend(bytes);
    }
}

/// The columns of a table, those of its key first; both in an order that every storage has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Their names.
    pub names: Vec<String>,
    /// How many of them are the key, by which rows are told apart and sorted, bytes and words byte by
    /// byte.
    pub key: usize,
}

/// Reads whole tables.
#[async_trait]
pub trait Rows: Send + Sync {
    /// The columns of a table.
    async fn columns(&self, part: Part, table: &str) -> Result<Columns, StorageError>;

    /// Rows whose key comes behind `after`, by key, at most `limit`.
    async fn page(
        &self,
        part: Part,
        table: &str,
        columns: &Columns,
        after: Option<&[Cell]>,
        limit: u32,
    ) -> Result<Vec<Vec<Cell>>, StorageError>;

    /// The greatest number that a table gave, where it numbers its rows and gives none twice.
    async fn last_number(&self, table: &str) -> Result<Option<i64>, StorageError>;
}

/// Is filled with what another storage holds.
#[async_trait]
pub trait Fill: Rows {
    /// Adds rows to a table, all or none. Rows that they belong to must be there.
    async fn fill(
        &self,
        part: Part,
        table: &str,
        columns: &Columns,
        rows: Vec<Vec<Cell>>,
    ) -> Result<(), StorageError>;

    /// The key of a table's last row; `None` if it has none.
    async fn last_key(
        &self,
        part: Part,
        table: &str,
        columns: &Columns,
    ) -> Result<Option<Vec<Cell>>, StorageError>;

    /// Lets a table give greater numbers than this from now on.
    async fn number_from(&self, table: &str, last: i64) -> Result<(), StorageError>;

    /// All is there: servers may open the databases.
    async fn done(&self) -> Result<(), StorageError>;
}
