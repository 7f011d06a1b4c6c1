//! What is kept in memory of sessions in use.

use std::sync::Arc;

use affiant_backend::{Change, GrantRole, History, Lookup, SessionId, SessionStore as _};

use super::Fixture;
use super::cases::accounts::two;
use super::cases::rows::{A, grant};
use super::cases::{ONE, begun, conflict, empty, next, row, step};
use crate::recent::Recent;

/// What the store says of sessions 1 to 4, and what the database says to somebody who just came.
async fn compare(it: &Fixture) {
    let fresh = it.beside().await;
    for number in 1..=4 {
        let lookup = Lookup([number; 32]);
        for up_to in [None, Some(2), Some(99)] {
            let kept = it.sessions().load(&lookup, up_to).await.unwrap();
            let stored = fresh.main.load(&lookup, up_to).await.unwrap();
            assert_eq!(kept, stored, "session {number} up to {up_to:?}");
        }
    }
    // It wrote nothing: that the other one reads the log now is no fault of it.
    let _ = fresh.close().await;
}

#[tokio::test]
async fn what_is_kept_says_what_the_database_says_whatever_is_done() {
    let it = empty().await;
    let mut random = 1_u32;
    for turn in 0..120_u32 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let number = u8::try_from(random >> 28 & 3).unwrap() + 1;
        let (session, lookup) = (SessionId([number; 16]), Lookup([number; 32]));
        let there = it.sessions().load(&lookup, None).await.unwrap();
        let Some((found, _)) = there else {
            it.sessions().create(row(number), step(0, b"zero", true)).await.unwrap();
            continue;
        };
        let (revision, last) = (found.revision, found.last_step);
        let body = turn.to_be_bytes();
        match random >> 24 & 15 {
            0 => it.sessions().delete(session).await.unwrap(),
            1 => conflict(
                it.sessions()
                    .append(next(session, revision + 1, last, step(last + 1, &body, false), 1))
                    .await,
            ),
            2 => it.sessions().move_to(session, lookup, vec![9; 4]).await.unwrap(),
            3 | 4 => {
                let after = last / 2;
                let added = step(after + 1, &body, false);
                it.sessions().append(next(session, revision, after, added, 5)).await.unwrap();
            }
            kind => {
                let added = step(last + 1, &body, kind == 5);
                it.sessions()
                    .append(next(session, revision, last, added, turn.into()))
                    .await
                    .unwrap();
            }
        }
        compare(&it).await;
    }
}

#[tokio::test]
async fn a_session_that_was_taken_over_is_read_anew() {
    let it = two().await;
    it.sessions().create(row(1), step(0, b"zero", true)).await.unwrap();
    let lookup = Lookup([1; 32]);
    assert!(!it.sessions().load(&lookup, None).await.unwrap().unwrap().0.is_owned());
    it.commit(vec![Change::TakeOver(grant(1, A, GrantRole::Owner))]).await.unwrap();
    assert!(it.sessions().load(&lookup, None).await.unwrap().unwrap().0.is_owned());
}

#[tokio::test]
async fn what_another_process_changed_is_a_conflict_and_then_read() {
    let it = begun().await;
    let other = it.beside().await;
    other.main.append(next(ONE, 0, 0, step(1, b"theirs", false), 5)).await.unwrap();
    conflict(it.sessions().append(next(ONE, 0, 0, step(1, b"ours", false), 6)).await);
    let (row, history) = it.sessions().load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((row.revision, row.last_step), (1, 1));
    assert_eq!(history.deltas, vec![(1, b"theirs".to_vec())]);
    other.close().await.unwrap();
}

fn history(length: usize) -> Arc<History> {
    Arc::new(History { snapshot: Some((0, vec![7; length])), deltas: Vec::new() })
}

#[test]
fn what_was_read_while_something_was_committed_is_not_kept() {
    let recent = Recent::default();
    let begun = recent.of(&Lookup([1; 32]), None).unwrap_err();
    recent.forget(SessionId([2; 16]));
    recent.read(begun, &row(1), &history(10));
    let begun = recent.of(&Lookup([1; 32]), None).unwrap_err();
    recent.read(begun, &row(1), &history(10));
    assert_eq!(recent.of(&Lookup([1; 32]), None).unwrap(), (row(1), history(10)));
}

#[test]
fn what_was_used_longest_ago_leaves_when_there_is_no_room() {
    let recent = Recent::default();
    let keep = |number: u8, length: usize| {
        let lookup = Lookup([number; 32]);
        if let Err(begun) = recent.of(&lookup, None) {
            recent.read(begun, &row(number), &history(length));
        }
        recent.of(&lookup, None).is_ok()
    };
    assert!(!keep(200, 1 << 20), "it is too large");
    // A little more than the room, where the first one is used again and again.
    for number in 1..=40 {
        assert!(keep(number, 250 << 10));
        assert!(keep(1, 250 << 10));
    }
    let kept = (1..=40).filter(|it| recent.of(&Lookup([*it; 32]), None).is_ok());
    let kept: Vec<u8> = kept.collect();
    assert!((30..40).contains(&kept.len()), "{kept:?}");
    assert_eq!((kept[0], kept[1]), (1, 42 - u8::try_from(kept.len()).unwrap()));
}
