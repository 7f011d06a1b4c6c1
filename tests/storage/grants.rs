//! Who may read a session.

use affiant_backend::{
    Change, GrantRole, GrantStore as _, Lookup, SessionId, SessionStore as _, StepRow, WrapKind,
    WrapRow,
};

use super::accounts::two;
use super::rows::{A, B, grant, invitation, new_session, owned, wrap};
use super::{Fixture, ONE, conflict, file, head, next, row, step};

/// Session 1 of account 1, which account 2 may see.
async fn shared() -> Fixture {
    let it = two().await;
    it.commit(vec![new_session(1, A), Change::PutGrant(grant(1, B, GrantRole::View))])
        .await
        .unwrap();
    it
}

#[tokio::test]
async fn a_session_of_an_account_is_found_by_its_id_and_by_no_token() {
    let it = shared().await;
    let store = it.sessions();
    assert_eq!(store.session(ONE).await.unwrap(), Some(owned(1)));
    assert!(store.session(ONE).await.unwrap().unwrap().is_owned());
    assert_eq!(store.session(SessionId([9; 16])).await.unwrap(), None);
    store.append(next(ONE, 0, 0, step(1, b"one", false), 200)).await.unwrap();
    let (found, history) = store.load_session(ONE, None).await.unwrap().unwrap();
    assert_eq!(found.revision, 1);
    assert_eq!(history.deltas, vec![(1, b"one".to_vec())]);
    assert_eq!(store.load_session(ONE, Some(0)).await.unwrap().unwrap().1.deltas, []);
    assert_eq!(store.load_session(SessionId([9; 16]), None).await.unwrap(), None);
    assert_eq!(store.load(&Lookup([1; 32]), None).await.unwrap().map(|it| it.0.id), Some(ONE));
}

#[tokio::test]
async fn each_reader_has_a_grant_and_sees_the_session_in_its_list() {
    let it = shared().await;
    let store = it.sessions();
    let (mine, theirs) = (grant(1, A, GrantRole::Owner), grant(1, B, GrantRole::View));
    assert_eq!(store.grant(ONE, A).await.unwrap(), Some(mine.clone()));
    assert_eq!(store.grant(ONE, B).await.unwrap(), Some(theirs.clone()));
    assert_eq!(store.grants_on(ONE).await.unwrap(), [mine.clone(), theirs.clone()]);
    assert_eq!(store.grants_of(A).await.unwrap(), [(mine, owned(1))]);
    assert_eq!(store.grants_of(B).await.unwrap(), [(theirs, owned(1))]);
    it.commit(vec![Change::DeleteGrants(ONE, B)]).await.unwrap();
    assert_eq!(store.grant(ONE, B).await.unwrap(), None);
    assert_eq!(store.grants_of(B).await.unwrap(), []);
}

#[tokio::test]
async fn the_session_used_last_is_listed_first() {
    let it = two().await;
    it.commit(vec![new_session(1, A), new_session(2, A), new_session(3, A)]).await.unwrap();
    it.sessions().append(next(SessionId([2; 16]), 0, 0, step(1, b"", false), 900)).await.unwrap();
    let found = it.sessions().grants_of(A).await.unwrap();
    let ids = found.iter().map(|it| it.1.id.0[0]).collect::<Vec<_>>();
    assert_eq!(ids, [2, 1, 3]);
}

#[tokio::test]
async fn taking_over_ends_the_token_and_the_resume_codes_and_is_done_once() {
    let it = two().await;
    let store = it.sessions();
    store.create(row(1), step(0, b"zero", true)).await.unwrap();
    store.put_resume(&Lookup([9; 32]), ONE, vec![9]).await.unwrap();
    let mine = grant(1, A, GrantRole::Owner);
    it.commit(vec![Change::TakeOver(mine.clone())]).await.unwrap();
    let taken = Lookup([1; 32]);
    assert_eq!(store.session(ONE).await.unwrap(), Some(owned(1)));
    assert_eq!(store.find_resume(&Lookup([9; 32])).await.unwrap(), None);
    assert_eq!(store.grant(ONE, A).await.unwrap(), Some(mine.clone()));
    it.commit(vec![Change::TakeOver(mine)]).await.unwrap();
    conflict(it.commit(vec![Change::TakeOver(grant(1, B, GrantRole::Owner))]).await);
    conflict(it.commit(vec![Change::TakeOver(grant(2, A, GrantRole::Owner))]).await);
    // The token of before moves nothing, whatever it was.
    let moved = store.move_to(ONE, taken, vec![1]).await;
    conflict(moved);
}

