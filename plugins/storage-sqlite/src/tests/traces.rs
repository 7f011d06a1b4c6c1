//! What a deletion leaves in the files: nothing.

use affiant_backend::{
    Content, Deletions as _, FileRow, Keyring as _, Lookup, SecretKind, SecretName, SecretRow,
    SessionId, SessionStore as _, Subject,
};

use super::cases::deletions::full;
use super::cases::rows::A;
use super::cases::{ONE, Part, begun, empty, file, name, next, row, step};
use super::{Fixture, holds};

const CANARY: &[u8] = b"canary-4d1f0c5e-of-sealed-bytes!";

/// Session 1 with the canary everywhere that bytes can be; session 2 beside it.
async fn with_canaries() -> Fixture {
    let it = begun().await;
    let sessions = it.sessions();
    sessions.create(row(2), step(0, b"stays-here-for-ever", true)).await.unwrap();
    sessions.append(next(ONE, 0, 0, step(1, CANARY, true), 1)).await.unwrap();
    sessions.put_resume(&Lookup([9; 32]), ONE, CANARY.to_vec()).await.unwrap();
    let content = Content::Chunks(vec![CANARY.repeat(2_000), CANARY.to_vec()]);
    let name = CANARY.to_vec();
    sessions.put_file(FileRow { content, name, ..file(1, 5) }).await.unwrap();
    sessions.move_to(ONE, Lookup([1; 32]), CANARY.to_vec()).await.unwrap();
    it
}

#[tokio::test]
async fn the_bytes_of_a_deleted_session_leave_database_and_log() {
    let it = with_canaries().await;
    assert!(holds(&it.bytes(), CANARY));
    it.sessions().delete(ONE).await.unwrap();
    // The log is emptied behind the answer; the next write waits for that.
    it.sessions().check().await.unwrap();
    assert!(!holds(&it.bytes(), CANARY));
    assert!(holds(&it.bytes(), b"stays-here-for-ever"));
}

#[tokio::test]
async fn the_bytes_of_a_deleted_file_leave_database_and_log() {
    let it = begun().await;
    it.sessions()
        .put_file(FileRow { content: Content::Chunks(vec![CANARY.repeat(9_000)]), ..file(1, 5) })
        .await
        .unwrap();
    assert!(holds(&it.bytes(), CANARY));
    it.sessions().delete_file(ONE, [5; 16]).await.unwrap();
    it.sessions().check().await.unwrap();
    assert!(!holds(&it.bytes(), CANARY));
}

#[tokio::test]
async fn the_bytes_of_replaced_steps_are_gone_after_closing() {
    let it = begun().await;
    it.sessions().append(next(ONE, 0, 0, step(1, CANARY, true), 1)).await.unwrap();
    it.sessions().append(next(ONE, 1, 0, step(1, b"other", false), 1)).await.unwrap();
    let folder = it.folder;
    it.databases.close().await.unwrap();
    for entry in fs_err::read_dir(folder.path()).unwrap() {
        assert!(!holds(&fs_err::read(entry.unwrap().path()).unwrap(), CANARY));
    }
}

#[tokio::test]
async fn a_deleted_secret_is_in_no_file_when_that_is_acknowledged() {
    let it = begun().await;
    let (secret, other) = (*b"secret-7f02a9-of-a-session-1-1-1", [0xA7; 32]);
    it.put_secret(ONE, &secret).await;
    it.put_secret(SessionId([2; 16]), &other).await;
    assert_eq!(it.secret(ONE).await, Some(secret.to_vec()));
    assert!(holds(&it.bytes(), &secret));
    it.secrets().delete(vec![name(ONE)]).await.unwrap();
    assert!(!holds(&it.bytes(), &secret));
    assert_eq!(it.secret(ONE).await, None);
    assert_eq!(it.secret(SessionId([2; 16])).await, Some(other.to_vec()));
    it.secrets().delete(vec![name(ONE)]).await.unwrap();
}

#[tokio::test]
async fn no_secret_is_in_the_main_database() {
    let it = begun().await;
    it.put_secret(ONE, &[0xA7; 32]).await;
    for file in ["affiant.db", "affiant.db-wal"] {
        let bytes = fs_err::read(it.folder.path().join(file)).unwrap();
        assert!(!holds(&bytes, &[0xA7; 32]), "{file}");
    }
}

#[tokio::test]
async fn the_bytes_of_an_erased_account_leave_database_and_log() {
    let it = full().await;
    assert!(holds(&it.bytes(), &[1; 99]));
    it.sessions().erase(Subject::Account(A), None, None).await.unwrap();
    it.sessions().check().await.unwrap();
    assert!(!holds(&it.bytes(), &[1; 99]));
    assert!(holds(&it.bytes(), &[2; 99]));
}

#[tokio::test]
async fn secrets_that_are_buried_or_wrapped_anew_are_in_no_file() {
    let it = empty().await;
    let ring = it.secrets();
    let secret = |id: u8| {
        let name = SecretName { kind: SecretKind::Account, id: [id; 16], epoch: 0 };
        SecretRow { name, wrapped: vec![id; 70], created: 86_400 }
    };
    ring.put(vec![secret(0xA1), secret(0xA2), secret(0xA3)]).await.unwrap();
    ring.bury(vec![(SecretKind::Account, [0xA1; 16])], 86_400).await.unwrap();
    assert!(!holds(&it.bytes(), &[0xA1; 70]));
    ring.rewrap(vec![1], vec![SecretRow { wrapped: vec![5; 70], ..secret(0xA2) }]).await.unwrap();
    assert!(!holds(&it.bytes(), &[0xA2; 70]));
    assert!(holds(&it.bytes(), &[0xA3; 70]));
}

#[tokio::test]
async fn plain_secrets_of_an_earlier_version_are_in_no_file_when_they_are_replaced() {
    let it = empty().await;
    let (id, plain) = (Fixture::literal(&[1; 16]), Fixture::literal(&[0xC7; 32]));
    let sql = format!("insert into secrets (session, secret) values ({id}, {plain})");
    it.alter(Part::Keyring, &sql).await;
    assert!(holds(&it.bytes(), &[0xC7; 32]));
    let wrapped = SecretRow { name: name(ONE), wrapped: vec![7; 70], created: 86_400 };
    it.secrets().replace_plain(vec![wrapped]).await.unwrap();
    assert!(!holds(&it.bytes(), &[0xC7; 32]));
}
