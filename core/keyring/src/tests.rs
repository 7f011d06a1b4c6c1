//! The keyring under its master key, on the real store.

mod heads;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use affiant_backend::{Keyring as _, SecretKind, SecretName, StorageError};
use affiant_storage_sqlite::{Databases, Options};
use affiant_vault::{Master, NoRandomness, Randomness, Secret};
use tempfile::TempDir;

use crate::{Keys, OpenError, audit_epoch, day, job_epoch, sign_in_epoch};

/// Bytes that differ from call to call.
#[derive(Default)]
struct Counting(AtomicU8);

impl Randomness for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        buffer.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

const NOW: i64 = 1_795_000_000;

fn secret(byte: u8) -> Secret {
    Secret::take(&mut [byte; 32])
}

fn bytes(secret: &Secret) -> [u8; 32] {
    secret.reveal(|it| *it)
}

fn session(id: u8) -> SecretName {
    SecretName { kind: SecretKind::Session, id: [id; 16], epoch: 0 }
}

struct Fixture {
    _folder: TempDir,
    databases: Databases,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { folder: folder.path().to_owned(), max_pages: None };
        Self { databases: Databases::open(&options).await.unwrap(), _folder: folder }
    }

    async fn keys(&self, master: u8) -> Result<Keys, OpenError> {
        let ring = Arc::new(self.databases.secrets.clone());
        Keys::open(ring, Master::take(&mut [master; 32]), Arc::new(Counting::default()), NOW).await
    }
}

#[tokio::test]
async fn a_secret_comes_back_and_is_stored_wrapped() {
    let it = Fixture::new().await;
    let keys = it.keys(1).await.unwrap();
    keys.put(session(7), &secret(0xA7), NOW).await.unwrap();
    assert_eq!(keys.find(session(7)).await.unwrap().as_ref().map(bytes), Some([0xA7; 32]));
    assert!(keys.find(session(8)).await.unwrap().is_none());
    let stored = it.databases.secrets.find(session(7)).await.unwrap().unwrap();
    assert!(!stored.windows(8).any(|it| it == [0xA7; 8]));
    assert!(matches!(keys.put(session(7), &secret(1), NOW).await, Err(StorageError::Conflict)));
}

