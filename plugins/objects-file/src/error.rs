//! Why a folder cannot be used.

use std::io;
use std::path::PathBuf;

use affiant_backend::StorageError;

/// Why a folder cannot be used for objects.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not there and cannot be made.
    #[error("the folder {0} for files cannot be made or read")]
    Folder(PathBuf, #[source] io::Error),
}

/// What a failure of the disk means.
pub(crate) fn storage(error: io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            StorageError::Full(error.into())
        }
        _ => StorageError::Unavailable(error.into()),
    }
}
