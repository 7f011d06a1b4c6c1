//! The files of the databases.

use affiant_backend::{Keyring as _, Lookup, SessionStore as _};

use super::cases::sessions::five_steps;
use super::cases::{ONE, begun, name};
use super::open;
use crate::{Databases, Options};

#[tokio::test]
async fn what_was_acknowledged_is_in_the_files_without_closing() {
    let it = five_steps().await;
    it.put_secret(ONE, &[7; 32]).await;
    // What a crash leaves: the files as they are now.
    let crashed = tempfile::tempdir().unwrap();
    for file in ["affiant.db", "affiant.db-wal", "keyring.db", "keyring.db-wal"] {
        fs_err::copy(it.folder.path().join(file), crashed.path().join(file)).unwrap();
    }
    let again = open(&crashed, None).await;
    let (found, history) = again.main.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((found.revision, history.deltas.len()), (5, 2));
    assert_eq!(again.secrets.find(name(ONE)).await.unwrap(), Some(vec![7; 32]));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let it = begun().await;
    it.put_secret(ONE, &[7; 32]).await;
    for entry in fs_err::read_dir(it.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap().path().join("nowhere");
    let error = Databases::open(&Options { folder, max_pages: None }).await.unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}
