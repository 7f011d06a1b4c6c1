//! What `SQLite`'s errors mean to the caller.

use affiant_backend::StorageError;

/// Primary result codes (sqlite.org, "Result and Error Codes").
const FULL: &str = "13";
const CORRUPT: &str = "11";
const NOT_A_DATABASE: &str = "26";

/// An error of the driver in the terms of the trait.
pub(crate) fn storage(error: sqlx::Error) -> StorageError {
    let code = error.as_database_error().and_then(|it| it.code().map(std::borrow::Cow::into_owned));
    // Extended codes keep the primary one in their low byte.
    let primary =
        code.as_deref().and_then(|it| it.parse::<u32>().ok()).map(|it| (it & 0xff).to_string());
    match primary.as_deref() {
        Some(FULL) => StorageError::Full(error.into()),
        Some(CORRUPT | NOT_A_DATABASE) => StorageError::Corrupt { table: "database" },
        _ => StorageError::Unavailable(error.into()),
    }
}

/// A stored value of the wrong length or range.
pub(crate) fn corrupt(table: &'static str) -> StorageError {
    StorageError::Corrupt { table }
}
