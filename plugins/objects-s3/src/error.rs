//! What can be wrong with options, and what a failure of the server means.

use affiant_backend::StorageError;
use object_store::Error;

/// Why a bucket cannot be used as it was described.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// The endpoint is no address.
    #[error("the endpoint `{0}` is no address: write it as https://s3.example.org")]
    Endpoint(String),

    /// The options do not fit together.
    #[error("the bucket cannot be used as it is described")]
    Bucket(#[from] Error),

    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),

    /// The client cannot be set up.
    #[error("requests to the bucket cannot be set up")]
    Client(#[from] reqwest::Error),
}

/// What servers say, each in its own words, when there is no room.
const FULL: [&str; 3] = ["QuotaExceeded", "StorageFull", "InsufficientStorage"];

/// What a failure means for whoever called.
pub(crate) fn storage(error: Error) -> StorageError {
    let told = told(&error);
    if FULL.iter().any(|it| told.contains(it)) {
        return StorageError::Full(error.into());
    }
    StorageError::Unavailable(error.into())
}

/// Whether the server says that there is no such object, and not that there is no such bucket.
pub(crate) fn is_missing(error: &Error) -> bool {
    matches!(error, Error::NotFound { .. }) && !told(error).contains("NoSuchBucket")
}

/// All that an error and its causes say.
fn told(error: &Error) -> String {
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(it) = cause {
        told.push('\n');
        told.push_str(&it.to_string());
        cause = it.source();
    }
    told
}
