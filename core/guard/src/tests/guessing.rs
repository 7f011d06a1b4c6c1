//! Guessing, from one address and from many, for weeks (AT-18, 19, 20, 22).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use affiant_backend::StorageError;
use tokio::task::JoinSet;

use crate::rules::{DAY, HOUR, MINUTE};
use crate::tests::memory::{Plain, Tried, World, account, address};
use crate::{Attempt, Device, NotAdmitted, Whose};

fn ipv4(number: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 | number << 8 & 0x00ff_ff00 | number >> 16))
}

#[tokio::test]
async fn one_address_checks_ten_passwords_in_any_quarter_of_an_hour() {
    // Seconds between guesses: hammering, patient, and just under the rule.
    for pause in [0, 1, 30, 60, 89, 90, 91, 300] {
        let mut world = World::new();
        let attacker = address("203.0.113.5");
        for guess in 0..10_000 {
            // Known and unknown accounts alike, and the attacker's own, which is right.
            let is_own = guess % 7 == 3;
            world.password(attacker, account(if is_own { 0 } else { guess }), None, is_own).await;
            world.now += pause;
        }
        let most = world.most_within(15 * MINUTE);
        assert!((1..=10).contains(&most), "{most} checks with {pause} s between");
    }
}

#[tokio::test]
async fn bans_double_up_to_a_day_and_begin_anew_after_a_quiet_one() {
    let mut world = World::new();
    let attacker = address("203.0.113.5");
    let mut bans = Vec::new();
    let start = world.now;
    let mut number = 0;
    while world.now < start + 14 * DAY {
        number += 1;
        // Two accounts in turn: neither the pairs nor the accounts hold it off first.
        match world.password(attacker, account(number), None, false).await {
            Tried::Refused(Whose::Address, seconds) => {
                // A ban may have begun with the wrong password a second ago.
                bans.push(i64::from(seconds.div_ceil(60)));
                world.now += i64::from(seconds);
            }
            _ => world.now += 1,
        }
    }
    assert_eq!(bans[..8], [15, 30, 60, 120, 240, 480, 960, 1440]);
    assert!(bans[8..].iter().all(|it| *it == 1440), "{bans:?}");
    world.now += 2 * DAY;
    let mut last = Tried::Right;
    for number in 0..20 {
        last = world.password(attacker, account(number), None, false).await;
        if matches!(last, Tried::Refused(..)) {
            break;
        }
    }
    assert_eq!(last, Tried::Refused(Whose::Address, 900));
}

#[tokio::test]
async fn ten_thousand_addresses_check_a_hundred_passwords_a_day_and_the_owner_gets_in() {
    let mut world = World::new();
    let (home, owner) = (address("198.51.100.7"), account(1));
    let cookie = Device::mark(&Plain, &owner, "", [7; 16], world.now);
    let known = || Device::recognise(&Plain, &owner, &cookie, 1_800_000_000 + 9 * DAY);
    let device = known();
    assert!(device.is_some());
    let start = world.now;
    let (mut refused, mut asked) = (0, 0);
    for number in 0..80_000_u32 {
        world.password(ipv4(number % 10_000), owner, None, false).await;
        world.now = start + i64::from(number) * 8;
        if number % 1_000 == 0 {
            let before = world.checks.len();
            refused += u32::from(world.password(home, owner, device, true).await != Tried::Right);
            world.checks.truncate(before);
            asked += 1;
        }
    }
    assert_eq!((refused, asked), (0, 80));
    let most = world.most_within(DAY);
    assert!((50..=100).contains(&most), "{most} checks in a day");
    let closed = world.password(home, owner, None, true).await;
    assert!(matches!(closed, Tried::Refused(Whose::Account, _)), "{closed:?}");
}

#[tokio::test]
async fn addresses_that_try_many_accounts_are_banned_within_six_tries() {
    let mut world = World::new();
    for number in 0..1_000_u32 {
        let from = ipv4(number);
        let mut checks = 0;
        for pair in 0..100 {
            let tried = world.password(from, account(number * 100 + pair), None, false).await;
            world.now += 1;
            checks += u32::from(tried == Tried::Wrong);
        }
        assert!(checks <= 6, "{checks} checks from {from}");
        if number < 3 {
            let again = world.password(from, account(number * 100), None, true).await;
            assert!(matches!(again, Tried::Refused(Whose::Address, _)), "{again:?}");
        }
    }
}

#[tokio::test]
async fn one_forgotten_password_does_not_ban_an_office() {
    let mut world = World::new();
    let office = address("203.0.113.5");
    for _ in 0..60 {
        world.password(office, account(1), None, false).await;
        world.now += 5;
    }
    let refused = world.password(office, account(1), None, true).await;
    assert!(matches!(refused, Tried::Refused(Whose::Account, _)), "{refused:?}");
    assert_eq!(world.password(office, account(2), None, true).await, Tried::Right);
    world.now += 20 * MINUTE;
    assert_eq!(world.password(office, account(1), None, true).await, Tried::Right);
}

