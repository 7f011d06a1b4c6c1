//! What errors of the driver mean to the caller.

use std::borrow::Cow;

use affiant_backend::columns::corrupt;
use affiant_backend::{BoxError, StorageError};
use sqlx::Error;
use sqlx::error::DatabaseError;

// Codes of errors (postgresql.org, "PostgreSQL Error Codes"); two characters are a class.
const CONSTRAINT: &str = "23";
const CONNECTION: &str = "08";
const DAMAGE: &str = "XX00";
const FULL: [&str; 2] = ["53100", "54000"];
const AGAIN: [&str; 2] = ["40001", "40P01"];
const STOPPING: [&str; 3] = ["57P01", "57P02", "57P03"];

/// The code of an error that the database told.
pub(crate) fn code(error: &Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(DatabaseError::code)
}

/// What the driver wraps, so that nobody reads it twice.
pub(crate) fn cause(error: Error) -> BoxError {
    match error {
        Error::Database(it) => it.message().into(),
        Error::Io(it) => it.into(),
        Error::Configuration(it) => it,
        other => other.into(),
    }
}

/// Whether a transaction that ended so was certainly not done, and may be by the next try.
pub(crate) fn may_pass(error: &Error) -> bool {
    match code(error) {
        Some(code) => {
            let code = code.as_ref();
            AGAIN.contains(&code) || STOPPING.contains(&code) || code.starts_with(CONNECTION)
        }
        None => matches!(error, Error::Io(_)),
    }
}

/// Whether the database said that it ended a statement before it was done, by no fault of the statement.
pub(crate) fn was_ended(error: &Error) -> bool {
    code(error).is_some_and(|it| AGAIN.contains(&&*it) || STOPPING.contains(&&*it))
}

/// An error of the driver in the terms of the traits.
pub(crate) fn storage(error: Error) -> StorageError {
    if matches!(error, Error::ColumnDecode { .. } | Error::Decode(_)) {
        return corrupt("database");
    }
    let code = code(&error).map(Cow::into_owned);
    match code.as_deref() {
        Some(code) if code.starts_with(CONSTRAINT) => StorageError::Conflict,
        // Internal errors of the kinds "data corrupted" and "index corrupted".
        Some(code) if code.starts_with(DAMAGE) && code != "XX000" => corrupt("database"),
        Some(code) if FULL.contains(&code) => StorageError::Full(Box::new(error)),
        _ => StorageError::Unavailable(Box::new(error)),
    }
}
