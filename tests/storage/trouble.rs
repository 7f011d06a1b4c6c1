//! Damaged rows, and databases of other versions.

use affiant_backend::{Keyring as _, Lookup, SessionStore as _, StorageError};
use tokio::task::JoinSet;

use super::{Fixture, ONE, Part, begun, file, next, step};
use crate::OpenError;

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
            .append(next(ONE, revision, number - 1, step(number, b"a", false), 1))
            .await
            .unwrap();
    }
    it.sessions().put_file(file(1, 5)).await.unwrap();
    let lookup = Lookup([1; 32]);

    let (id, short) = (Fixture::literal(&[1; 16]), Fixture::literal(&[7]));
    let sql = format!("insert into secrets (session, secret) values ({id}, {short})");
    it.alter(Part::Keyring, &sql).await;
    corrupt(it.secrets().plain(1).await, "secrets");
    it.alter(Part::Main, "delete from file_chunks where number = 1").await;
    corrupt(it.sessions().find_file(ONE, [5; 16]).await, "file_chunks");
    it.alter(Part::Main, "delete from file_chunks").await;
    corrupt(it.sessions().find_file(ONE, [5; 16]).await, "file_chunks");
    it.alter(Part::Main, "delete from steps where number = 3").await;
    corrupt(it.sessions().load(&lookup, None).await, "steps");
    assert!(it.sessions().load(&lookup, Some(2)).await.is_ok());
    it.alter(Part::Main, "delete from steps where number = 1").await;
    corrupt(it.sessions().load(&lookup, Some(2)).await, "steps");
    it.alter(Part::Main, "delete from steps where number = 0").await;
    corrupt(it.sessions().load(&lookup, Some(0)).await, "steps");
    it.alter(Part::Main, "update sessions set last_step = -1").await;
    corrupt(it.sessions().find(&lookup).await, "sessions");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let it = begun().await;
    let sql = format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (99990101000000, 'from the future', true, {}, 0)",
        Fixture::literal(&[0])
    );
    it.alter(Part::Main, &sql).await;
    let Err(error) = it.reopened().await else { panic!("it was opened") };
    assert!(matches!(error, OpenError::Newer(_)), "{error:?}");
    assert!(error.to_string().contains("newer version"), "{error}");
}
