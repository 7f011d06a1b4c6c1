//! How far sessions are known to have come, by this process and by others.

use affiant_backend::{Heads as _, Lookup, SecretKind, SessionId, SessionRow};

use super::{Fixture, NOW, bytes, secret, session};
use crate::{Keys, Noted};

const ONE: SessionId = SessionId([7; 16]);

/// The row of the session at a revision.
fn row(revision: u64) -> SessionRow {
    SessionRow {
        id: ONE,
        lookup: Lookup([7; 32]),
        interview: "letter".to_owned(),
        wrapped: vec![1],
        revision,
        last_step: 0,
        created: 0,
        touched: 0,
        epoch: 0,
        head: vec![1],
    }
}

async fn noted(keys: &Keys) -> Noted {
    keys.find_session(ONE, 0).await.unwrap().unwrap().1
}

/// A keyring with the session's secret.
async fn with_secret() -> (Fixture, Keys) {
    let it = Fixture::new().await;
    let keys = it.keys(1).await.unwrap();
    keys.put(session(7), &secret(0xA7), NOW).await.unwrap();
    (it, keys)
}

#[tokio::test]
async fn a_session_that_is_older_than_what_is_known_of_it_was_put_back() {
    let (it, keys) = with_secret().await;
    let (found, nothing) = keys.find_session(ONE, 0).await.unwrap().unwrap();
    assert_eq!(bytes(&found), [0xA7; 32]);
    assert!(!nothing.is_put_back(&row(0)), "nobody knows more");
    keys.saw(ONE, 5);
    keys.saw(ONE, 4);
    let other = it.keys(1).await.unwrap();
    for noted_by in ["the process that saw it", "all"] {
        let known = noted(&keys).await;
        for (revision, is_put_back) in [(0, true), (4, true), (5, false), (6, false)] {
            assert_eq!(known.is_put_back(&row(revision)), is_put_back, "{noted_by} {revision}");
            let elsewhere = noted(&other).await.is_put_back(&row(revision));
            assert_eq!(elsewhere, is_put_back && noted_by == "all", "{noted_by} {revision}");
        }
        assert!(known.is_behind(&row(6)) && !known.is_behind(&row(5)));
        keys.note_seen().await.unwrap();
    }
}

#[tokio::test]
async fn a_session_that_had_a_head_must_have_one() {
    let (_it, keys) = with_secret().await;
    let headless = |revision| SessionRow { head: Vec::new(), ..row(revision) };
    assert!(!noted(&keys).await.is_put_back(&headless(9)));
    keys.saw(ONE, 5);
    for revision in [0, 5, 9, u64::MAX] {
        assert!(noted(&keys).await.is_put_back(&headless(revision)), "{revision}");
    }
}

#[tokio::test]
async fn whoever_goes_on_from_an_older_state_does_so_from_that_one_alone() {
    let (_it, keys) = with_secret().await;
    keys.saw(ONE, 5);
    assert!(keys.tell(ONE, 3).await.unwrap());
    assert!(!keys.tell(ONE, 3).await.unwrap());
    let told = noted(&keys).await;
    assert!(told.is_put_back(&row(3)) && !told.is_news(&row(3)) && told.is_news(&row(2)));
    keys.accept(ONE, 3).await.unwrap();
    let known = noted(&keys).await;
    assert!(!known.is_put_back(&row(3)));
    assert!(known.is_put_back(&row(2)) && known.is_put_back(&row(4)));
    // The next change is far beyond all that was ever stored.
    let next = known.next(&row(3));
    assert!(next > 1_000_000 && known.next(&row(5)) == 6 && known.next(&row(6)) == 7);
    keys.saw(ONE, next);
    let known = noted(&keys).await;
    assert!(known.is_put_back(&row(3)), "that was decided of the state before");
    assert!(!known.is_put_back(&row(next)));
    keys.note_seen().await.unwrap();
    assert_eq!(noted(&keys).await, known);
}

#[tokio::test]
async fn nothing_is_noted_of_what_was_deleted() {
    let (it, keys) = with_secret().await;
    keys.saw(ONE, 5);
    keys.bury(vec![(SecretKind::Session, ONE.0)], NOW).await.unwrap();
    keys.note_seen().await.unwrap();
    assert_eq!(it.databases.secrets.noted(None, 10).await.unwrap(), []);
    assert!(keys.find_session(ONE, 0).await.unwrap().is_none());
}

#[tokio::test]
async fn what_cannot_be_noted_is_kept_for_the_next_time() {
    let (it, keys) = with_secret().await;
    keys.saw(ONE, 5);
    it.databases.close().await.unwrap();
    assert!(keys.note_seen().await.is_err());
    assert_eq!(keys.seen.of(ONE), Some(5));
}

#[tokio::test]
async fn more_sessions_than_are_noted_at_once_are_noted() {
    let it = Fixture::new().await;
    let keys = it.keys(1).await.unwrap();
    for id in 0..=255_u8 {
        keys.put(session(id), &secret(id), NOW).await.unwrap();
        for near in 0..4_u8 {
            let mut other = [id; 16];
            other[15] = near;
            keys.saw(SessionId(other), 1);
        }
        keys.saw(SessionId([id; 16]), 2);
    }
    keys.note_seen().await.unwrap();
    let noted = it.databases.secrets.noted(None, 2_000).await.unwrap();
    assert_eq!(noted.len(), 256, "those without a secret are not there");
    assert!(noted.iter().all(|it| it.revision == 2));
}
