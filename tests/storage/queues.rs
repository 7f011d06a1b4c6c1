//! Switches, mails that wait, and which server does what.

use affiant_backend::{
    Change, Claims as _, Commit as _, Limits as _, NetworkRow, News as _, Outbox as _, OutboxRow,
    StorageError, SwitchRow, Switches as _,
};
use tokio::task::JoinSet;

use super::accounts::two;
use super::rows::{A, mail};
use super::{Part, empty};
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

/// The mails that are due, which nobody keeps from others.
async fn due(store: &Main, now: i64, limit: u32) -> Vec<OutboxRow> {
    store.claim_mail(now, 0, limit).await.unwrap()
}

#[tokio::test]
async fn a_mail_waits_is_put_off_and_goes() {
    let it = two().await;
    let store = it.sessions();
    it.commit(vec![Change::Mail(mail(1, Some(A))), Change::Mail(mail(2, None))]).await.unwrap();
    assert_eq!(due(store, 9, 10).await, []);
    assert_eq!(due(store, 10, 10).await, [mail(1, Some(A)), mail(2, None)]);
    assert_eq!(due(store, 10, 1).await, [mail(1, Some(A))]);
    store.put_off_mail([1; 16], 70).await.unwrap();
    assert_eq!(due(store, 69, 10).await, [mail(2, None)]);
    let later = due(store, 70, 10).await;
    assert_eq!((later[1].id, later[1].attempts), ([1; 16], 1));
    store.forget_mail([1; 16]).await.unwrap();
    store.forget_mail([1; 16]).await.unwrap();
    store.put_off_mail([1; 16], 70).await.unwrap();
    assert_eq!(store.waiting_mail().await.unwrap(), 1);
}

#[tokio::test]
async fn a_mail_that_a_server_claimed_is_nobody_elses_until_it_is_put_off() {
    let it = two().await;
    let store = it.sessions();
    it.commit(vec![Change::Mail(mail(1, Some(A))), Change::Mail(mail(2, None))]).await.unwrap();
    assert_eq!(store.claim_mail(10, 1_000, 1).await.unwrap(), [mail(1, Some(A))]);
    assert_eq!(store.claim_mail(10, 1_000, 10).await.unwrap(), [mail(2, None)]);
    assert_eq!(due(store, 10, 10).await, []);
    store.put_off_mail([1; 16], 70).await.unwrap();
    assert_eq!(due(store, 70, 10).await.len(), 1);
}

#[tokio::test]
async fn a_mail_whose_server_died_is_anybodys_when_the_claim_ends() {
    let it = two().await;
    let store = it.sessions();
    it.commit(vec![Change::Mail(mail(1, Some(A)))]).await.unwrap();
    store.claim_mail(10, 1_000, 10).await.unwrap();
    assert_eq!(due(store, 10, 10).await, []);
    // As if the time had passed.
    it.alter(Part::Main, "update outbox set claimed = claimed - 1000").await;
    assert_eq!(due(store, 10, 10).await, [mail(1, Some(A))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_servers_each_mail_is_claimed_by_one() {
    let it = two().await;
    let mails = (1..=100).map(|it| Change::Mail(mail(it, Some(A)))).collect();
    it.commit(mails).await.unwrap();
    let mut servers = JoinSet::new();
    for _ in 0..4 {
        let server = it.beside().await;
        servers.spawn(async move {
            let mut claimed = Vec::new();
            loop {
                let some = server.main.claim_mail(10, 1_000, 3).await.unwrap();
                if some.is_empty() && due(&server.main, 10, 1).await.is_empty() {
                    break claimed;
                }
                claimed.extend(some.into_iter().map(|it| it.id));
            }
        });
    }
    let mut claimed = servers.join_all().await.concat();
    claimed.sort_unstable();
    assert_eq!(claimed, (1..=100).map(|it| [it; 16]).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_work_is_one_servers_until_it_gives_it_back_or_its_time_is_over() {
    let it = empty().await;
    let store = it.sessions();
    let (one, other) = ([1; 16], [2; 16]);
    let claim = async |work, server| store.claim(work, server, 1_000).await.unwrap();
    assert!(claim("sweep", one).await);
    assert!(claim("sweep", one).await, "it keeps what it has");
    assert!(!claim("sweep", other).await);
    assert!(claim("compare", other).await, "another work is another's");
    store.give_back(other).await.unwrap();
    assert!(!claim("sweep", other).await, "it gave back what it had, and no more");
    assert!(claim("compare", one).await);
    store.give_back(one).await.unwrap();
    assert!(claim("sweep", other).await);
    // As if the time had passed.
    it.alter(Part::Main, "update claims set until = until - 1000").await;
    assert!(claim("sweep", one).await);
    assert!(!claim("sweep", other).await, "who came too late does not have it any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_servers_one_has_a_work() {
    let it = empty().await;
    let mut servers = JoinSet::new();
    for number in 0..8 {
        let server = it.beside().await;
        servers
            .spawn(async move { server.main.claim("sweep", [number; 16], 1_000).await.unwrap() });
    }
    assert_eq!(servers.join_all().await.into_iter().filter(|it| *it).count(), 1);
}

#[tokio::test]
async fn the_stamp_changes_with_every_decision_and_every_network() {
    let it = empty().await;
    let store = it.sessions();
    let network = |network: &str, allowed: bool, since: i64, until: Option<i64>| NetworkRow {
        network: network.to_owned(),
        allowed,
        reason: "because".to_owned(),
        by: 1,
        since,
        until,
    };
    let mut stamps = vec![store.stamp().await.unwrap()];
    let mut changed = async |what: &str| {
        let stamp = store.stamp().await.unwrap();
        assert!(!stamps.contains(&stamp), "{what}");
        stamps.push(stamp);
    };
    decide(store, 100).await;
    changed("decided").await;
    agree(store, 1, 2, 20).await.unwrap();
    changed("agreed").await;
    decide(store, 100).await;
    changed("decided again").await;
    cancel(store, 2, 50).await.unwrap();
    changed("cancelled").await;
    store.put_network(network("10.0.0.0/8", false, 10, None)).await.unwrap();
    changed("closed").await;
    store.put_network(network("10.0.0.0/8", true, 10, None)).await.unwrap();
    changed("opened").await;
    store.put_network(network("10.0.0.0/8", true, 10, Some(90))).await.unwrap();
    changed("for some time").await;
    store.put_network(network("10.0.0.0/8", true, 11, Some(90))).await.unwrap();
    changed("later").await;
    store.delete_network("10.0.0.0/8").await.unwrap();
    let after = store.stamp().await.unwrap();
    assert_eq!(after.networks, [0; 4]);
}
