//! Counters and networks.

use std::sync::Arc;

use affiant_backend::{Counter, CounterKey, Limits as _, NetworkRow, Rule};
use tokio::task::JoinSet;

use super::empty;

const KEY: CounterKey = CounterKey { kind: 3, whose: [1; 32] };
const OTHER: CounterKey = CounterKey { kind: 200, whose: [1; 32] };

/// Lets so many through, and counts them under every key.
struct UpTo(u32);

impl Rule for UpTo {
    fn decide(&self, counters: &mut [Counter]) -> u64 {
        if counters.iter().any(|it| it.count >= self.0) {
            return 0;
        }
        for counter in counters {
            counter.count += 1;
            counter.marks = u64::MAX;
            (counter.since, counter.until, counter.expires) = (1, 60, 100);
        }
        1
    }
}

#[tokio::test]
async fn exactly_as_many_tries_pass_as_the_rule_allows() {
    let it = empty().await;
    let mut tries = JoinSet::new();
    for _ in 0..100 {
        let store = it.sessions().clone();
        tries.spawn(async move { store.decide(vec![KEY, OTHER], Arc::new(UpTo(10))).await });
    }
    let passed: u64 = tries.join_all().await.into_iter().map(|it| it.unwrap()).sum();
    assert_eq!(passed, 10);
}

#[tokio::test]
async fn counters_survive_a_restart_and_expire() {
    let it = empty().await;
    it.sessions().decide(vec![KEY], Arc::new(UpTo(10))).await.unwrap();
    let again = it.reopened().await.unwrap();
    let store = again.sessions();
    let counter = Counter { count: 1, marks: u64::MAX, since: 1, until: 60, expires: 100 };
    assert_eq!(store.running(3, 59, 10).await.unwrap(), [(KEY, counter)]);
    assert_eq!(store.running(3, 60, 10).await.unwrap(), []);
    assert_eq!(store.running(4, 0, 10).await.unwrap(), []);
    assert_eq!(store.forget(100).await.unwrap(), 0);
    assert_eq!(store.forget(101).await.unwrap(), 1);
    assert_eq!(store.running(3, 0, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_counter_that_is_reset_begins_anew() {
    let it = empty().await;
    let store = it.sessions();
    store.decide(vec![KEY], Arc::new(UpTo(1))).await.unwrap();
    assert_eq!(store.decide(vec![KEY], Arc::new(UpTo(1))).await.unwrap(), 0);
    store.reset(KEY).await.unwrap();
    assert_eq!(store.decide(vec![KEY], Arc::new(UpTo(1))).await.unwrap(), 1);
}

#[tokio::test]
async fn networks_are_kept_by_name_until_they_end() {
    let it = empty().await;
    let store = it.sessions();
    let row = |network: &str, allowed, until| NetworkRow {
        network: network.to_owned(),
        allowed,
        reason: "scans".to_owned(),
        by: 1,
        since: 5,
        until,
    };
    let (one, two) = (row("192.0.2.0/24", false, Some(100)), row("2001:db8::/32", true, None));
    store.put_network(row("192.0.2.0/24", true, None)).await.unwrap();
    store.put_network(one.clone()).await.unwrap();
    store.put_network(two.clone()).await.unwrap();
    assert_eq!(store.networks().await.unwrap(), [one, two.clone()]);
    assert_eq!(store.forget(101).await.unwrap(), 1);
    assert_eq!(store.networks().await.unwrap(), [two]);
    store.delete_network("2001:db8::/32").await.unwrap();
    assert_eq!(store.networks().await.unwrap(), []);
}
