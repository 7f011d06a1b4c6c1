//! Networks that administrators let in or keep out.

use affiant_backend::{Limits as _, NetworkRow};

use crate::rules::DAY;
use crate::tests::memory::{Tried, World, account, address};
use crate::{Attempt, Networks, Standing};

fn row(network: &str, allowed: bool, until: Option<i64>) -> NetworkRow {
    let reason = "a reason".to_owned();
    NetworkRow { network: network.to_owned(), allowed, reason, by: 1, since: 0, until }
}

#[test]
fn the_narrowest_network_decides() {
    let networks = Networks::of(&[
        row("203.0.113.0/24", false, None),
        row("203.0.113.8/29", true, None),
        row("203.0.113.9/32", false, Some(100)),
        row("2001:db8::/32", false, Some(50)),
        row("198.51.100.7", true, None),
        row("198.51.100.7/32", false, None),
        row("not a network", false, None),
    ]);
    let cases = [
        ("203.0.113.5", 0, Standing::Banned(None)),
        ("203.0.113.8", 0, Standing::Allowed),
        ("203.0.113.9", 0, Standing::Banned(Some(100))),
        ("203.0.113.9", 100, Standing::Allowed),
        ("2001:db8:9::1", 49, Standing::Banned(Some(50))),
        ("2001:db8:9::1", 50, Standing::Ordinary),
        ("192.0.2.1", 0, Standing::Ordinary),
        ("198.51.100.7", 0, Standing::Banned(None)),
    ];
    for (from, now, standing) in cases {
        assert_eq!(networks.standing(address(from), now), standing, "{from} at {now}");
    }
}

#[test]
fn networks_are_read_as_people_type_them() {
    let cases = [
        ("203.0.113.0/24", Some("203.0.113.0/24")),
        (" 203.0.113.77/24 ", Some("203.0.113.0/24")),
        ("203.0.113.5", Some("203.0.113.5/32")),
        ("2001:DB8::1", Some("2001:db8::1/128")),
        ("2001:db8::1/32", Some("2001:db8::/32")),
        ("203.0.113.0/33", None),
        ("203.0.113", None),
        ("", None),
        ("everybody", None),
    ];
    for (typed, network) in cases {
        let parsed = Networks::parse(typed).map(|it| it.to_string());
        assert_eq!(parsed.as_deref(), network, "{typed}");
    }
}

#[tokio::test]
async fn an_allowed_network_is_not_counted_but_its_accounts_are() {
    let mut world = World::new();
    let office = address("203.0.113.9");
    world.limits.put_network(row("203.0.113.0/24", true, None)).await.expect("stored");
    world.guard.read_networks().await.expect("read");
    for number in 0..200 {
        assert_eq!(world.password(office, account(number), None, true).await, Tried::Right);
        let registered = world.attempt(Attempt::Register { from: office }, true).await;
        assert_eq!(registered, Tried::Right);
    }
    world.checks.clear();
    for _ in 0..10_000 {
        world.password(office, account(1), None, false).await;
        world.now += 30;
    }
    assert!(world.most_within(DAY) <= 100);
}
