//! Sessions, accounts, files and keys in two embedded `SQLite` databases.
//!
//! Start at [`Databases::open`]; [`Main`] and [`Secrets`] are the stores.
//!
//! Queries are checked while compiling, against a database that `build.rs` makes from the
//! migrations; but for those few that are put together for many callers at once.
//!
//! # Invariants
//!
//! - A write is answered after its commit reached the disk (`synchronous = full`), never before.
//! - All writes of a database go through one connection that commits what waits together, so that
//!   one flush of the disk serves many visitors.
//! - The secrets have a file of their own, so that a copy of the sessions opens nothing.
//! - The newest state of sessions in use is kept in memory, sealed; their secrets never are.
//! - What was deleted is overwritten (`secure_delete`) and leaves the write-ahead log: a secret
//!   before its deletion is acknowledged, everything else soon after.

mod accounts;
mod api_keys;
mod audit;
mod backup;
mod changes;
mod claims;
mod deletions;
mod error;
mod finder;
mod grants;
mod heads;
mod jobs;
mod limits;
mod news;
mod objects;
mod open;
mod outbox;
mod plugins;
mod readers;
mod recent;
mod secrets;
mod sessions;
mod sign_ins;
mod source;
mod sweep;
mod switches;
mod together;
mod write;
mod writer;

pub use backup::{buried_in, copy};
pub use open::{Databases, OpenError, Options};
pub use secrets::Secrets;
pub use sessions::Main;
pub use source::Source;

/// What it does to people's privacy, as a manifest.
pub const MANIFEST: &str = include_str!("../plugin.toml");

#[cfg(test)]
mod tests;
