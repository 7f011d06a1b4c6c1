//! Why a call to storage failed.

/// Any error, kept as cause.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call to storage failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// Another request saved the session or account first, or deleted it. Load it and try again.
    #[error("another request was first")]
    Conflict,

    /// The store did not answer. Trying again later may help.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),

    /// There is no room. Nothing was written.
    #[error("the store is full")]
    Full(#[source] BoxError),

    /// A stored row does not decode: a bug, or a damaged file.
    #[error("a stored {table} row does not decode")]
    Corrupt {
        /// The table.
        table: &'static str,
    },
}
