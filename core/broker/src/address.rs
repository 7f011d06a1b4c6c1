//! Which addresses a plugin may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whom an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anybody's machine on the internet.
    Global,
    /// A machine of the own network, or this one: allowed where the manifest and the server say so.
    Private,
    /// What a plugin never needs: addresses that hand out a machine's keys, that stand for another
    /// address, for many machines, or for none.
    Never,
}

/// A network: its first address and the length of its prefix.
type Net4 = ([u8; 4], u32);
type Net6 = ([u16; 8], u32);

/// This machine, RFC 1918 and carrier-grade NAT.
const PRIVATE_4: &[Net4] = &[
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
];

/// What the registry of special addresses (RFC 6890) says to be no host on the internet, and the
/// addresses at which clouds hand out keys.
const NEVER_4: &[Net4] = &[
    ([0, 0, 0, 0], 8),
    // Inside of carrier-grade NAT, and yet a cloud's.
    ([100, 100, 100, 200], 32),
    ([169, 254, 0, 0], 16),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// The whole of what is given to hosts on the internet.
const GLOBAL_6: Net6 = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// This machine and unique-local addresses.
const PRIVATE_6: &[Net6] = &[([0, 0, 0, 0, 0, 0, 0, 1], 128), ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7)];

/// Exceptions inside of both.
const NEVER_6: &[Net6] = &[
    // Teredo, benchmarks, ORCHID and what else the IETF keeps.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    // Documentation.
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    // 6to4 wraps an address of version 4.
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    // A cloud hands out keys there.
    ([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128),
];

/// Whom an address leads to. Forms that wrap an address of version 4 (mapped, compatible, NAT64,
/// 6to4, Teredo) are never allowed: an honest name has the address itself.
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(it) => reach_4(it),
        IpAddr::V6(it) => reach_6(it),
    }
}

fn reach_4(address: Ipv4Addr) -> Reach {
    let is_in = |nets: &[Net4]| {
        nets.iter().any(|(first, length)| {
            let differing = u32::from(address) ^ u32::from(Ipv4Addr::from(*first));
            differing.leading_zeros() >= *length
        })
    };
    if is_in(NEVER_4) {
        Reach::Never
    } else if is_in(PRIVATE_4) {
        Reach::Private
    } else {
        Reach::Global
    }
}

fn reach_6(address: Ipv6Addr) -> Reach {
    let is_within = |(first, length): &Net6| {
        let differing = u128::from(address) ^ u128::from(Ipv6Addr::from(*first));
        differing.leading_zeros() >= *length
    };
    if NEVER_6.iter().any(is_within) {
        Reach::Never
    } else if PRIVATE_6.iter().any(is_within) {
        Reach::Private
    } else if is_within(&GLOBAL_6) {
        Reach::Global
    } else {
        Reach::Never
    }
}