#[tokio::test]
async fn a_known_device_has_ten_wrong_passwords_and_then_those_of_everybody() {
    let mut world = World::new();
    let (home, owner) = (address("198.51.100.7"), account(1));
    let cookie = Device::mark(&Plain, &owner, "", [7; 16], world.now);
    let device = Device::recognise(&Plain, &owner, &cookie, world.now);
    let mut wrong = 0;
    for _ in 0..100 {
        wrong += u32::from(world.password(home, owner, device, false).await == Tried::Wrong);
    }
    // All in one second: ten of its own, and the first of everybody's.
    assert_eq!(wrong, 11);
    world.now += 2;
    assert_eq!(world.password(home, owner, device, true).await, Tried::Right);
    // A right one gives the device its own back only where it was counted there.
    world.now += 2 * DAY;
    for _ in 0..3 {
        assert_eq!(world.password(home, owner, device, false).await, Tried::Wrong);
        assert_eq!(world.password(home, owner, device, true).await, Tried::Right);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_tries_at_once_use_exactly_what_is_left() {
    let world = World::new();
    let guard = Arc::new(world.guard);
    let mut tries = JoinSet::new();
    for number in 0..500 {
        let guard = Arc::clone(&guard);
        let now = world.now;
        tries.spawn(async move {
            let account = account(number);
            let from = address("203.0.113.5");
            let attempt = Attempt::Password { from, account: &account, device: None };
            guard.admit(attempt, now).await.is_ok()
        });
    }
    let let_through = tries.join_all().await.into_iter().filter(|it| *it).count();
    assert_eq!(let_through, 10);
}

#[tokio::test]
async fn all_addresses_of_a_64_are_one_and_wider_networks_have_more() {
    let mut world = World::new();
    let base = "2001:db8:1:2::".parse::<Ipv6Addr>().expect("an address").to_bits();
    for number in 0..10_000_u32 {
        let from = IpAddr::V6(Ipv6Addr::from_bits(base | u128::from(number) << 20));
        world.password(from, account(number), None, false).await;
    }
    assert!(world.checks.len() <= 10, "{}", world.checks.len());
    let mut world = World::new();
    for number in 0..10_000_u32 {
        let from = IpAddr::V6(Ipv6Addr::from_bits(base | u128::from(number % 250) << 64));
        world.password(from, account(number), None, false).await;
    }
    // 2001:db8:1::/56 has eight times as many.
    assert_eq!(world.checks.len(), 80);
}

#[tokio::test]
async fn bans_and_counters_outlive_the_guard() {
    let mut world = World::new();
    let attacker = address("203.0.113.5");
    for number in 0..20 {
        world.password(attacker, account(number), None, false).await;
    }
    let bans = world.guard.bans(world.now, 10).await.expect("bans");
    assert_eq!(bans.len(), 1);
    assert_eq!((bans[0].whose, bans[0].level), (world.guard.ban_of(attacker), 1));
    // Another process on the same counters.
    world.guard = crate::Guard::new(world.limits.clone(), Arc::new(Plain));
    let refused = world.password(attacker, account(99), None, true).await;
    assert!(matches!(refused, Tried::Refused(Whose::Address, _)), "{refused:?}");
    world.guard.lift(bans[0].whose).await.expect("lifted");
    assert_eq!(world.password(attacker, account(99), None, true).await, Tried::Right);
}

#[tokio::test]
async fn a_clock_that_jumps_shuts_nobody_out_and_lets_nobody_in() {
    let attacker = address("203.0.113.5");
    for jump in [-10 * 365 * DAY, -DAY, -HOUR, HOUR, DAY, 10 * 365 * DAY] {
        let mut world = World::new();
        world.now += jump.max(0);
        for number in 0..20 {
            world.password(attacker, account(number), None, false).await;
        }
        // The clock is right again.
        world.now -= jump;
        let there = world.now;
        if jump > 0 {
            let refused = world.password(attacker, account(50), None, true).await;
            assert!(matches!(refused, Tried::Refused(..)), "{jump}: {refused:?}");
        }
        while !matches!(world.password(attacker, account(51), None, true).await, Tried::Right) {
            world.now += 10 * MINUTE;
            let waited = world.now - there;
            assert!(waited <= DAY + HOUR, "still refused {waited} s after a jump of {jump} s");
        }
    }
}

#[tokio::test]
async fn registering_resets_codes_and_keys_have_their_own_limits() {
    let home = address("198.51.100.7");
    let one = account(1);
    let cases: [(&str, Attempt<'_>, u32, i64); 10] = [
        ("register", Attempt::Register { from: home }, 3, HOUR),
        ("reset", Attempt::Reset { from: home, account: &one }, 1, HOUR),
        ("recovery", Attempt::Recovery { from: home, account: &one }, 5, HOUR),
        ("resume", Attempt::Resume { from: home }, 5, HOUR),
        ("link", Attempt::Link { from: home }, 20, HOUR),
        ("API key", Attempt::ApiKey { from: home }, 20, HOUR),
        ("passkey", Attempt::Passkey { from: home }, 20, HOUR),
        ("code", Attempt::Code { sent: b"a code" }, 5, 10 * MINUTE),
        ("step", Attempt::SecondFactor { account: &one, pending: b"sign-in" }, 3, 10 * MINUTE),
        (
            "password",
            Attempt::Password { from: home, account: &one, device: Some(Device([1; 32])) },
            11,
            DAY,
        ),
    ];
    for (name, attempt, limit, span) in cases {
        let mut world = World::new();
        let mut wrong = 0;
        for _ in 0..50 {
            wrong += u32::from(world.attempt(attempt, false).await == Tried::Wrong);
        }
        assert_eq!(wrong, limit, "{name}");
        world.now += span * 3 / 2;
        assert_eq!(world.attempt(attempt, true).await, Tried::Right, "{name}");
    }
    let mut world = World::new();
    for number in 0..30 {
        let pending = [number];
        let attempt = Attempt::SecondFactor { account: &one, pending: &pending };
        world.attempt(attempt, false).await;
    }
    assert_eq!(world.checks.len(), 10, "second factors of one account");
    let mut world = World::new();
    for _ in 0..30 {
        world.attempt(Attempt::Invite { account: &one }, true).await;
    }
    assert_eq!(world.checks.len(), 20, "invitations by one account");
    let mut world = World::new();
    for number in 0..30 {
        let account = account(number);
        world.attempt(Attempt::Reset { from: home, account: &account }, false).await;
    }
    assert_eq!(world.checks.len(), 3, "resets from one address");
}

#[tokio::test]
async fn what_was_right_does_not_use_up_codes_and_keys() {
    let mut world = World::new();
    let from = address("198.51.100.7");
    for _ in 0..200 {
        assert_eq!(world.attempt(Attempt::Resume { from }, true).await, Tried::Right);
        assert_eq!(world.attempt(Attempt::ApiKey { from }, true).await, Tried::Right);
        assert_eq!(world.attempt(Attempt::Passkey { from }, true).await, Tried::Right);
    }
}

#[tokio::test]
async fn a_fault_of_ours_gives_the_try_back() {
    let world = World::new();
    let (from, one) = (address("198.51.100.7"), account(1));
    for _ in 0..100 {
        let attempt = Attempt::Reset { from, account: &one };
        let admitted = world.guard.admit(attempt, world.now).await.expect("let through");
        world.guard.undone(admitted, world.now).await.expect("given back");
    }
}

#[tokio::test]
async fn an_unusual_number_of_wrong_passwords_tightens_the_limit_for_all_unknown_devices() {
    let mut world = World::new();
    let mut alarms = 0;
    for number in 0..60 {
        let account = account(number);
        let attempt = Attempt::Password { from: ipv4(number), account: &account, device: None };
        let admitted = world.guard.admit(attempt, world.now).await.expect("let through");
        alarms += u32::from(world.guard.wrong(admitted, world.now).await.expect("counted"));
    }
    assert_eq!(alarms, 1);
    let from = address("198.51.100.7");
    let mut checks = 0;
    for number in 100..120 {
        checks +=
            u32::from(world.password(from, account(number), None, true).await == Tried::Right);
    }
    assert_eq!(checks, 3);
    // Half an hour later it is as before.
    world.now += 2 * HOUR;
    let mut checks = 0;
    for number in 200..220 {
        checks +=
            u32::from(world.password(from, account(number), None, true).await == Tried::Right);
    }
    assert_eq!(checks, 10);
}

/// Counters that cannot be reached.
struct Gone;

#[async_trait::async_trait]
impl affiant_backend::Limits for Gone {
    async fn decide(
        &self,
        _: Vec<affiant_backend::CounterKey>,
        _: Arc<dyn affiant_backend::Rule>,
    ) -> Result<u64, StorageError> {
        Err(StorageError::Unavailable("gone".into()))
    }

    async fn running(
        &self,
        _: u8,
        _: i64,
        _: u32,
    ) -> Result<Vec<(affiant_backend::CounterKey, affiant_backend::Counter)>, StorageError> {
        Err(StorageError::Unavailable("gone".into()))
    }

    async fn reset(&self, _: affiant_backend::CounterKey) -> Result<(), StorageError> {
        Err(StorageError::Unavailable("gone".into()))
    }

    async fn forget(&self, _: i64) -> Result<u64, StorageError> {
        Err(StorageError::Unavailable("gone".into()))
    }

    async fn put_network(&self, _: affiant_backend::NetworkRow) -> Result<(), StorageError> {
        Err(StorageError::Unavailable("gone".into()))
    }

    async fn networks(&self) -> Result<Vec<affiant_backend::NetworkRow>, StorageError> {
        Err(StorageError::Unavailable("gone".into()))
    }

    async fn delete_network(&self, _: &str) -> Result<(), StorageError> {
        Err(StorageError::Unavailable("gone".into()))
    }
}

#[tokio::test]
async fn who_cannot_be_counted_is_not_let_through() {
    let guard = crate::Guard::new(Arc::new(Gone), Arc::new(Plain));
    let refused = guard.admit(Attempt::Register { from: address("198.51.100.7") }, 0).await;
    assert!(matches!(refused, Err(NotAdmitted::Storage(_))));
}
