//! The address that a request came from.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// Most hops of a header that are looked at.
const MAX_HOPS: usize = 20;

/// Most bytes of a header that are looked at, counted from its end: what our own proxies wrote.
const MAX_LENGTH: usize = 1024;

/// The proxies whose word about addresses is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// The proxies of these networks.
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self(networks.into_iter().collect())
    }

    /// Whether an address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = plain(address);
        self.0.iter().any(|it| it.contains(&address))
    }

    /// Who sent a request: the connection's other end or, where that is one of our proxies, whom
    /// it speaks for.
    ///
    /// `forwarded` are the lines of `X-Forwarded-For`, in order. They are read from the right: each
    /// proxy of ours adds the address that it saw, so the first one that is not ours is the last
    /// that anybody vouches for. What stands left of it may be made up.
    pub fn client<'a>(
        &self,
        peer: IpAddr,
        forwarded: impl DoubleEndedIterator<Item = &'a [u8]>,
    ) -> IpAddr {
        let mut last = plain(peer);
        if !self.contains(last) {
            return last;
        }
        let mut length = 0;
        let hops = forwarded.rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
        for hop in hops.take(MAX_HOPS) {
            length += hop.len() + 1;
            if length > MAX_LENGTH {
                return last;
            }
            let Some(address) = parse(hop) else { return last };
            last = address;
            if !self.contains(last) {
                return last;
            }
        }
        last
    }
}

/// An IPv4 address that is written as an IPv6 one, as itself.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(it) => it.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// One hop: an address, perhaps in brackets, perhaps with a port.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim_matches([' ', '\t']);
    let address = match hop.strip_prefix('[') {
        Some(rest) => {
            let (inner, behind) = rest.split_once(']')?;
            if !(behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port)) {
                return None;
            }
            IpAddr::V6(inner.parse().ok()?)
        }
        None => match hop.split_once(':') {
            Some((address, port)) if !port.contains(':') && is_port(port) => {
                IpAddr::V4(address.parse().ok()?)
            }
            _ => hop.parse().ok()?,
        },
    };
    Some(plain(address))
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

/// What tries are counted by: an IPv4 address, or the /64 of an IPv6 one, since whoever has one
/// address there has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit(IpAddr);

impl Unit {
    /// The unit of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match plain(address) {
            IpAddr::V4(it) => IpAddr::V4(it),
            IpAddr::V6(it) => IpAddr::V6(cut(it, 64)),
        })
    }

    /// Its bytes, for the name of a counter.
    pub fn bytes(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(it) => it.octets().to_vec(),
            IpAddr::V6(it) => it.octets()[..8].to_vec(),
        }
    }

    /// The wider networks around it, as the bytes of their names, with how many times the tries of
    /// one unit are let through from all of it: the /24 of IPv4, the /56 and /48 of IPv6.
    pub(crate) fn around(self) -> Vec<(Vec<u8>, u32)> {
        match self.0 {
            IpAddr::V4(it) => vec![(it.octets()[..3].to_vec(), 32)],
            IpAddr::V6(it) => vec![(it.octets()[..7].to_vec(), 8), (it.octets()[..6].to_vec(), 32)],
        }
    }

    /// Whether a network holds it.
    pub fn is_in(self, network: &IpNet) -> bool {
        network.contains(&self.0)
    }

    /// As logs may show it: the /24 of IPv4, the /48 of IPv6.
    pub fn coarse(self) -> String {
        match self.0 {
            IpAddr::V4(it) => {
                let [a, b, c, _] = it.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(it) => format!("{}/48", cut(it, 48)),
        }
    }
}

/// The first bits of an address.
fn cut(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}
