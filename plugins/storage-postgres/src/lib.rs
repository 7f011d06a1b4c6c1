//! Sessions, accounts, files and keys in two `PostgreSQL` databases, which many servers may use at the
//! same time.
//!
//! Start at [`Databases::open`]; [`Main`] and [`Secrets`] are the stores.
//!
//! Queries are checked while compiling, against what `.sqlx` says of them; `cargo xtask queries` asks
//! a database anew, and a test compares.
//!
//! # Invariants
//!
//! - A write is answered after its commit reached the disk (`synchronous_commit`), never before.
//! - A write is one transaction. What must not come between others of its kind, whichever server they
//!   come from, waits for them: see `Work::locks`. All else relies on the locks of rows.
//! - A write whose transaction the database did not end is done again where that is safe: after a
//!   deadlock, or a connection that broke before the commit was asked for.
//! - Nothing is kept in memory of what another server may change.
//! - The secrets have a database of their own, so that a copy of the sessions opens nothing.
//! - What was deleted leaves the keyring's files when its table is written anew, minutes later, and
//!   the log when the database recycles that; what it holds until then is wrapped under the master
//!   key.
//! - No password of a database is in an error.

mod accounts;
mod api_keys;
mod audit;
mod changes;
mod claims;
mod deletions;
mod error;
mod grants;
mod heads;
mod jobs;
mod limits;
mod news;
mod objects;
mod open;
mod outbox;
mod place;
mod plugins;
mod presence;
mod secrets;
mod sessions;
mod sign_ins;
mod steps;
mod sweep;
mod switches;
mod target;
mod tidy;
mod write;

pub use open::{Databases, OpenError, Options, open_to_others};
pub use place::Place;
pub use presence::Presence;
pub use secrets::Secrets;
pub use sessions::Main;
pub use target::Target;

/// What it does to people's privacy, as a manifest.
pub const MANIFEST: &str = include_str!("../plugin.toml");

#[cfg(test)]
mod tests;
