//! Switches, and mails that wait.

use affiant_backend::{Change, Commit as _, Outbox as _, StorageError, SwitchRow, Switches as _};

use super::accounts::two;
use super::empty;
use super::rows::{A, mail};
use crate::Main;

fn decision(effective: i64) -> SwitchRow {
    SwitchRow {
        id: 0,
        name: "custody".to_owned(),
        value: "on".to_owned(),
        reason: "because".to_owned(),
        by: 1,
        second: None,
        asked: 10,
        effective,
        cancelled: None,
    }
}

async fn decide(store: &Main, effective: i64) {
    store.commit(vec![Change::DecideSwitch(decision(effective))]).await.unwrap();
}

async fn agree(store: &Main, id: i64, second: i64, effective: i64) -> Result<(), StorageError> {
    store.commit(vec![Change::AgreeSwitch { id, second, effective }]).await
}

async fn cancel(store: &Main, id: i64, at: i64) -> Result<(), StorageError> {
    store.commit(vec![Change::CancelSwitch { id, at }]).await
}

#[tokio::test]
async fn decisions_are_kept_in_order_and_numbered() {
    let it = empty().await;
    let store = it.sessions();
    decide(store, 100).await;
    decide(store, 50).await;
    let (mut one, mut two) = (decision(100), decision(50));
    (one.id, two.id) = (1, 2);
    assert_eq!(store.switches().await.unwrap(), [one, two]);
}

#[tokio::test]
async fn a_second_administrator_is_another_one_and_agrees_once() {
    let it = empty().await;
    let store = it.sessions();
    let refused = |it| assert!(matches!(it, Err(StorageError::Conflict)), "{it:?}");
    decide(store, 100).await;
    refused(agree(store, 1, 1, 20).await);
    refused(agree(store, 9, 2, 20).await);
    agree(store, 1, 2, 20).await.unwrap();
    refused(agree(store, 1, 3, 20).await);
    decide(store, 100).await;
    refused(agree(store, 2, 2, 100).await);
    let found = store.switches().await.unwrap();
    assert_eq!((found[0].second, found[0].effective), (Some(2), 20));
    refused(cancel(store, 1, 20).await);
}

#[tokio::test]
async fn a_decision_is_cancelled_before_it_is_in_force() {
    let it = empty().await;
    let store = it.sessions();
    decide(store, 100).await;
    cancel(store, 1, 99).await.unwrap();
    assert_eq!(store.switches().await.unwrap()[0].cancelled, Some(99));
    assert!(matches!(cancel(store, 1, 99).await, Err(StorageError::Conflict)));
    assert!(matches!(agree(store, 1, 2, 20).await, Err(StorageError::Conflict)));
}

#[tokio::test]
async fn a_mail_waits_is_put_off_and_goes() {
    let it = two().await;
    let store = it.sessions();
    it.commit(vec![Change::Mail(mail(1, Some(A))), Change::Mail(mail(2, None))]).await.unwrap();
    assert_eq!(store.due_mail(9, 10).await.unwrap(), []);
    assert_eq!(store.due_mail(10, 10).await.unwrap(), [mail(1, Some(A)), mail(2, None)]);
    assert_eq!(store.due_mail(10, 1).await.unwrap(), [mail(1, Some(A))]);
    store.put_off_mail([1; 16], 70).await.unwrap();
    assert_eq!(store.due_mail(69, 10).await.unwrap(), [mail(2, None)]);
    let later = store.due_mail(70, 10).await.unwrap();
    assert_eq!((later[1].id, later[1].attempts), ([1; 16], 1));
    store.forget_mail([1; 16]).await.unwrap();
    store.forget_mail([1; 16]).await.unwrap();
    store.put_off_mail([1; 16], 70).await.unwrap();
    assert_eq!(store.waiting_mail().await.unwrap(), 1);
}
