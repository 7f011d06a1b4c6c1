//! Full disks, damaged rows, files of other versions.

use std::error::Error as _;

use affiant_backend::{Keyring as _, Lookup, SessionStore as _, StorageError};
use tokio::task::JoinSet;

use super::{Fixture, ONE, begun, file, row, step, with_pages};
use crate::{Databases, OpenError, Options};

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_what_was_there() {
    let it = with_pages(Some(40)).await;
    let sessions = it.sessions();
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    let before = sessions.load(&Lookup([1; 32]), None).await.unwrap();
    let big = sessions.append(ONE, 0, 0, step(1, &vec![1; 200_000], false), 1).await;
    assert!(matches!(big, Err(StorageError::Full(_))), "{big:?}");
    let mut large = file(1, 5);
    large.chunks = vec![vec![1; 50_000]; 4];
    let large = sessions.put_file(large).await;
    assert!(matches!(large, Err(StorageError::Full(_))), "{large:?}");
    assert_eq!(sessions.load(&Lookup([1; 32]), None).await.unwrap(), before);
    assert_eq!(sessions.find_file(ONE, [5; 16]).await.unwrap(), None);
    assert_eq!(sessions.append(ONE, 0, 0, step(1, b"small", false), 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_write_that_finds_no_room_does_not_take_others_with_it() {
    let it = with_pages(Some(60)).await;
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

#[tokio::test]
async fn a_write_that_contradicts_a_row_does_not_take_others_with_it() {
    let it = begun().await;
    let mut writes = JoinSet::new();
    for number in [2, 1, 3] {
        let sessions = it.sessions().clone();
        writes.spawn(async move { (number, sessions.put_file(file(number, 5)).await) });
    }
    for (number, result) in writes.join_all().await {
        match result {
            Ok(()) => assert_eq!(number, 1),
            Err(StorageError::Conflict) => assert_ne!(number, 1),
            Err(other) => panic!("{number}: {other}"),
        }
    }
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), Some(file(1, 5)));
}

fn corrupt<T: std::fmt::Debug>(result: Result<T, StorageError>, named: &str) {
    match result {
        Err(StorageError::Corrupt { table }) => assert_eq!(table, named),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_damaged_row_is_said_to_be_corrupt() {
    let it = begun().await;
    for number in 1..=3 {
        let revision = u64::from(number) - 1;
        it.sessions()
            .append(ONE, revision, number - 1, step(number, b"a", false), 1)
            .await
            .unwrap();
    }
    it.sessions().put_file(file(1, 5)).await.unwrap();
    let lookup = Lookup([1; 32]);

    it.alter(
        "keyring.db",
        "insert into secrets (session, secret) values (x'01010101010101010101010101010101', x'07')",
    )
    .await;
    corrupt(it.secrets().plain(1).await, "secrets");
    it.alter("affiant.db", "delete from file_chunks where number = 1").await;
    corrupt(it.sessions().find_file(ONE, [5; 16]).await, "file_chunks");
    it.alter("affiant.db", "delete from file_chunks").await;
    corrupt(it.sessions().find_file(ONE, [5; 16]).await, "file_chunks");
    it.alter("affiant.db", "delete from steps where number = 3").await;
    corrupt(it.sessions().load(&lookup, None).await, "steps");
    assert!(it.sessions().load(&lookup, Some(2)).await.is_ok());
    it.alter("affiant.db", "delete from steps where number = 1").await;
    corrupt(it.sessions().load(&lookup, Some(2)).await, "steps");
    it.alter("affiant.db", "delete from steps where number = 0").await;
    corrupt(it.sessions().load(&lookup, Some(0)).await, "steps");
    it.alter("affiant.db", "update sessions set last_step = -1").await;
    corrupt(it.sessions().find(&lookup).await, "sessions");
}

async fn opened(folder: tempfile::TempDir) -> Result<Databases, OpenError> {
    Databases::open(&Options { folder: folder.path().to_owned(), max_pages: None }).await
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let it = begun().await;
    it.alter(
        "affiant.db",
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (99990101000000, 'from the future', true, x'00', 0)",
    )
    .await;
    let Fixture { folder, databases } = it;
    databases.close().await.unwrap();
    let error = opened(folder).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer(_)), "{error:?}");
    assert!(error.to_string().contains("newer version"), "{error}");
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
            .append(ONE, revision, number - 1, step(number, &[1; 500], false), 1)
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
