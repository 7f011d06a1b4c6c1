//! What retention asks and removes.

use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Commit as _, GrantRole, IdleRow, JobRow,
    Jobs as _, LinkPurpose, SessionId, SessionRow, SessionStore as _, Subject, Sweep as _,
    WatchRow,
};

use super::accounts::two;
use super::jobs::job;
use super::rows::{
    A, B, account, api_key, grant, invitation, link, mail, new_session, pending, sign_in,
};
use super::{Fixture, empty, next, row, step};

/// Sessions 1 and 2 of account 1, 3 to 5 of visitors; all of `letter` but 5.
async fn some() -> Fixture {
    let it = two().await;
    it.commit(vec![new_session(1, A), new_session(2, A)]).await.unwrap();
    for (number, touched) in [(3, 300), (4, 200), (5, 100)] {
        let interview = if number == 5 { "will" } else { "letter" }.to_owned();
        let session = SessionRow { touched, interview, ..row(number) };
        it.sessions().create(session, step(0, b"zero", true)).await.unwrap();
    }
    it.sessions().append(next(SessionId([2; 16]), 0, 0, step(1, b"", false), 400)).await.unwrap();
    it
}

#[tokio::test]
async fn idle_sessions_are_found_by_interview_and_kind_of_owner() {
    let it = some().await;
    let store = it.sessions();
    assert_eq!(store.interviews().await.unwrap(), ["letter", "will"]);
    let idle = async |interview: &str, owned, before, limit| {
        let found = store.idle(interview, owned, before, 9, limit).await.unwrap();
        found.iter().map(|it| it.id.0[0]).collect::<Vec<_>>()
    };
    assert_eq!(idle("letter", true, 1000, 10).await, [1, 2]);
    assert_eq!(idle("letter", true, 400, 10).await, [1]);
    assert_eq!(idle("letter", false, 1000, 10).await, [4, 3]);
    assert_eq!(idle("letter", false, 1000, 1).await, [4]);
    assert_eq!(idle("will", false, 101, 10).await, [5]);
    assert!(idle("will", true, 101, 10).await.is_empty());
    let found = store.idle("letter", true, 200, 9, 10).await.unwrap();
    let one = IdleRow { id: SessionId([1; 16]), touched: 100, warned: 0, owner: Some(A) };
    assert_eq!(found, [one]);
    assert_eq!(store.count_sessions(true).await.unwrap(), 2);
    assert_eq!(store.count_sessions(false).await.unwrap(), 3);
}

#[tokio::test]
async fn who_was_warned_is_not_warned_again_until_the_session_was_used() {
    let it = some().await;
    let store = it.sessions();
    let two = SessionId([2; 16]);
    let unwarned = async |warned| {
        let found = store.idle("letter", true, 1000, warned, 10).await.unwrap();
        found.iter().map(|it| it.id.0[0]).collect::<Vec<_>>()
    };
    store.commit(vec![Change::Warned(two, 1)]).await.unwrap();
    assert_eq!(unwarned(1).await, [1]);
    assert_eq!(unwarned(2).await, [1, 2]);
    store.append(next(two, 1, 1, step(2, b"", false), 500)).await.unwrap();
    assert_eq!(unwarned(1).await, [1, 2]);
}

#[tokio::test]
async fn accounts_without_use_are_found_by_status() {
    let it = empty().await;
    for (number, status, seen) in [
        (1, AccountStatus::Unconfirmed, 10),
        (2, AccountStatus::Active, 20),
        (3, AccountStatus::Active, 30),
        (4, AccountStatus::Disabled, 10),
    ] {
        let row = AccountRow { status, seen, ..account(number) };
        it.commit(vec![Change::NewAccount(row)]).await.unwrap();
    }
    let idle = async |active, before| {
        let found = it.sessions().idle_accounts(active, before, 10).await.unwrap();
        found.iter().map(|it| it.0[0]).collect::<Vec<_>>()
    };
    assert_eq!(idle(false, 11).await, [1]);
    assert!(idle(false, 10).await.is_empty());
    assert_eq!(idle(true, 31).await, [2, 3]);
    assert_eq!(idle(true, 30).await, [2]);
}

#[tokio::test]
async fn all_subjects_are_walked_page_by_page() {
    let it = some().await;
    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let page = it.sessions().subjects(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(*last);
        walked.extend(page);
    }
    let mut all = vec![Subject::Account(A), Subject::Account(B)];
    all.extend((1..=5).map(|it| Subject::Session(SessionId([it; 16]))));
    assert_eq!(walked, all);
}

#[tokio::test]
async fn what_expired_goes_and_the_rest_stays() {
    let it = two().await;
    let store = it.sessions();
    let shared = |account: AccountId| {
        let mut row = grant(1, account, GrantRole::View);
        row.expires = Some(100);
        Change::PutGrant(row)
    };
    let rows = vec![
        new_session(1, A),
        shared(B),
        Change::PutSignIn(sign_in(1, A)),
        Change::PutPending(pending(2, A)),
        Change::PutLink(link(3, Some(A), LinkPurpose::Reset)),
        Change::PutInvitation(invitation(4, 1, A)),
        Change::PutApiKey(api_key(5, A)),
        Change::Mail(mail(6, Some(A))),
    ];
    it.commit(rows).await.unwrap();
    store.put_jobs(vec![JobRow { expires: 100, ..job(7, SessionId([1; 16])) }]).await.unwrap();
    let tables = [
        "sign_ins",
        "pending_sign_ins",
        "links",
        "invitations",
        "grants",
        "api_keys",
        "outbox",
        "jobs",
    ];
    let each = |count: u64| tables.map(|it| (it, count)).to_vec();
    assert_eq!(store.expire(99, true).await.unwrap(), each(0));
    assert_eq!(store.expire(99, false).await.unwrap(), each(0));
    assert_eq!(store.expire(100, true).await.unwrap(), each(1));
    assert_eq!(store.expire(100, false).await.unwrap(), each(1));
    assert_eq!(store.expire(100, true).await.unwrap(), each(0));
    let kept = affiant_backend::GrantStore::grants_on(store, SessionId([1; 16])).await.unwrap();
    assert_eq!(kept, [grant(1, A, GrantRole::Owner)]);
}

#[tokio::test]
async fn keys_put_aside_are_found_when_their_time_is_over() {
    let it = two().await;
    it.commit(vec![Change::LockKeys(A, 500), Change::LockKeys(B, 600)]).await.unwrap();
    let over = async |now| it.sessions().expired_locked(now, 10).await.unwrap();
    assert_eq!(over(499).await, []);
    assert_eq!(over(500).await, [(A, 0)]);
    assert_eq!(over(600).await, [(A, 0), (B, 0)]);
}

#[tokio::test]
async fn what_retention_knows_of_the_clock_is_kept() {
    let it = empty().await;
    let store = it.sessions();
    assert_eq!(store.watch().await.unwrap(), None);
    store.set_watch(WatchRow { last: 5, not_before: None }).await.unwrap();
    let later = WatchRow { last: 6, not_before: Some(9) };
    store.set_watch(later).await.unwrap();
    assert_eq!(store.watch().await.unwrap(), Some(later));
}
