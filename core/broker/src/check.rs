//! Whether a manifest allows a request.

use affiant_manifest::{Method, Scheme, path_begins_with};
use url::{Host, Url};

use crate::entry::{Entry, default_port};
use crate::problem::{Refusal, Refused};
use crate::secrets::has_placeholder;

/// Longest address, in bytes.
const LONGEST_URL: usize = 8 << 10;

/// Where a request goes: an address that was read. All that follows is made of what was read, so
/// that nobody reads it in another way.
///
/// Invariant: a scheme of manifests, a host, no name, password or fragment, no placeholder in the
/// path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    scheme: Scheme,
    host: Host<String>,
    name: String,
    port: u16,
    path: String,
    query: Option<String>,
}

impl Address {
    /// Reads an address.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        // Whoever reads addresses drops line ends, and spaces at both ends; we do not guess.
        let is_strange = |it: char| it.is_control() || it == ' ';
        if text.len() > LONGEST_URL || text.chars().any(is_strange) {
            return Err(Refusal::BadUrl);
        }
        let url = Url::parse(text).map_err(|_| Refusal::BadUrl)?;
        let scheme = Scheme::named(url.scheme()).ok_or(Refusal::Scheme)?;
        let host = url.host().map(|it| it.to_owned()).ok_or(Refusal::BadUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(Refusal::Fragment);
        }
        if has_placeholder(url.path().as_bytes()) {
            return Err(Refusal::SecretInPath);
        }
        Ok(Self {
            scheme,
            host,
            name: url.host_str().unwrap_or_default().to_owned(),
            port: url.port().unwrap_or(default_port(scheme)),
            path: url.path().to_owned(),
            query: url.query().map(str::to_owned),
        })
    }

    /// How the request is made.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The name or number of the host.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn host(&self) -> &Host<String> {
        &self.host
    }

    pub(crate) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }
}

/// Where a request goes, and what allows it.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) address: &'a Address,
}

impl Target<'_> {
    /// The header `host`.
    pub(crate) fn authority(&self) -> String {
        let Address { scheme, name, port, .. } = self.address;
        if *port == default_port(*scheme) { name.clone() } else { format!("{name}:{port}") }
    }
}

/// What allows this request.
pub(crate) fn check<'a>(
    entries: &'a [Entry],
    has_seen_data: bool,
    method: Method,
    address: &'a Address,
) -> Result<Target<'a>, Refused> {
    let name = address.name();
    let mut left: Vec<&Entry> = entries.iter().filter(|it| it.host.covers(name)).collect();
    if left.is_empty() {
        let host = (!has_seen_data).then(|| registered(name));
        return Err(Refused { why: Refusal::Host(host), line: None });
    }
    let mut narrow = |why: Refusal, fits: &dyn Fn(&Entry) -> bool| {
        let line = left.first().and_then(|it| it.line.clone());
        left.retain(|it| fits(it));
        left.first().copied().ok_or(Refused { why, line })
    };
    narrow(Refusal::Scheme, &|it| it.scheme == address.scheme)?;
    narrow(Refusal::Port, &|it| it.port == address.port)?;
    narrow(Refusal::Path, &|it| path_begins_with(&address.path, &it.path_prefix))?;
    let allows = |it: &Entry| it.methods.is_empty() || it.methods.contains(&method);
    let entry = narrow(Refusal::Method, &allows)?;
    Ok(Target { entry, address })
}

/// The part of a name that somebody must register: what lies before it can hold anything.
pub fn registered(name: &str) -> String {
    psl::domain_str(name).unwrap_or(name).chars().take(64).collect()
}
