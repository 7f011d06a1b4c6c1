//! Deleting for good, crashes included.

use affiant_backend::{
    AccountId, AccountStatus, AccountStore as _, AuditLog as _, Change, Commit as _, Counts,
    DeletionReason, Deletions as _, GrantStore as _, Keyring as _, SecretKind, SecretName,
    SessionId, Stage, Subject,
};
use affiant_vault::Secret;

use super::{Fixture, NOW, empty, id};
use crate::Reconciled;

const ACCOUNT: Subject = Subject::Account(AccountId([0; 16]));

fn account(number: u32) -> Subject {
    Subject::Account(AccountId(id(number)))
}

fn session(number: u32) -> Subject {
    Subject::Session(SessionId(id(number)))
}

/// Account 1 with sessions 11 and 12, account 2 with 21, and the visitor's 31.
async fn some() -> Fixture {
    let it = empty().await;
    for (number, sessions) in [(1, &[11, 12][..]), (2, &[21])] {
        it.account(number, AccountStatus::Active, NOW).await;
        for session in sessions {
            it.owned(*session, number, "letter", NOW).await;
        }
    }
    it.visitor(31, "letter", NOW).await;
    it
}

/// Account 1 is gone without a trace; the others have everything.
async fn is_gone(it: &Fixture) {
    let store = &it.databases.main;
    assert_eq!(store.count(account(1)).await.unwrap(), Counts::default());
    for session in [11, 12] {
        assert_eq!(store.session(SessionId(id(session))).await.unwrap(), None);
        assert!(!it.has_secret(SecretKind::Session, id(session)).await);
    }
    assert!(!it.has_secret(SecretKind::Account, id(1)).await);
    for session in [21, 31] {
        assert!(store.session(SessionId(id(session))).await.unwrap().is_some());
        assert!(it.has_secret(SecretKind::Session, id(session)).await);
    }
    assert!(it.has_secret(SecretKind::Account, id(2)).await);
    assert_eq!(store.deletions().await.unwrap(), []);
}

#[tokio::test]
async fn an_account_goes_with_its_sessions_and_leaves_a_tombstone_and_a_receipt() {
    let it = some().await;
    let receipt = it.eraser.delete(account(1), DeletionReason::Person, NOW).await.unwrap();
    assert!(receipt.is_done);
    assert_eq!((receipt.counts.sessions, receipt.counts.steps), (2, 2));
    is_gone(&it).await;
    let tombstone = it.databases.main.tombstone(1).await.unwrap().unwrap();
    assert_eq!(tombstone.reason, DeletionReason::Person);
    assert_eq!(tombstone.receipt, it.eraser.receipt_hash(receipt.id));
    assert_ne!(tombstone.receipt, it.eraser.receipt_hash([0; 16]));
}