#[tokio::test]
async fn a_session_is_sealed_anew_as_a_whole() {
    let it = shared().await;
    let store = it.sessions();
    store.append(next(ONE, 0, 0, step(1, b"one", false), 200)).await.unwrap();
    store.put_file(file(1, 5)).await.unwrap();
    it.commit(vec![
        Change::PutInvitation(invitation(4, 1, A)),
        Change::PutWrap(wrap(1, WrapKind::Custody)),
    ])
    .await
    .unwrap();
    let steps = vec![step(0, b"new zero", true), step(1, b"new one", false)];
    let rekey = |revision, steps: &[StepRow], files: &[u8]| Change::Rekey {
        session: ONE,
        revision,
        head: head(revision + 5),
        steps: steps.to_vec(),
        files: files.iter().map(|it| ([*it; 16], vec![77])).collect(),
    };
    conflict(it.commit(vec![rekey(0, &steps, &[5])]).await);
    conflict(it.commit(vec![rekey(1, &steps[..1], &[5])]).await);
    conflict(it.commit(vec![rekey(1, &steps, &[])]).await);
    conflict(it.commit(vec![rekey(1, &steps, &[6])]).await);
    assert_eq!(store.session(ONE).await.unwrap().unwrap().epoch, 0);
    let mut mine = grant(1, A, GrantRole::Owner);
    mine.epoch = 1;
    it.commit(vec![rekey(1, &steps, &[5]), Change::PutGrant(mine.clone())]).await.unwrap();
    let found = store.session(ONE).await.unwrap().unwrap();
    assert_eq!((found.epoch, found.revision, found.head), (1, 6, head(6).sealed));
    assert_eq!(store.steps_of(ONE).await.unwrap(), steps);
    assert_eq!(store.find_file(ONE, [5; 16]).await.unwrap().unwrap().wrapped, [77]);
    assert_eq!(store.files_of(ONE).await.unwrap(), [[5; 16]]);
    assert_eq!(store.grants_on(ONE).await.unwrap(), [mine]);
    assert_eq!(store.invitations_to(ONE).await.unwrap(), []);
    assert_eq!(store.wraps_of(ONE).await.unwrap(), []);
}

#[tokio::test]
async fn an_invitation_is_used_once() {
    let it = shared().await;
    let store = it.sessions();
    let (one, two) = (invitation(4, 1, A), invitation(5, 1, A));
    it.commit(vec![Change::PutInvitation(one.clone()), Change::PutInvitation(two.clone())])
        .await
        .unwrap();
    assert_eq!(store.invitations_to(ONE).await.unwrap(), [one.clone(), two]);
    assert_eq!(store.invitation(&Lookup([4; 32])).await.unwrap(), Some(one));
    it.commit(vec![Change::UseInvitation(Lookup([4; 32]))]).await.unwrap();
    conflict(it.commit(vec![Change::UseInvitation(Lookup([4; 32]))]).await);
    it.commit(vec![Change::DeleteInvitation(ONE, Lookup([5; 32]))]).await.unwrap();
    assert_eq!(store.invitation(&Lookup([5; 32])).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_may_be_sealed_for_the_server_or_the_organisation_too() {
    let it = shared().await;
    let (custody, escrow) = (wrap(1, WrapKind::Custody), wrap(1, WrapKind::Escrow));
    it.commit(vec![Change::PutWrap(escrow.clone()), Change::PutWrap(custody.clone())])
        .await
        .unwrap();
    assert_eq!(it.sessions().wraps_of(ONE).await.unwrap(), [custody.clone(), escrow]);
    it.commit(vec![Change::ForgetWraps(WrapKind::Escrow, Vec::new())]).await.unwrap();
    assert_eq!(it.sessions().wraps_of(ONE).await.unwrap(), [custody]);
}

#[tokio::test]
async fn sessions_that_an_organisation_reads_are_found_by_interview_and_day_until_it_reads_no_more()
{
    let it = shared().await;
    let store = it.sessions();
    let row = store.session(ONE).await.unwrap().unwrap();
    let begun =
        |from: i64, to: i64| store.wrapped_sessions(WrapKind::Escrow, "letter", from..to, 9);
    let (from, to) = (row.created, row.created + 1);
    it.commit(vec![Change::PutWrap(wrap(1, WrapKind::Custody))]).await.unwrap();
    assert_eq!(begun(from, to).await.unwrap(), []);
    it.commit(vec![Change::PutWrap(wrap(1, WrapKind::Escrow))]).await.unwrap();
    assert_eq!(begun(from, to).await.unwrap(), std::slice::from_ref(&row));
    assert_eq!(begun(from + 1, to + 1).await.unwrap(), []);
    assert_eq!(begun(from - 1, to - 1).await.unwrap(), []);
    let none = store.wrapped_sessions(WrapKind::Escrow, "other", from..to, 9).await;
    assert_eq!(none.unwrap(), []);
    let stale = WrapRow { epoch: 7, ..wrap(1, WrapKind::Escrow) };
    let forget = |but: &[u8]| Change::ForgetWraps(WrapKind::Escrow, but.to_vec());
    it.commit(vec![forget(&[]), Change::PutWrap(stale.clone())]).await.unwrap();
    assert_eq!(begun(from, to).await.unwrap(), [], "another epoch's");

    it.commit(vec![forget(&stale.sealed[..1])]).await.unwrap();
    assert_eq!(store.wraps_of(ONE).await.unwrap().len(), 2);
    it.commit(vec![forget(&[stale.sealed[0] ^ 1])]).await.unwrap();
    assert_eq!(store.wraps_of(ONE).await.unwrap(), [wrap(1, WrapKind::Custody)]);
    it.commit(vec![Change::PutWrap(stale)]).await.unwrap();
    it.commit(vec![forget(&[])]).await.unwrap();
    assert_eq!(store.wraps_of(ONE).await.unwrap(), [wrap(1, WrapKind::Custody)]);
}
