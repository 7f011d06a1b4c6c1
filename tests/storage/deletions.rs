//! Deleting: the journal, and that nothing is left.

use super::accounts::two;
use super::rows::{
    A, B, account, api_key, factor, grant, invitation, link, mail, method, new_session, passkey,
    pending, sign_in, wrap,
};
use super::{Fixture, ONE, Part, conflict, file, next, row, step};
use affiant_backend::tables::{Eraser, KEYRING, MAIN};
use affiant_backend::{
    AccountStatus, AccountStore as _, Change, Counts, DeletionReason, DeletionRow, Deletions as _,
    GrantRole, GrantStore as _, LinkPurpose, Lookup, MethodKind, SessionId, SessionStore as _,
    Stage, StorageError, Subject, TombstoneRow, WrapKind,
};

/// A row of every kind for account 1 with session 1, and for account 2 with session 2; session 2 is
/// shared with account 1, and session 3 is a visitor's.
pub(crate) async fn full() -> Fixture {
    let it = two().await;
    for (number, of, other) in [(1, A, B), (2, B, A)] {
        let session = SessionId([number; 16]);
        it.commit(vec![
            Change::Roles(of, vec!["user".to_owned()], 0),
            Change::LockKeys(of, 500),
            Change::PutMethod(method(number, of, MethodKind::Password)),
            Change::PutPasskey(passkey(number, of)),
            Change::PutFactor(factor(of), vec![Lookup([number; 32])]),
            Change::PutSignIn(sign_in(number, of)),
            Change::PutPending(pending(number, of)),
            Change::PutLink(link(number, Some(of), LinkPurpose::Reset)),
            new_session(number, of),
            Change::PutInvitation(invitation(number, number, of)),
            Change::PutWrap(wrap(number, WrapKind::Escrow)),
            Change::PutApiKey(api_key(number, of)),
            Change::Mail(mail(number, Some(of))),
        ])
        .await
        .unwrap();
        it.commit(vec![Change::PutGrant(grant(number, other, GrantRole::View))]).await.unwrap();
        it.sessions().append(next(session, 0, 0, step(1, &[number; 99], true), 200)).await.unwrap();
        it.sessions().put_file(file(number, 5)).await.unwrap();
    }
    it.sessions().create(row(3), step(0, b"zero", true)).await.unwrap();
    it.sessions().put_resume(&Lookup([33; 32]), SessionId([3; 16]), vec![3]).await.unwrap();
    it
}

fn tombstone(number: i64) -> TombstoneRow {
    TombstoneRow { number, day: 86_400, reason: DeletionReason::Person, receipt: Lookup([8; 32]) }
}

#[tokio::test]
async fn nothing_is_left_of_an_account_and_its_sessions_but_a_tombstone() {
    let it = full().await;
    let store = it.sessions();
    let counted = store.count(Subject::Account(A)).await.unwrap();
    assert_eq!((counted.sessions, counted.steps, counted.files), (1, 2, 1));
    // Each table that belongs to accounts has a row that is counted.
    assert_eq!(counted.others, 17);
    let removed = store.erase(Subject::Account(A), Some(tombstone(77)), None).await.unwrap();
    assert_eq!(removed, counted);
    assert_eq!(store.count(Subject::Account(A)).await.unwrap(), Counts::default());
    for table in MAIN {
        assert_eq!(it.mentions(Part::Main, table, &A.0).await, 0, "{table:?}");
    }
    // The number is the account's, whatever was asked for.
    assert_eq!(store.tombstone(1).await.unwrap(), Some(tombstone(1)));
    assert_eq!(store.tombstones().await.unwrap(), 1);
}

#[tokio::test]
async fn others_keep_everything() {
    let it = full().await;
    let store = it.sessions();
    let before = store.count(Subject::Account(B)).await.unwrap();
    store.erase(Subject::Account(A), None, None).await.unwrap();
    let after = store.count(Subject::Account(B)).await.unwrap();
    // Only the grant on the session that is gone.
    assert_eq!(after, Counts { others: before.others - 2, ..before });
    assert!(store.load_session(SessionId([2; 16]), None).await.unwrap().is_some());
    assert!(store.find(&Lookup([3; 32])).await.unwrap().is_some());
    assert!(store.find_file(SessionId([2; 16]), [5; 16]).await.unwrap().is_some());
}

