//! Networks that an administrator keeps out, or lets in whatever the counters say.

use std::net::IpAddr;

use affiant_backend::NetworkRow;
use ipnet::IpNet;

/// How an address stands with the administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was said about it.
    Ordinary,
    /// Its tries are not counted by address.
    Allowed,
    /// It is kept out until then, in seconds of the Unix epoch; `None` is for good.
    Banned(Option<i64>),
}

/// The networks that an administrator entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    network: IpNet,
    allowed: bool,
    until: Option<i64>,
}

impl Networks {
    /// From stored rows. One that is no network is left out.
    pub fn of(rows: &[NetworkRow]) -> Self {
        let entry = |it: &NetworkRow| {
            let network = Self::parse(&it.network)?;
            Some(Entry { network, allowed: it.allowed, until: it.until })
        };
        Self(rows.iter().filter_map(entry).collect())
    }

    /// A network in CIDR notation, or one address, as an administrator types it. Bits behind the
    /// prefix are cut.
    pub fn parse(typed: &str) -> Option<IpNet> {
        let typed = typed.trim();
        let network = typed.parse::<IpNet>().or_else(|_| typed.parse::<IpAddr>().map(IpNet::from));
        network.ok().map(|it| it.trunc())
    }

    /// How an address stands. The narrowest network decides; of two alike, the ban.
    pub fn standing(&self, address: IpAddr, now: i64) -> Standing {
        let running = self.0.iter().filter(|it| it.until.is_none_or(|until| until > now));
        let narrowest = running
            .filter(|it| it.network.contains(&address))
            .max_by_key(|it| (it.network.prefix_len(), !it.allowed));
        match narrowest {
            None => Standing::Ordinary,
            Some(it) if it.allowed => Standing::Allowed,
            Some(it) => Standing::Banned(it.until),
        }
    }
}
