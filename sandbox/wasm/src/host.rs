//! What the host does for components, each through a grant.

use affiant_guest::{Path, Value};
use jiff::civil::Date;

use crate::grant::Grant;

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

impl Denied {
    /// What a grant stands for is denied.
    pub fn new(grant: Grant, why: Denial) -> Self {
        Self { capability: grant.capability().to_owned(), why }
    }
}

/// Nobody granted it.
fn not_granted(grant: Grant) -> Denied {
    Denied::new(grant, Denial::NotGranted)
}

/// Why an answer is not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It is not known yet: this variable is to be asked for first.
    Missing(Path),
    /// It was denied.
    Denied(Denied),
}

impl From<Denied> for Unanswered {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
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

/// A mail that a component wants to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address of who gets it.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, plain.
    pub body: String,
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
///
/// Whatever a host does not implement, it denies as [`Denial::NotGranted`].
#[expect(unused_variables, reason = "the names say what the parameters are")]
pub trait Host: Send {
    /// A setting that is not secret. Asked for without a grant.
    fn setting(&mut self, name: &str) -> Option<Value> {
        None
    }

    /// An answer.
    fn answer(&mut self, path: &Path) -> Result<Value, Unanswered> {
        Err(not_granted(Grant::Answers).into())
    }

    /// Whether an answer is known, without asking for it.
    fn is_known(&mut self, path: &Path) -> Result<bool, Denied> {
        Err(not_granted(Grant::Answers))
    }

    /// Proposes an answer.
    fn propose(&mut self, path: &Path, value: Value) -> Result<(), Denied> {
        Err(not_granted(Grant::Proposals))
    }

    /// The bytes of a template.
    fn template(&mut self, name: &str) -> Result<Vec<u8>, Denied> {
        Err(not_granted(Grant::Templates))
    }

    /// At most `length` bytes of a file from `offset` on; none behind its end.
    fn document(&mut self, id: &str, offset: u64, length: u32) -> Result<Vec<u8>, Denied> {
        Err(not_granted(Grant::Documents))
    }

    /// What the account says of its person.
    fn account(&mut self, field: &str) -> Result<Value, Denied> {
        Err(not_granted(Grant::Account))
    }

    /// A kept value.
    fn get(&mut self, store: &str, key: &str) -> Result<Option<Value>, Denied> {
        Err(not_granted(Grant::Store))
    }

    /// Keeps a value.
    fn set(&mut self, store: &str, key: &str, value: Value) -> Result<(), Denied> {
        Err(not_granted(Grant::Store))
    }

    /// Drops a value.
    fn remove(&mut self, store: &str, key: &str) -> Result<(), Denied> {
        Err(not_granted(Grant::Store))
    }

    /// At most `most` keys that begin with `prefix` and come behind `after`, in their order.
    fn keys(
        &mut self,
        store: &str,
        prefix: &str,
        after: &str,
        most: u32,
    ) -> Result<Vec<String>, Denied> {
        Err(not_granted(Grant::Store))
    }

    /// Sends a request.
    fn fetch(&mut self, request: Request) -> Result<Response, NetworkProblem> {
        Err(NetworkProblem::Denied(not_granted(Grant::Http)))
    }

    /// Sends a mail.
    fn send(&mut self, letter: Letter) -> Result<(), Denied> {
        Err(not_granted(Grant::Mail))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; the same during one evaluation.
    fn now(&mut self) -> Result<u64, Denied> {
        Err(not_granted(Grant::Clock))
    }

    /// The day at the site.
    fn today(&mut self) -> Result<Date, Denied> {
        Err(not_granted(Grant::Clock))
    }

    /// Fills a buffer with random bytes.
    fn random(&mut self, buffer: &mut [u8]) -> Result<(), Denied> {
        Err(not_granted(Grant::Random))
    }

    /// Takes a line of the log.
    fn log(&mut self, level: Level, message: &str) -> Result<(), Denied> {
        Err(not_granted(Grant::Log))
    }
}
