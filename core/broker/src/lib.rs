//! The one way by which anything of a plugin reaches the network.
//!
//! Start at [`Broker::fetch`]; [`Blocking`] is the same for code that cannot wait as futures do.
//! [`Access`] is what one plugin may do: the [`Entry`]s of its manifest for the settings chosen, its
//! secrets and its limits.
//!
//! # Invariants
//!
//! - Nothing is sent, nor looked up, before an entry of the manifest allows it: scheme, host, port,
//!   path and method. Whether the data that a call has seen may go there is asked of the gate before.
//! - A name is resolved once, every answer is checked, and the connection goes to what was checked.
//!   One answer that is no public address refuses all; where both the manifest and the server's flag
//!   say so, addresses of the own network are let through, and still none that stands for another.
//! - Redirects are answers. No proxy, no cookie, no connection that serves twice, no TLS session that
//!   is taken up again: nothing ties two requests together.
//! - A secret is put in here and is in nothing that comes back; no text of this crate holds one.
//! - Everything ends: by size, by time, or by number.
//! - What is logged is the host as the manifest writes it, sizes and the decision: no path, no header,
//!   no body.

mod access;
mod address;
mod blocking;
mod broker;
mod check;
mod connect;
mod entry;
mod exchange;
mod headers;
mod problem;
mod record;
mod redact;
mod resolve;
mod secrets;
#[cfg(test)]
mod tests;

pub use access::{Access, Limits};
pub use address::{Reach, reach};
pub use blocking::Blocking;
pub use broker::{Broker, Call, Header, Request, Response};
pub use check::{Address, registered};
pub use connect::{Trust, TrustError};
pub use entry::{Entry, HostRule, Line};
pub use problem::{Problem, Refusal, Refused, Unreachable};
pub use record::{Decision, Log, Record};
pub use resolve::{Resolve, System};
pub use secrets::Secrets;
