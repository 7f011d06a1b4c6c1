//! What the host does for components, each through a grant.

use std::fmt;

use affiant_guest::Value;
use jiff::civil::Date;

/// Something that an administrator granted to a plugin: the interfaces that are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// Values of its own: `kv.private`.
    Store,
    /// Requests to the hosts of its manifest: `http.fetch`.
    Http,
    /// The clock: `clock`.
    Clock,
    /// Random bytes: `random`.
    Random,
    /// The log: `log`.
    Log,
}

impl Grant {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Store, Self::Http, Self::Clock, Self::Random, Self::Log];

    /// The capability, as manifests write it.
    pub fn capability(self) -> &'static str {
        match self {
            Self::Store => "kv.private",
            Self::Http => "http.fetch",
            Self::Clock => "clock",
            Self::Random => "random",
            Self::Log => "log",
        }
    }

    /// The interface that it links.
    pub(crate) fn interface(self) -> &'static str {
        match self {
            Self::Store => "affiant:host/store@1.0.0",
            Self::Http => "affiant:host/http@1.0.0",
            Self::Clock => "affiant:host/clock@1.0.0",
            Self::Random => "affiant:host/random@1.0.0",
            Self::Log => "affiant:host/log@1.0.0",
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.capability())
    }
}

/// Why the host did not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The manifest does not ask for the capability.
    NotDeclared,
    /// Nobody granted it, or not for this interview.
    NotGranted,
    /// The person has not agreed, or took it back.
    NoConsent,
    /// The data is of a kind that must not go there.
    LabelBlocked,
    /// A limit was passed.
    OverLimit,
}

/// A capability that was denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// As manifests write it.
    pub capability: String,
    /// Why.
    pub why: Denial,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Asks for headers.
    Head,
    /// Sends.
    Post,
    /// Puts.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
}

/// A header of a request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What a component wants to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Its body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkProblem {
    /// It was denied.
    Denied(Denied),
    /// There is no such host, or nobody answers there.
    Unreachable,
    /// The answer came too slowly.
    TooSlow,
    /// The answer is larger than allowed.
    TooLarge,
}

/// How much a line of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For whoever looks for a fault.
    Debug,
    /// Worth knowing.
    Info,
    /// Likely wrong.
    Warning,
    /// Wrong.
    Error,
}

/// What the host does for a component during one evaluation. Only what was granted is ever called;
/// each call can still be denied, by what it is about.
pub trait Host: Send {
    /// A kept value.
    fn get(&mut self, store: &str, key: &str) -> Result<Option<Value>, Denied>;
    /// Keeps a value.
    fn set(&mut self, store: &str, key: &str, value: Value) -> Result<(), Denied>;
    /// Drops a value.
    fn remove(&mut self, store: &str, key: &str) -> Result<(), Denied>;
    /// At most `most` keys that begin with `prefix` and come behind `after`, in their order.
    fn keys(
        &mut self,
        store: &str,
        prefix: &str,
        after: &str,
        most: u32,
    ) -> Result<Vec<String>, Denied>;
    /// Sends a request.
    fn fetch(&mut self, request: Request) -> Result<Response, NetworkProblem>;
    /// Milliseconds since 1970-01-01T00:00:00Z; the same during one evaluation.
    fn now(&mut self) -> u64;
    /// The day at the site.
    fn today(&mut self) -> Date;
    /// Fills a buffer with random bytes.
    fn random(&mut self, buffer: &mut [u8]);
    /// Takes a line of the log.
    fn log(&mut self, level: Level, message: &str);
}
