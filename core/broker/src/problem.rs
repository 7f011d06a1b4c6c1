//! Why nothing came back.

use std::fmt;

use crate::entry::Line;

/// Why nothing came back. No text of it holds a secret, a path, or what a plugin sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It was not sent.
    #[error("{0}")]
    Refused(Box<Refused>),
    /// It did not arrive, or nothing that is an answer came back.
    #[error("{0}")]
    Unreachable(Unreachable),
    /// It took longer than the plugin may take.
    #[error("the answer took longer than the plugin may wait")]
    TooSlow,
    /// The answer is larger than the plugin may be given.
    #[error("the answer is larger than the plugin may be given")]
    TooLarge,
}

/// Where an exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The name has no address.
    #[error("the host has no address")]
    NoAddress,
    /// Nobody answers there.
    #[error("nobody answers at the host's address")]
    NoConnection,
    /// Nobody there proves to be the host.
    #[error("the host does not prove who it is, or speaks no TLS that we do")]
    NotProven,
    /// What came back is no answer of HTTP, or ends before it said that it would.
    #[error("the host's answer is broken")]
    Broken,
    /// The answer is compressed, which was not asked for, so that a secret could hide in it.
    #[error("the host's answer is compressed, which was not asked for")]
    Encoded,
}

/// A request that was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// Why.
    pub why: Refusal,
    /// The line of the manifest that comes nearest to allowing it.
    pub line: Option<Line>,
}

/// Why a request was not sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The address cannot be read, or is longer than it may be.
    BadUrl,
    /// The address holds a name or password before its host.
    UserInfo,
    /// The address holds a fragment, which is never sent.
    Fragment,
    /// No entry of the manifest names this host. The name is here only when the call had seen no
    /// data, since a plugin could put data into it.
    Host(Option<String>),
    /// The entry has another scheme.
    Scheme,
    /// The entry has another port.
    Port,
    /// The path is outside of the entry's.
    Path,
    /// The entry does not allow the method.
    Method,
    /// The host's address is none that a plugin may be connected to.
    Address,
    /// A header has a name or value that is none.
    Header,
    /// The request is larger than it may be.
    TooLarge,
    /// A placeholder names no secret of the plugin.
    UnknownSecret,
    /// A placeholder stands in the path.
    SecretInPath,
    /// The secret is so short that it could not be kept out of answers.
    ShortSecret,
    /// The plugin makes too many requests at once.
    AtOnce,
    /// The plugin makes too many requests in a minute.
    PerMinute,
}

impl Refusal {
    /// A stable name for logs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl => "bad-url",
            Self::UserInfo => "user-info",
            Self::Fragment => "fragment",
            Self::Host(_) => "host",
            Self::Scheme => "scheme",
            Self::Port => "port",
            Self::Path => "path",
            Self::Method => "method",
            Self::Address => "address",
            Self::Header => "header",
            Self::TooLarge => "request-too-large",
            Self::UnknownSecret => "unknown-secret",
            Self::SecretInPath => "secret-in-path",
            Self::ShortSecret => "short-secret",
            Self::AtOnce => "at-once",
            Self::PerMinute => "per-minute",
        }
    }

    /// What is wrong and what to do, for whoever writes the plugin.
    fn sentence(&self) -> &'static str {
        match self {
            Self::BadUrl => "the address is none; write a whole one of at most 8 KiB",
            Self::UserInfo => {
                "the address holds a name or password; send it in a header, as `{{secret:…}}`"
            }
            Self::Fragment => "the address holds a `#`, which is never sent; leave it out",
            Self::Host(_) => {
                "no `[[network]]` of the manifest names this host; redirects lead to hosts of their own"
            }
            Self::Scheme => "the manifest allows this host with another `scheme`",
            Self::Port => "the manifest allows this host at its usual port alone",
            Self::Path => "the path does not begin with the `path_prefix` of the manifest",
            Self::Method => "the manifest does not list this method among `methods`",
            Self::Address => {
                "the host's address is not on the internet; `private_address = \"two-key\"` and the \
                 server's own flag allow the own network"
            }
            Self::Header => {
                "a header is none: names are letters and `-`, values have no line ends, at most 64"
            }
            Self::TooLarge => "the request is larger than 1 MiB, or its headers than 16 KiB",
            Self::UnknownSecret => "a placeholder names no setting that is secret and set",
            Self::SecretInPath => {
                "a placeholder stands in the path; secrets go into headers, query and body"
            }
            Self::ShortSecret => "a secret has less than 6 characters, and would show in answers",
            Self::AtOnce => "the plugin waits for too many answers at once",
            Self::PerMinute => "the plugin has made its requests of this minute",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why.sentence())?;
        if let Refusal::Host(Some(host)) = &self.why {
            write!(f, " (`{host}`)")?;
        }
        if let Some(line) = &self.line {
            write!(f, " (plugin.toml:{}: `{}`)", line.number, line.text.trim())?;
        }
        Ok(())
    }
}

impl Problem {
    pub(crate) fn refused(why: Refusal, line: Option<Line>) -> Self {
        Self::Refused(Box::new(Refused { why, line }))
    }
}
