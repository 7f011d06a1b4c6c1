//! How far sessions have come, in the keyring.

use affiant_backend::{
    Heads as _, Keyring as _, NotedRow, SecretKind, SecretName, SecretRow, SessionId,
};

use super::{Fixture, ONE, empty, name};

const TWO: SessionId = SessionId([2; 16]);

fn noted(session: SessionId, revision: u64) -> NotedRow {
    NotedRow { session, revision, accepted: None, told: None }
}

async fn found(it: &Fixture, session: SessionId) -> Option<NotedRow> {
    it.secrets().find_session(session, 0).await.unwrap().unwrap().1
}

/// Sessions 1 and 2 have secrets.
async fn two() -> Fixture {
    let it = empty().await;
    for (session, byte) in [(ONE, 1), (TWO, 2)] {
        it.put_secret(session, &[byte; 32]).await;
    }
    it
}

#[tokio::test]
async fn a_session_is_found_with_its_secret_and_what_is_noted_of_it() {
    let it = two().await;
    let ring = it.secrets();
    assert_eq!(ring.find_session(ONE, 0).await.unwrap(), Some((vec![1; 32], None)));
    ring.note(vec![(TWO, 7), (ONE, 3)]).await.unwrap();
    let one = Some((vec![1; 32], Some(noted(ONE, 3))));
    assert_eq!(ring.find_session(ONE, 0).await.unwrap(), one);
    assert_eq!(found(&it, TWO).await, Some(noted(TWO, 7)));
    assert_eq!(ring.find_session(ONE, 1).await.unwrap(), None);
    assert_eq!(ring.find_session(SessionId([3; 16]), 0).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_noted_only_rises() {
    let it = two().await;
    for (revision, expected) in [(5, 5), (3, 5), (5, 5), (6, 6), (0, 6), (1_u64 << 40, 1 << 40)] {
        it.secrets().note(vec![(ONE, revision)]).await.unwrap();
        assert_eq!(found(&it, ONE).await, Some(noted(ONE, expected)));
    }
}

#[tokio::test]
async fn what_was_accepted_and_told_ends_with_the_next_change() {
    let it = two().await;
    let ring = it.secrets();
    assert!(!ring.tell(ONE, 3).await.unwrap(), "nothing is noted of it");
    ring.accept(ONE, 3).await.unwrap();
    assert_eq!(found(&it, ONE).await, None);
    ring.note(vec![(ONE, 5), (TWO, 5)]).await.unwrap();
    ring.accept(ONE, 3).await.unwrap();
    assert!(ring.tell(ONE, 3).await.unwrap());
    assert!(!ring.tell(ONE, 3).await.unwrap(), "once");
    assert!(ring.tell(ONE, 2).await.unwrap(), "another state is news");
    let decided = NotedRow { accepted: Some(3), told: Some(2), ..noted(ONE, 5) };
    assert_eq!(found(&it, ONE).await, Some(decided));
    assert_eq!(found(&it, TWO).await, Some(noted(TWO, 5)));
    ring.note(vec![(ONE, 5)]).await.unwrap();
    assert_eq!(found(&it, ONE).await, Some(decided));
    ring.note(vec![(ONE, 6)]).await.unwrap();
    assert_eq!(found(&it, ONE).await, Some(noted(ONE, 6)));
}

#[tokio::test]
async fn a_note_goes_with_the_secrets_and_none_is_made_without() {
    let it = two().await;
    let ring = it.secrets();
    ring.note(vec![(ONE, 5), (TWO, 6), (SessionId([3; 16]), 7)]).await.unwrap();
    assert_eq!(ring.noted(None, 10).await.unwrap(), [noted(ONE, 5), noted(TWO, 6)]);
    ring.bury(vec![(SecretKind::Session, ONE.0)], 0).await.unwrap();
    assert_eq!(ring.noted(None, 10).await.unwrap(), [noted(TWO, 6)]);
    ring.note(vec![(ONE, 8)]).await.unwrap();
    // An account may have the same id.
    ring.bury(vec![(SecretKind::Account, TWO.0)], 0).await.unwrap();
    assert_eq!(ring.noted(None, 10).await.unwrap(), [noted(TWO, 6)]);
}

#[tokio::test]
async fn a_session_with_new_keys_keeps_what_is_noted_of_it() {
    let it = two().await;
    let ring = it.secrets();
    ring.note(vec![(ONE, 5)]).await.unwrap();
    let next = SecretName { epoch: 1, ..name(ONE) };
    ring.put(vec![SecretRow { name: next, wrapped: vec![9; 32], created: 0 }]).await.unwrap();
    ring.note(vec![(ONE, 6)]).await.unwrap();
    ring.delete(vec![name(ONE)]).await.unwrap();
    let found = ring.find_session(ONE, 1).await.unwrap();
    assert_eq!(found, Some((vec![9; 32], Some(noted(ONE, 6)))));
    ring.note(vec![(ONE, 7)]).await.unwrap();
    assert_eq!(ring.noted(None, 10).await.unwrap(), [noted(ONE, 7)]);
}

#[tokio::test]
async fn notes_are_listed_page_by_page() {
    let it = two().await;
    it.put_secret(SessionId([3; 16]), &[3; 32]).await;
    let ring = it.secrets();
    let all = [1, 2, 3].map(|it| (SessionId([it; 16]), u64::from(it)));
    ring.note(all.to_vec()).await.unwrap();
    let first = ring.noted(None, 2).await.unwrap();
    assert_eq!(first, [noted(ONE, 1), noted(TWO, 2)]);
    let rest = ring.noted(Some(TWO), 2).await.unwrap();
    assert_eq!(rest, [noted(SessionId([3; 16]), 3)]);
}