#[tokio::test]
async fn erasing_a_session_leaves_its_owner() {
    let it = full().await;
    let store = it.sessions();
    let counted = store.count(Subject::Session(ONE)).await.unwrap();
    assert_eq!((counted.sessions, counted.steps, counted.files, counted.others), (1, 2, 1, 4));
    assert_eq!(store.erase(Subject::Session(ONE), None, None).await.unwrap(), counted);
    assert_eq!(store.count(Subject::Session(ONE)).await.unwrap(), Counts::default());
    assert_eq!(store.erase(Subject::Session(ONE), None, None).await.unwrap(), Counts::default());
    assert_eq!(store.account(A).await.unwrap().unwrap().id, A);
    assert_eq!(store.owned_by(A).await.unwrap(), []);
    assert_eq!(store.owned_by(B).await.unwrap(), [SessionId([2; 16])]);
}

#[tokio::test]
async fn the_journal_holds_a_deletion_until_it_is_done() {
    let it = two().await;
    let store = it.sessions();
    let deletion = DeletionRow {
        id: [7; 16],
        subject: Subject::Account(A),
        reason: DeletionReason::Person,
        stage: Stage::Keys,
        asked: 10,
        until: None,
    };
    store.begin_deletion(deletion.clone()).await.unwrap();
    conflict(store.begin_deletion(DeletionRow { id: [8; 16], ..deletion.clone() }).await);
    let marked = store.account(A).await.unwrap().unwrap();
    assert_eq!((marked.status, marked.auth_epoch), (AccountStatus::Deleting, 1));
    conflict(it.commit(vec![Change::Status(A, AccountStatus::Active)]).await);
    store.advance_deletion([7; 16], Stage::Rows).await.unwrap();
    let advanced = DeletionRow { stage: Stage::Rows, ..deletion };
    assert_eq!(store.deletions().await.unwrap(), [advanced]);
    store.end_deletion([7; 16]).await.unwrap();
    assert_eq!(store.deletions().await.unwrap(), []);
}

#[tokio::test]
async fn a_deletion_that_is_held_leaves_the_account_in_use_until_it_goes_on() {
    let it = two().await;
    let store = it.sessions();
    let held = DeletionRow {
        id: [7; 16],
        subject: Subject::Account(A),
        reason: DeletionReason::Person,
        stage: Stage::Held,
        asked: 10,
        until: Some(500),
    };
    store.begin_deletion(held.clone()).await.unwrap();
    assert_eq!(store.account(A).await.unwrap(), Some(account(1)));
    assert_eq!(store.deletions().await.unwrap(), [held]);
    store.advance_deletion([7; 16], Stage::Keys).await.unwrap();
    assert_eq!(store.account(A).await.unwrap().unwrap().status, AccountStatus::Deleting);
    store.advance_deletion([9; 16], Stage::Rows).await.unwrap();
}

#[tokio::test]
async fn every_table_has_a_class_and_an_eraser() {
    let it = full().await;
    for (part, tables) in [(Part::Main, MAIN), (Part::Keyring, KEYRING)] {
        let mut named = tables.iter().map(|it| it.name).collect::<Vec<_>>();
        named.sort_unstable();
        let there = it.tables(part).await;
        assert_eq!(there, named, "a table of {part:?} is not in tables.rs, or is there no longer");
        for table in tables {
            if let Eraser::With(parent) = table.eraser {
                assert!(it.cascades(part, table.name, parent).await, "{table:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_deletion_of_what_is_not_there_is_no_error() {
    let it = two().await;
    let gone = it.sessions().erase(Subject::Session(ONE), None, None).await;
    assert!(matches!(gone, Ok(counts) if counts.sum() == 0), "{gone:?}");
    it.sessions().end_deletion([1; 16]).await.unwrap();
    let unknown: Result<_, StorageError> = it.sessions().tombstone(5).await;
    assert_eq!(unknown.unwrap(), None);
}
