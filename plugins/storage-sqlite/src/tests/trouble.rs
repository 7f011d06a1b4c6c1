//! Full disks, damaged rows, files of other versions.

use std::error::Error as _;

use affiant_backend::{Content, Lookup, SessionStore as _, StorageError};
use tokio::task::JoinSet;

use super::Fixture;
use super::cases::{ONE, begun, file, next, row, step};
use crate::{Databases, OpenError, Options};

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_what_was_there() {
    let it = Fixture::with_pages(Some(40)).await;
    let sessions = it.sessions();
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    let before = sessions.load(&Lookup([1; 32]), None).await.unwrap();
    let big = sessions.append(next(ONE, 0, 0, step(1, &vec![1; 200_000], false), 1)).await;
    assert!(matches!(big, Err(StorageError::Full(_))), "{big:?}");
    let mut large = file(1, 5);
    large.content = Content::Chunks(vec![vec![1; 50_000]; 4]);
    let large = sessions.put_file(large).await;
    assert!(matches!(large, Err(StorageError::Full(_))), "{large:?}");
    assert_eq!(sessions.load(&Lookup([1; 32]), None).await.unwrap(), before);
    assert_eq!(sessions.find_file(ONE, [5; 16]).await.unwrap(), None);
    sessions.append(next(ONE, 0, 0, step(1, b"small", false), 1)).await.unwrap();
}

#[tokio::test]
async fn a_write_that_finds_no_room_does_not_take_others_with_it() {
    let it = Fixture::with_pages(Some(60)).await;
    let mut writes = JoinSet::new();
    // On one thread all of them wait before the writer runs, so they share a commit.
    for number in 1..=20 {
        let sessions = it.sessions().clone();
        let body = if number == 10 { vec![1; 300_000] } else { vec![1; 10] };
        writes.spawn(
            async move { (number, sessions.create(row(number), step(0, &body, true)).await) },
        );
    }
    for (number, result) in writes.join_all().await {
        match result {
            Ok(()) => assert_ne!(number, 10),
            Err(StorageError::Full(_)) => assert_eq!(number, 10),
            Err(other) => panic!("{number}: {other}"),
        }
    }
    for number in 1..=20 {
        let found = it.sessions().find(&Lookup([number; 32])).await.unwrap();
        assert_eq!(found.is_some(), number != 10, "{number}");
    }
}

async fn opened(folder: tempfile::TempDir) -> Result<Databases, OpenError> {
    Databases::open(&Options { folder: folder.path().to_owned(), max_pages: None }).await
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keyring.db");
    let text = "dear diary, ".repeat(1000);
    fs_err::write(&path, &text).unwrap();
    let options = Options { folder: folder.path().to_owned(), max_pages: None };
    let error = Databases::open(&options).await.unwrap_err();
    assert!(matches!(error, OpenError::Open(..)), "{error:?}");
    assert!(error.to_string().contains("keyring.db") && error.source().is_some(), "{error}");
    assert_eq!(fs_err::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_corrupt_or_is_refused() {
    let it = begun().await;
    for number in 1..=200 {
        let revision = u64::from(number) - 1;
        it.sessions()
            .append(next(ONE, revision, number - 1, step(number, &[1; 500], false), 1))
            .await
            .unwrap();
    }
    let Fixture { folder, databases } = it;
    databases.close().await.unwrap();
    let path = folder.path().join("affiant.db");
    let mut bytes = fs_err::read(&path).unwrap();
    // All pages behind the first, which holds the schema.
    bytes[4096..].fill(0xEE);
    fs_err::write(&path, bytes).unwrap();
    if let Ok(again) = opened(folder).await {
        let read = again.main.load(&Lookup([1; 32]), None).await;
        assert!(matches!(read, Err(StorageError::Corrupt { .. })), "{read:?}");
    }
}
