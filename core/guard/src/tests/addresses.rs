//! Whose address a request counts for, whatever its headers claim (AT-21).

use std::net::IpAddr;

use proptest::prelude::*;

use crate::tests::memory::address;
use crate::{TrustedProxies, Unit};

fn proxies() -> TrustedProxies {
    let networks = ["10.0.0.0/8", "192.0.2.1/32", "2001:db8:ffff::/48"];
    TrustedProxies::new(networks.iter().map(|it| it.parse().expect("a network")))
}

fn client(proxies: &TrustedProxies, peer: &str, lines: &[&[u8]]) -> IpAddr {
    proxies.client(address(peer), lines.iter().copied())
}

/// What a visitor may send to pass for somebody else.
const CLAIMS: [&[u8]; 34] = [
    b"",
    b"198.51.100.99",
    b"127.0.0.1",
    b"10.0.0.1",
    b"192.0.2.1",
    b"::1",
    b"2001:db8:ffff::1",
    b"::ffff:10.0.0.1",
    b"::ffff:127.0.0.1",
    b"[::1]",
    b"[::1]:8080",
    b"[2001:db8:ffff::1]:443",
    b"10.0.0.1:8080",
    b"10.0.0.1, 10.0.0.2, 10.0.0.3",
    b"198.51.100.99,",
    b",198.51.100.99",
    b",,,,",
    b" , , ",
    b"unknown",
    b"_hidden",
    b"localhost",
    b"for=198.51.100.99",
    b"for=\"[2001:db8::1]\";proto=https",
    b"198.51.100.99;10.0.0.1",
    b"198.51.100.99 10.0.0.1",
    b"0198.051.0100.099",
    b"0xc6.0x33.0x64.0x63",
    b"3325256803",
    b"198.51.100.256",
    b"198.51.100",
    b"fe80::1%eth0",
    b"\x00\xff\xfe",
    b"198.51.100.99\x0b",
    "１９８.51.100.99".as_bytes(),
];

/// How our own proxies write the visitor's address behind that.
const ADDED: [(&[u8], &str); 10] = [
    (b"203.0.113.5", "203.0.113.5"),
    (b" 203.0.113.5", "203.0.113.5"),
    (b"  203.0.113.5  ", "203.0.113.5"),
    (b"\t203.0.113.5\t", "203.0.113.5"),
    (b"203.0.113.5:51234", "203.0.113.5"),
    (b"::ffff:203.0.113.5", "203.0.113.5"),
    (b"2001:db8:1::7", "2001:db8:1::7"),
    (b"[2001:db8:1::7]", "2001:db8:1::7"),
    (b"[2001:db8:1::7]:51234", "2001:db8:1::7"),
    (b"203.0.113.5, 10.9.8.7, ::ffff:10.1.2.3", "203.0.113.5"),
];

#[test]
fn nobody_passes_for_somebody_else_behind_our_proxies() {
    let proxies = proxies();
    let mut sets = 0;
    for claim in CLAIMS {
        for (added, expected) in ADDED {
            for peer in ["10.0.0.1", "::ffff:10.0.0.1", "2001:db8:ffff::9"] {
                let joined = [claim, b",", added].concat();
                let expected = address(expected);
                assert_eq!(client(&proxies, peer, &[&joined]), expected, "{joined:?}");
                assert_eq!(client(&proxies, peer, &[claim, added]), expected, "{claim:?}");
                sets += 2;
            }
        }
    }
    assert!(sets >= 300, "{sets}");
}

#[test]
fn nobody_passes_for_somebody_else_without_a_proxy_of_ours() {
    for proxies in [TrustedProxies::default(), proxies()] {
        for claim in CLAIMS {
            for peer in ["203.0.113.5", "2001:db8:1::7", "::ffff:203.0.113.5"] {
                let expected = if peer.contains("203") { "203.0.113.5" } else { peer };
                assert_eq!(client(&proxies, peer, &[claim]), address(expected), "{claim:?}");
            }
        }
    }
}

#[test]
fn a_hop_that_does_not_parse_ends_the_walk_at_the_last_good_one() {
    let cases: [(&[&[u8]], &str); 12] = [
        (&[], "10.0.0.1"),
        (&[b""], "10.0.0.1"),
        (&[b"unknown"], "10.0.0.1"),
        (&[b"203.0.113.5, unknown"], "10.0.0.1"),
        (&[b"203.0.113.5,"], "10.0.0.1"),
        (&[b"203.0.113.5, unknown, 10.0.0.9"], "10.0.0.9"),
        (&[b"10.0.0.7, 10.0.0.8, 10.0.0.9"], "10.0.0.7"),
        (&[b"203.0.113.5:"], "10.0.0.1"),
        (&[b"203.0.113.5:123456"], "10.0.0.1"),
        (&[b"203.0.113.5:12a"], "10.0.0.1"),
        (&[b"[203.0.113.5]"], "10.0.0.1"),
        (&[b"[2001:db8:1::7"], "10.0.0.1"),
    ];
    for (lines, expected) in cases {
        assert_eq!(client(&proxies(), "10.0.0.1", lines), address(expected), "{lines:?}");
    }
}

#[test]
fn no_more_than_twenty_hops_and_a_thousand_bytes_are_read() {
    let proxies = proxies();
    let hops = |ours: usize| {
        let all = std::iter::once("203.0.113.5").chain(std::iter::repeat_n("10.0.0.2", ours));
        all.collect::<Vec<_>>().join(",")
    };
    assert_eq!(client(&proxies, "10.0.0.1", &[hops(19).as_bytes()]), address("203.0.113.5"));
    assert_eq!(client(&proxies, "10.0.0.1", &[hops(20).as_bytes()]), address("10.0.0.2"));
    assert_eq!(client(&proxies, "10.0.0.1", &[hops(1_000).as_bytes()]), address("10.0.0.2"));
    let padded = |length: usize| format!("203.0.113.5,{}10.0.0.2", " ".repeat(length));
    assert_eq!(client(&proxies, "10.0.0.1", &[padded(900).as_bytes()]), address("203.0.113.5"));
    assert_eq!(client(&proxies, "10.0.0.1", &[padded(2_000).as_bytes()]), address("10.0.0.1"));
}

#[test]
fn tries_are_counted_by_address_or_by_64_and_logged_coarser() {
    let cases = [
        ("203.0.113.5", "203.0.113.6", false, "203.0.113.0/24"),
        ("203.0.113.5", "::ffff:203.0.113.5", true, "203.0.113.0/24"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, "2001:db8:1::/48"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false, "2001:db8:1::/48"),
    ];
    for (one, other, is_same, coarse) in cases {
        let (one, other) = (Unit::of(address(one)), Unit::of(address(other)));
        assert_eq!(one == other, is_same, "{one:?} {other:?}");
        assert_eq!(one.bytes() == other.bytes(), is_same);
        assert_eq!(one.coarse(), coarse);
    }
}

proptest! {
    #[test]
    fn whatever_a_visitor_sends_our_proxy_has_the_last_word(
        claims in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8),
        visitor in any::<u32>(),
    ) {
        let visitor = IpAddr::V4(visitor.into());
        prop_assume!(!proxies().contains(visitor));
        let mut lines = claims.clone();
        lines.push(visitor.to_string().into_bytes());
        let proxies = proxies();
        let found = proxies.client(address("10.0.0.1"), lines.iter().map(Vec::as_slice));
        prop_assert_eq!(found, visitor);
        let direct = proxies.client(visitor, claims.iter().map(Vec::as_slice));
        prop_assert_eq!(direct, visitor);
    }
}
