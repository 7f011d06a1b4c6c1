//! Sessions and their steps.

use affiant_backend::{
    Keyring as _, Lookup, NextStep, SessionRow, SessionStore as _, StorageError,
};
use tokio::task::JoinSet;

use super::{Fixture, ONE, begun, empty, head, next, row, step};

/// Session 1 with five steps and a snapshot at the third.
pub(crate) async fn five_steps() -> Fixture {
    let it = begun().await;
    for number in 1..=5_u32 {
        let added = step(number, format!("step {number}").as_bytes(), number == 3);
        let revision = u64::from(number - 1);
        it.sessions().append(next(ONE, revision, number - 1, added, 200)).await.unwrap();
    }
    it
}

#[tokio::test]
async fn a_session_comes_back_as_it_was_stored() {
    let it = begun().await;
    assert_eq!(it.sessions().find(&Lookup([1; 32])).await.unwrap(), Some(row(1)));
    assert_eq!(it.sessions().find(&Lookup([2; 32])).await.unwrap(), None);
    assert_eq!(it.sessions().load(&Lookup([2; 32]), None).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_loads_from_its_newest_snapshot_on() {
    let it = five_steps().await;
    let (found, history) = it.sessions().load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((found.revision, found.last_step, found.touched), (5, 5, 200));
    assert_eq!(found.head, head(5).sealed);
    assert_eq!(history.snapshot, Some((3, b"step 3".to_vec())));
    assert_eq!(history.deltas, vec![(4, b"step 4".to_vec()), (5, b"step 5".to_vec())]);
}

#[tokio::test]
async fn an_earlier_step_loads_from_the_snapshot_before_it() {
    let it = five_steps().await;
    let at =
        async |step| it.sessions().load(&Lookup([1; 32]), Some(step)).await.unwrap().unwrap().1;
    let second = at(2).await;
    assert_eq!(second.snapshot, Some((0, b"zero".to_vec())));
    assert_eq!(second.deltas, vec![(1, b"step 1".to_vec()), (2, b"step 2".to_vec())]);
    assert_eq!(at(3).await.snapshot, Some((3, b"step 3".to_vec())));
    assert_eq!(at(3).await.deltas, vec![]);
    assert_eq!(at(99).await, at(5).await);
}

#[tokio::test]
async fn answering_differently_replaces_the_steps_behind_with_their_snapshots() {
    let it = five_steps().await;
    it.sessions().append(next(ONE, 5, 1, step(2, b"other", false), 1)).await.unwrap();
    let (found, history) = it.sessions().load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((found.revision, found.last_step), (6, 2));
    assert_eq!(history.snapshot, Some((0, b"zero".to_vec())));
    assert_eq!(history.deltas, vec![(1, b"step 1".to_vec()), (2, b"other".to_vec())]);
}

#[tokio::test]
async fn a_step_brings_the_session_to_the_revision_that_its_head_says() {
    let it = five_steps().await;
    for (expected, after, revision) in [(5, 5, 1_000_000), (1_000_000, 2, 1_000_001)] {
        let added = step(after + 1, b"later", false);
        let step = NextStep { head: head(revision), ..next(ONE, expected, after, added, 300) };
        it.sessions().append(step).await.unwrap();
        let found = it.sessions().find(&Lookup([1; 32])).await.unwrap().unwrap();
        assert_eq!((found.revision, found.last_step), (revision, after + 1));
        assert_eq!(found.head, head(revision).sealed);
    }
}

#[tokio::test]
async fn a_write_that_does_not_fit_what_is_there_is_a_conflict_and_changes_nothing() {
    let it = five_steps().await;
    let sessions = it.sessions();
    let before = sessions.load(&Lookup([1; 32]), None).await.unwrap();
    let gone = affiant_backend::SessionId([7; 16]);
    let stale = sessions.append(next(ONE, 4, 5, step(6, b"", false), 9)).await;
    let ahead = sessions.append(next(ONE, 5, 6, step(7, b"", false), 9)).await;
    let nowhere = sessions.append(next(gone, 0, 0, step(1, b"", false), 9)).await;
    let again = sessions.create(row(1), step(0, b"", true)).await;
    let lookup_taken = SessionRow { lookup: Lookup([1; 32]), ..row(2) };
    let taken = sessions.create(lookup_taken, step(0, b"", true)).await;
    let code = sessions.put_resume(&Lookup([9; 32]), gone, vec![]).await;
    let moved = sessions.move_to(gone, Lookup([8; 32]), vec![]).await;
    let file = sessions.put_file(super::file(7, 1)).await;
    for (number, result) in
        [stale, ahead, nowhere, again, taken, code, moved, file].into_iter().enumerate()
    {
        assert!(matches!(result, Err(StorageError::Conflict)), "{number}: {result:?}");
    }
    assert_eq!(sessions.load(&Lookup([1; 32]), None).await.unwrap(), before);
    assert_eq!(sessions.find_resume(&Lookup([9; 32])).await.unwrap(), None);
}

#[tokio::test]
async fn of_many_writes_at_once_each_gets_its_own_answer() {
    let it = empty().await;
    for number in 1..=40 {
        it.sessions().create(row(number), step(0, b"zero", true)).await.unwrap();
    }
    let is_stale = |number: u8| number.is_multiple_of(4);
    let mut writes = JoinSet::new();
    for number in 1..=40_u8 {
        let (one, other) = (it.sessions().clone(), it.sessions().clone());
        writes.spawn(async move {
            let expected = if is_stale(number) { 7 } else { 0 };
            let added = next(row(number).id, expected, 0, step(1, &[number], false), 1);
            (number, one.append(added).await)
        });
        // Every fourth is there already.
        let new = if is_stale(number) { row(number) } else { row(100 + number) };
        writes.spawn(async move { (number, other.create(new, step(0, b"new", true)).await) });
    }
    for (number, result) in writes.join_all().await {
        match result {
            Ok(()) => assert!(!is_stale(number), "{number}"),
            Err(StorageError::Conflict) => assert!(is_stale(number), "{number}"),
            Err(other) => panic!("{number}: {other}"),
        }
    }
    for number in 1..=40_u8 {
        let (found, history) =
            it.sessions().load(&Lookup([number; 32]), None).await.unwrap().unwrap();
        let deltas = if is_stale(number) { vec![] } else { vec![(1, vec![number])] };
        assert_eq!((found.revision, history.deltas.len()), (deltas.len() as u64, deltas.len()));
        assert_eq!(history.deltas, deltas);
        let new = it.sessions().find(&Lookup([100 + number; 32])).await.unwrap();
        assert_eq!(new.is_some(), !is_stale(number), "{number}");
    }
}

#[tokio::test]
async fn of_many_writers_on_one_revision_exactly_one_wins() {
    let it = begun().await;
    let mut tries = JoinSet::new();
    for number in 0..32_u8 {
        let sessions = it.sessions().clone();
        tries.spawn(async move {
            let result = sessions.append(next(ONE, 0, 0, step(1, &[number], false), 1)).await;
            (number, result)
        });
    }
    let mut won = Vec::new();
    for (number, result) in tries.join_all().await {
        match result {
            Ok(()) => won.push(number),
            Err(StorageError::Conflict) => {}
            Err(other) => panic!("{other}"),
        }
    }
    let [winner] = won[..] else { panic!("{won:?}") };
    let (_, history) = it.sessions().load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!(history.deltas, vec![(1, vec![winner])]);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_closing_and_opening() {
    let it = five_steps().await;
    it.put_secret(ONE, &[7; 32]).await;
    let deployment = it.secrets().deployment();
    let before = it.sessions().load(&Lookup([1; 32]), None).await.unwrap();
    let again = it.reopened().await.unwrap();
    assert_eq!(again.sessions().load(&Lookup([1; 32]), None).await.unwrap(), before);
    assert_eq!(again.secret(ONE).await, Some(vec![7; 32]));
    assert_eq!(again.secrets().deployment(), deployment);
}

#[tokio::test]
async fn two_installations_have_two_names() {
    assert_ne!(empty().await.secrets().deployment(), empty().await.secrets().deployment());
}

#[tokio::test]
async fn a_store_that_was_closed_says_so() {
    let it = begun().await;
    let sessions = it.sessions().clone();
    sessions.check().await.unwrap();
    it.databases.close().await.unwrap();
    assert!(matches!(sessions.check().await, Err(StorageError::Unavailable(_))));
    let late = sessions.append(next(ONE, 0, 0, step(1, b"", false), 1)).await;
    assert!(matches!(late, Err(StorageError::Unavailable(_))), "{late:?}");
}

#[tokio::test]
async fn a_resume_code_finds_its_session_and_moves_it() {
    let it = begun().await;
    let sessions = it.sessions();
    sessions.put_resume(&Lookup([9; 32]), ONE, vec![9]).await.unwrap();
    assert_eq!(sessions.find_resume(&Lookup([1; 32])).await.unwrap(), None);
    let (found, wrapped) = sessions.find_resume(&Lookup([9; 32])).await.unwrap().unwrap();
    assert_eq!((found, wrapped), (row(1), vec![9]));
    sessions.move_to(ONE, Lookup([3; 32]), vec![3]).await.unwrap();
    assert!(sessions.find(&Lookup([1; 32])).await.unwrap().is_none());
    assert_eq!(sessions.find(&Lookup([3; 32])).await.unwrap().unwrap().wrapped, vec![3]);
}

#[tokio::test]
async fn sessions_without_use_are_found_oldest_first() {
    let it = empty().await;
    for (number, touched) in [(1, 20), (2, 10), (3, 30)] {
        let session = SessionRow { touched, ..row(number) };
        it.sessions().create(session, step(0, b"", true)).await.unwrap();
    }
    let idle = async |before, limit| {
        let found = it.sessions().idle_since(before, limit).await.unwrap();
        found.into_iter().map(|it| it.0[0]).collect::<Vec<_>>()
    };
    assert_eq!(idle(30, 10).await, [2, 1]);
    assert_eq!(idle(30, 1).await, [2]);
    assert!(idle(10, 10).await.is_empty());
    it.sessions()
        .append(next(affiant_backend::SessionId([2; 16]), 0, 0, step(1, b"", false), 50))
        .await
        .unwrap();
    assert_eq!(idle(40, 10).await, [1, 3]);
}
