//! Requests to the hosts that the manifest lists: capability `http.fetch`.
//!
//! `{{secret:name}}` in the query of the address, in a header's value or in the body stands for a
//! secret setting. The host fills it in on the way, so a plugin never knows one; it encodes
//! `user:password` of `authorization: Basic`.

use std::fmt;

use crate::failure::{Denied, Failure};
use crate::wire::host::affiant::host::http as wit;

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

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// A request that reads.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }

    /// A request that sends.
    pub fn post(url: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::new(Method::Post, url) }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends it, and waits for what comes back. Redirects are not followed.
    pub fn send(self) -> Result<Response, Problem> {
        let method = match self.method {
            Method::Get => wit::Method::Get,
            Method::Head => wit::Method::Head,
            Method::Post => wit::Method::Post,
            Method::Put => wit::Method::Put,
            Method::Patch => wit::Method::Patch,
            Method::Delete => wit::Method::Delete,
        };
        let header = |(name, value)| wit::Header { name, value };
        let headers = self.headers.into_iter().map(header).collect();
        let request = wit::Request { method, url: self.url, headers, body: self.body };
        let response = wit::fetch(&request)?;
        let headers = response.headers.into_iter().map(|it| (it.name, it.value)).collect();
        Ok(Response { status: response.status, headers, body: response.body })
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// Whether the status says that it went well.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text. What is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It was denied.
    Denied(Denied),
    /// There is no such host, or nobody answers there.
    Unreachable,
    /// The answer came too slowly.
    TooSlow,
    /// The answer is larger than allowed.
    TooLarge,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(it) => it.fmt(f),
            Self::Unreachable => f.write_str("nobody answers there"),
            Self::TooSlow => f.write_str("the answer came too slowly"),
            Self::TooLarge => f.write_str("the answer is too large"),
        }
    }
}

impl std::error::Error for Problem {}

impl From<Problem> for Failure {
    fn from(it: Problem) -> Self {
        match it {
            Problem::Denied(it) => Self::Denied(it),
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<wit::Problem> for Problem {
    fn from(it: wit::Problem) -> Self {
        match it {
            wit::Problem::Denied(it) => Self::Denied(it.into()),
            wit::Problem::Unreachable => Self::Unreachable,
            wit::Problem::TooSlow => Self::TooSlow,
            wit::Problem::TooLarge => Self::TooLarge,
        }
    }
}
