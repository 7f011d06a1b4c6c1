//! What a manifest allows, for the settings chosen.

use affiant_manifest::{
    Declaration, Host, Method, Network, PrivateAddress, Scheme, TakenFrom, Use, Value,
};
use url::Url;

/// One connection that a plugin may make.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How.
    pub scheme: Scheme,
    /// To whom.
    pub host: HostRule,
    /// At which port.
    pub port: u16,
    /// What paths begin with, whole segments; `/` for any.
    pub path_prefix: String,
    /// What requests may do; any, when it is empty.
    pub methods: Vec<Method>,
    /// Whether the manifest says that the peer may be of the own network. The server must agree.
    pub may_be_private: bool,
    /// Where the manifest says so.
    pub line: Option<Line>,
}

/// The host of an entry.
#[derive(Clone, Debug)]
pub enum HostRule {
    /// As the manifest writes it.
    Written(Host),
    /// As the administrator set it: one name or number.
    Set(String),
}

/// A line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Counted from one.
    pub number: usize,
    /// The line itself.
    pub text: String,
}

impl HostRule {
    pub(crate) fn covers(&self, name: &str) -> bool {
        match self {
            Self::Written(host) => host.covers(name),
            Self::Set(host) => host == name,
        }
    }

    /// As it is shown: of a host that was set, its name alone.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Written(host) => host.as_str(),
            Self::Set(host) => host,
        }
    }
}

impl Entry {
    /// What the server may fetch by this declaration. `text` is the manifest's, for its lines.
    ///
    /// An entry whose host the administrator has not set yet allows nothing, and is left out.
    pub fn of(declaration: &Declaration<'_>, text: &str) -> Vec<Self> {
        let fetches = declaration.network.iter().filter(|it| it.used.value == Use::Fetch);
        fetches.filter_map(|it| Self::of_one(declaration, it, text)).collect()
    }

    fn of_one(declaration: &Declaration<'_>, network: &Network, text: &str) -> Option<Self> {
        let scheme = network.scheme.as_ref()?.value;
        let (host, port) = target(declaration, network, scheme)?;
        let location = network.place.locate(text);
        Some(Self {
            scheme,
            host,
            port,
            path_prefix: network.path_prefix.as_ref().map_or("/", |it| it.as_str()).to_owned(),
            methods: network.methods.clone(),
            may_be_private: network.private_address == Some(PrivateAddress::TwoKey),
            line: Some(Line { number: location.line, text: location.text }),
        })
    }
}

/// The host and port. A setting may name a port, of which the manifest then says nothing; a setting of
/// another scheme fits no entry.
fn target(
    declaration: &Declaration<'_>,
    network: &Network,
    scheme: Scheme,
) -> Option<(HostRule, u16)> {
    if let Some(host) = &network.host {
        return Some((HostRule::Written(host.value.clone()), default_port(scheme)));
    }
    let TakenFrom::Setting(name) = &network.host_from.as_ref()?.value else { return None };
    let set = declaration.combination.get(name);
    let Value::Text(address) = set.or_else(|| declaration.installation.values.get(name))? else {
        return None;
    };
    let url = Url::parse(address).ok().filter(|it| it.scheme() == scheme.as_str())?;
    Some((HostRule::Set(url.host_str()?.to_owned()), url.port_or_known_default()?))
}

pub(crate) fn default_port(scheme: Scheme) -> u16 {
    match scheme {
        Scheme::Https => 443,
        Scheme::Http => 80,
    }
}
