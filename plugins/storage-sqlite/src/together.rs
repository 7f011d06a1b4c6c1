//! Writes of a kind that are done together, in one call of the connection's thread.
//!
//! A call hands over to that thread and back, which costs more than a small write does. What people
//! wait for most is therefore one text of SQL, and so is a batch of it, with its transaction.

use std::ptr;

use affiant_backend::BoxError;
use futures::TryStreamExt as _;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Either, Error, Executor as _, SqliteConnection};

use crate::write::Work;

/// A write that waits.
pub(crate) type Write = Box<dyn Work>;

/// What came of binding what a write writes.
pub(crate) type Bound = Result<(), BoxError>;

/// Most writes in one call. Calls take a power of two of them, so that few texts have to be kept
/// prepared.
const MOST: usize = 8;

/// The SQL of a kind of write that does it whole, or changes nothing if it meets a conflict.
#[derive(Debug)]
pub(crate) struct Text {
    /// Its statements, each with a semicolon behind it.
    pub(crate) sql: &'static str,
    /// How many there are.
    pub(crate) statements: usize,
    /// How many rows they change all in all.
    pub(crate) rows: u64,
}

/// A part of a transaction that is one call.
struct Call<'a> {
    text: &'static Text,
    /// Which of the writes it does.
    writes: &'a [usize],
    begins: bool,
    commits: bool,
}

/// Does, in one transaction, what can be done together. Returns which of the writes were done.
///
/// If it fails, none is, and the transaction may still be open.
pub(crate) async fn commit(
    connection: &mut SqliteConnection,
    writes: &[Write],
) -> Result<Vec<usize>, Error> {
    let kinds = kinds(writes);
    let mut calls = Vec::new();
    for (text, of_a_kind) in &kinds {
        calls.extend(pieces(of_a_kind).map(|writes| Call {
            text,
            writes,
            begins: false,
            commits: false,
        }));
    }
    if let Some(first) = calls.first_mut() {
        first.begins = true;
    }
    if let Some(last) = calls.last_mut() {
        last.commits = true;
    }
    let mut done = Vec::with_capacity(writes.len());
    for call in calls {
        call.run(connection, writes, &mut done).await?;
    }
    Ok(done)
}

/// The writes of each kind.
fn kinds(writes: &[Write]) -> Vec<(&'static Text, Vec<usize>)> {
    let mut kinds: Vec<(&'static Text, Vec<usize>)> = Vec::new();
    for (index, write) in writes.iter().enumerate() {
        let Some(text) = write.text() else { continue };
        match kinds.iter_mut().find(|(it, _)| ptr::eq(*it, text)) {
            Some((_, of_a_kind)) => of_a_kind.push(index),
            None => kinds.push((text, vec![index])),
        }
    }
    kinds
}

/// All of them in pieces whose sizes are powers of two.
pub(crate) fn pieces<T>(mut all: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = MOST.min(1 << all.len().checked_ilog2()?);
        let piece;
        (piece, all) = all.split_at(size);
        Some(piece)
    })
}

impl Call<'_> {
    fn sql(&self) -> String {
        let begin = if self.begins { "begin immediate; " } else { "" };
        let commit = if self.commits { "commit" } else { "" };
        format!("{begin}{}{commit}", self.text.sql.repeat(self.writes.len()))
    }

    async fn run(
        &self,
        connection: &mut SqliteConnection,
        writes: &[Write],
        done: &mut Vec<usize>,
    ) -> Result<(), Error> {
        let mut arguments = SqliteArguments::default();
        for write in self.writes {
            writes[*write].bind(&mut arguments).map_err(Error::Encode)?;
        }
        // Each text is put together of those in this crate.
        let query = sqlx::query_with(AssertSqlSafe(self.sql()), arguments);
        let mut results = connection.fetch_many(query);
        let mut changed = Vec::new();
        while let Some(result) = results.try_next().await? {
            if let Either::Left(statement) = result {
                changed.push(statement.rows_affected());
            }
        }
        let of_writes = &changed[usize::from(self.begins)..];
        for (write, rows) in self.writes.iter().zip(of_writes.chunks(self.text.statements)) {
            if rows.iter().sum::<u64>() == self.text.rows {
                done.push(*write);
            }
        }
        Ok(())
    }
}

/// Does one write inside of a transaction. Returns whether it was done.
pub(crate) async fn alone(
    connection: &mut SqliteConnection,
    text: &Text,
    bind: impl FnOnce(&mut SqliteArguments) -> Bound,
) -> Result<bool, Error> {
    let mut arguments = SqliteArguments::default();
    bind(&mut arguments).map_err(Error::Encode)?;
    let done = sqlx::query_with(text.sql, arguments).execute(connection).await?;
    Ok(done.rows_affected() == text.rows)
}