#[tokio::test]
async fn a_session_goes_alone() {
    let it = some().await;
    it.eraser.delete(session(11), DeletionReason::Person, NOW).await.unwrap();
    assert!(!it.has_secret(SecretKind::Session, id(11)).await);
    assert!(it.has_secret(SecretKind::Session, id(12)).await);
    assert!(it.databases.main.account(AccountId(id(1))).await.unwrap().is_some());
    assert_eq!(it.databases.main.tombstones().await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_not_there_is_deleted_without_an_error() {
    let it = empty().await;
    let receipt = it.eraser.delete(ACCOUNT, DeletionReason::Person, NOW).await.unwrap();
    assert_eq!((receipt.counts, receipt.is_done), (Counts::default(), true));
}

#[tokio::test]
async fn a_deletion_goes_on_after_a_crash_at_every_stage() {
    for stage in 0..5 {
        let it = some().await;
        let store = &it.databases.main;
        let held = it.eraser.hold(account(1), DeletionReason::Person, NOW, NOW).await.unwrap();
        // As the eraser does it, up to a point.
        if stage >= 1 {
            store.advance_deletion(held.id, Stage::Keys).await.unwrap();
        }
        if stage >= 2 {
            it.eraser.end_keys(&held, NOW).await.unwrap();
        }
        if stage >= 3 {
            store.advance_deletion(held.id, Stage::Rows).await.unwrap();
            it.eraser.erase(&held, NOW).await.unwrap();
        }
        if stage >= 4 {
            store.advance_deletion(held.id, Stage::Check).await.unwrap();
        }
        let again = it.crashed().await;
        assert_eq!(again.eraser.resume(NOW).await.unwrap(), 1, "stage {stage}");
        is_gone(&again).await;
        assert_eq!(again.databases.main.tombstones().await.unwrap(), 1);
        assert_eq!(again.eraser.resume(NOW).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn keys_that_are_gone_open_nothing_even_before_the_rows_go() {
    let it = some().await;
    let held = it.eraser.hold(account(1), DeletionReason::Person, NOW, NOW).await.unwrap();
    it.eraser.end_keys(&held, NOW).await.unwrap();
    let again = it.crashed().await;
    assert!(again.databases.main.session(SessionId(id(11))).await.unwrap().is_some());
    for (kind, number) in
        [(SecretKind::Session, 11), (SecretKind::Session, 12), (SecretKind::Account, 1)]
    {
        assert!(!again.has_secret(kind, id(number)).await, "{number}");
    }
    let row = again.databases.main.account(AccountId(id(1))).await.unwrap().unwrap();
    assert_eq!((row.status, row.auth_epoch), (AccountStatus::Deleting, 1));
}

#[tokio::test]
async fn a_held_deletion_waits_for_its_day_and_can_be_taken_back() {
    let it = some().await;
    let held = it.eraser.hold(account(1), DeletionReason::Person, NOW, NOW + 10).await.unwrap();
    assert_eq!(it.eraser.resume(NOW + 9).await.unwrap(), 0);
    assert!(it.has_secret(SecretKind::Account, id(1)).await);
    it.databases.main.end_deletion(held.id).await.unwrap();
    assert_eq!(it.eraser.resume(NOW + 10).await.unwrap(), 0);
    it.eraser.hold(account(1), DeletionReason::Person, NOW, NOW + 10).await.unwrap();
    assert_eq!(it.eraser.resume(NOW + 10).await.unwrap(), 1);
    is_gone(&it).await;
}

#[tokio::test]
async fn asking_twice_is_one_deletion() {
    let it = some().await;
    let first = it.eraser.hold(account(1), DeletionReason::Person, NOW, NOW + 10).await.unwrap();
    let receipt = it.eraser.delete(account(1), DeletionReason::Admin, NOW).await.unwrap();
    assert_eq!((receipt.id, receipt.reason), (first.id, DeletionReason::Person));
    is_gone(&it).await;
}

#[tokio::test]
async fn rows_that_a_restore_brought_back_are_deleted_before_anybody_asks() {
    let it = some().await;
    // An old copy of the main database beside today's keyring.
    let old = it.crashed().await;
    it.eraser.delete(account(1), DeletionReason::Person, NOW).await.unwrap();
    it.eraser.delete(session(31), DeletionReason::Person, NOW).await.unwrap();
    let buried = it.databases.secrets.buried().await.unwrap();
    let names = buried.iter().map(|it| (it.kind, it.id)).collect();
    old.keys.bury(names, NOW).await.unwrap();
    // The account with its two sessions, and the visitor's.
    assert!(old.eraser.replay(NOW).await.unwrap() >= 2);
    assert_eq!(old.databases.main.count(account(1)).await.unwrap(), Counts::default());
    assert_eq!(old.databases.main.session(SessionId(id(31))).await.unwrap(), None);
    assert!(old.databases.main.session(SessionId(id(21))).await.unwrap().is_some());
    assert_eq!(old.eraser.replay(NOW).await.unwrap(), 0);
}

#[tokio::test]
async fn rows_without_a_secret_and_secrets_without_a_row_are_found() {
    let it = some().await;
    assert_eq!(it.eraser.reconcile(NOW).await.unwrap(), Reconciled::default());
    // A secret whose row was never stored: left alone for a day, since the row may be on its way.
    it.put_secret(SecretKind::Session, id(99), NOW).await;
    assert_eq!(it.eraser.reconcile(NOW).await.unwrap().orphans, 0);
    let name = affiant_backend::SecretName { kind: SecretKind::Session, id: id(11), epoch: 0 };
    it.keys.delete(vec![name]).await.unwrap();
    let found = it.eraser.reconcile(NOW + 2 * affiant_keyring::DAY).await.unwrap();
    assert_eq!(found, Reconciled { revived: 1, orphans: 1, objects: 0 });
    assert!(!it.has_secret(SecretKind::Session, id(99)).await);
    assert_eq!(it.databases.main.session(SessionId(id(11))).await.unwrap(), None);
    assert!(it.has_secret(SecretKind::Session, id(12)).await);
}

#[tokio::test]
async fn each_deletion_is_one_entry_of_the_audit_log_however_often_it_is_tried() {
    let it = some().await;
    let store = &it.databases.main;
    it.eraser.delete(session(11), DeletionReason::Person, NOW).await.unwrap();
    it.eraser.delete(session(11), DeletionReason::Person, NOW).await.unwrap();
    it.eraser.delete(session(31), DeletionReason::Person, NOW).await.unwrap();
    it.eraser.delete(account(1), DeletionReason::Person, NOW).await.unwrap();
    it.eraser.delete(session(21), DeletionReason::Retention, NOW).await.unwrap();
    let rows = store.audit_after(0, 100).await.unwrap();
    let told: Vec<_> = rows.iter().map(|it| (it.kind.as_str(), it.subjects.len())).collect();
    let expected = [
        ("session-deleted", 1),
        ("session-deleted", 0),
        ("account-deleted", 1),
        ("session-expired", 1),
    ];
    assert_eq!(told, expected);
    assert_eq!(affiant_audit::Told::of(&rows[2]).count, Some(1), "it had one session left");
    assert_eq!(rows[0].subjects, rows[2].subjects);
    assert_ne!(rows[2].subjects, rows[3].subjects);
}

#[tokio::test]
async fn the_secret_of_a_user_key_that_was_replaced_goes_unless_something_waits_for_it() {
    let it = some().await;
    let keys = |number: u32| Change::Keys {
        account: AccountId(id(number)),
        key_epoch: 1,
        public_key: [2; 32],
        secret_key: vec![2],
    };
    let of = |number: u32, epoch| SecretName { kind: SecretKind::Account, id: id(number), epoch };
    for number in [1, 2] {
        it.keys.put(of(number, 1), &Secret::take(&mut [4; 32]), NOW).await.unwrap();
    }
    let locked = Change::LockKeys(AccountId(id(2)), NOW + 30 * affiant_keyring::DAY);
    it.databases.main.commit(vec![keys(1), locked, keys(2)]).await.unwrap();
    let found = it.eraser.reconcile(NOW + 2 * affiant_keyring::DAY).await.unwrap();
    assert_eq!(found, Reconciled { revived: 0, orphans: 1, objects: 0 });
    for (number, epoch, stays) in [(1, 0, false), (1, 1, true), (2, 0, true), (2, 1, true)] {
        let found = it.keys.find(of(number, epoch)).await.unwrap();
        assert_eq!(found.is_some(), stays, "{number} {epoch}");
    }
}