#[tokio::test]
async fn another_master_key_is_refused_before_anything_is_written() {
    let it = Fixture::new().await;
    it.keys(1).await.unwrap().put(session(7), &secret(0xA7), NOW).await.unwrap();
    let mark = it.databases.secrets.mark().await.unwrap();
    let other = it.keys(2).await;
    assert!(matches!(other, Err(OpenError::OtherMaster)));
    assert_eq!(it.databases.secrets.mark().await.unwrap(), mark);
    let again = it.keys(1).await.unwrap();
    assert!(again.find(session(7)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_secret_that_was_moved_does_not_unwrap() {
    let it = Fixture::new().await;
    let keys = it.keys(1).await.unwrap();
    keys.put(session(7), &secret(0xA7), NOW).await.unwrap();
    let ring = &it.databases.secrets;
    let wrapped = ring.find(session(7)).await.unwrap().unwrap();
    for name in [
        session(8),
        SecretName { epoch: 1, ..session(7) },
        SecretName { kind: SecretKind::Account, ..session(7) },
    ] {
        let row = affiant_backend::SecretRow { name, wrapped: wrapped.clone(), created: 0 };
        ring.put(vec![row]).await.unwrap();
        let found = keys.find(name).await;
        assert!(matches!(found, Err(StorageError::Corrupt { .. })), "{name:?}");
    }
}

#[tokio::test]
async fn the_secret_of_an_epoch_is_made_once_and_retired() {
    let it = Fixture::new().await;
    let keys = it.keys(1).await.unwrap();
    let today = sign_in_epoch(NOW);
    for epoch in [today - 2, today - 1, today] {
        let made = keys.of_epoch(SecretKind::SignIn, epoch, NOW).await.unwrap();
        let found = keys.of_epoch(SecretKind::SignIn, epoch, NOW).await.unwrap();
        assert_eq!(bytes(&made), bytes(&found));
    }
    keys.of_epoch(SecretKind::Audit, audit_epoch(NOW) - 14, NOW).await.unwrap();
    keys.of_epoch(SecretKind::Audit, audit_epoch(NOW) - 13, NOW).await.unwrap();
    keys.of_epoch(SecretKind::Job, job_epoch(NOW) - 2, NOW).await.unwrap();
    assert_eq!(keys.retire(NOW).await.unwrap(), 3);
    assert_eq!(keys.retire(NOW).await.unwrap(), 0);
    let left = async |kind| {
        let all = it.databases.secrets.epochs(kind, [0; 16]).await.unwrap();
        all.iter().map(|it| it.name.epoch).collect::<Vec<_>>()
    };
    assert_eq!(left(SecretKind::SignIn).await, [today - 1, today]);
    assert_eq!(left(SecretKind::Audit).await, [audit_epoch(NOW) - 13]);
    assert_eq!(left(SecretKind::Job).await, [0; 0]);
}

#[tokio::test]
async fn the_secret_of_what_is_scheduled_is_one_and_is_not_retired() {
    let it = Fixture::new().await;
    let keys = it.keys(1).await.unwrap();
    let made = keys.worker(NOW).await.unwrap();
    keys.of_epoch(SecretKind::Job, job_epoch(NOW) - 2, NOW).await.unwrap();
    assert_eq!(keys.retire(NOW).await.unwrap(), 1);
    assert_eq!(bytes(&keys.worker(NOW).await.unwrap()), bytes(&made));
}

#[tokio::test]
async fn what_was_buried_is_found_no_more_and_cannot_come_back() {
    let it = Fixture::new().await;
    let keys = it.keys(1).await.unwrap();
    keys.put(session(7), &secret(0xA7), NOW).await.unwrap();
    keys.bury(vec![(SecretKind::Session, [7; 16])], NOW).await.unwrap();
    assert!(keys.find(session(7)).await.unwrap().is_none());
    let again = keys.put(session(7), &secret(0xA7), NOW).await;
    assert!(matches!(again, Err(StorageError::Conflict)));
    assert_eq!(it.databases.secrets.buried().await.unwrap()[0].day, day(NOW));
}

#[tokio::test]
async fn all_secrets_move_under_another_master_key() {
    let it = Fixture::new().await;
    let mut keys = it.keys(1).await.unwrap();
    for id in 1..=5 {
        keys.put(session(id), &secret(id), NOW).await.unwrap();
    }
    keys.of_epoch(SecretKind::Audit, 5, NOW).await.unwrap();
    assert_eq!(keys.change_master(Master::take(&mut [2; 32])).await.unwrap(), 6);
    assert_eq!(keys.find(session(3)).await.unwrap().as_ref().map(bytes), Some([3; 32]));
    assert!(matches!(it.keys(1).await, Err(OpenError::OtherMaster)));
    let opened = it.keys(2).await.unwrap();
    assert_eq!(opened.find(session(4)).await.unwrap().as_ref().map(bytes), Some([4; 32]));
}

#[test]
fn epochs_begin_where_day_hour_and_month_do() {
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let (last, first) = (at("2028-02-29T23:59:59Z"), at("2028-03-01T00:00:00Z"));
    assert_eq!(sign_in_epoch(first), sign_in_epoch(last) + 1);
    assert_eq!(job_epoch(first), job_epoch(last) + 1);
    assert_eq!(audit_epoch(first), audit_epoch(last) + 1);
    assert_eq!(
        audit_epoch(at("2027-01-01T00:00:00Z")),
        audit_epoch(at("2026-12-31T00:00:00Z")) + 1
    );
    assert_eq!((day(last), day(first)), (first - 86_400, first));
    assert_eq!((sign_in_epoch(-5), audit_epoch(-5), audit_epoch(i64::MAX)), (0, 23_640, 119_999));
}
