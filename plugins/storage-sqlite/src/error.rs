//! What errors of the driver mean to the caller.

use std::sync::Arc;

use affiant_backend::StorageError;
use affiant_backend::columns::corrupt;

// Primary result codes (sqlite.org, "Result and Error Codes").
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CONSTRAINT: u32 = 19;
const NOT_A_DATABASE: u32 = 26;

/// What a failure is about, as far as it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Rows that are there, or no longer there, contradict the write.
    Rows,
    /// There is no room for it.
    Room,
    /// The file is damaged, or a row does not decode.
    Damage,
    /// All else: locks, the disk, the driver.
    Service,
}

pub(crate) fn cause(error: &sqlx::Error) -> Cause {
    if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) {
        return Cause::Damage;
    }
    let code = error.as_database_error().and_then(|it| it.code()?.parse::<u32>().ok());
    // Extended codes keep the primary one in their low byte.
    match code.map(|it| it & 0xff) {
        Some(CONSTRAINT) => Cause::Rows,
        Some(FULL) => Cause::Room,
        Some(CORRUPT | NOT_A_DATABASE) => Cause::Damage,
        _ => Cause::Service,
    }
}

/// An error of the driver in the terms of the trait. It is shared, since one commit may fail for
/// many callers.
pub(crate) fn storage(error: Arc<sqlx::Error>) -> StorageError {
    match cause(&error) {
        Cause::Rows => StorageError::Conflict,
        Cause::Room => StorageError::Full(Box::new(error)),
        Cause::Damage => corrupt("database"),
        Cause::Service => StorageError::Unavailable(Box::new(error)),
    }
}

/// An error of the driver while reading.
pub(crate) fn reading(error: sqlx::Error) -> StorageError {
    storage(Arc::new(error))
}
