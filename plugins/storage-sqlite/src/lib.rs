//! Sessions, files and keys in two embedded `SQLite` databases.
//!
//! Start at [`Databases::open`]; [`Sessions`] and [`Secrets`] are the stores.
//!
//! # Invariants
//!
//! - A write is answered after its commit reached the disk (`synchronous = full`), never before.
//! - All writes of a database go through one connection that commits what waits together, so that
//!   one flush of the disk serves many visitors.
//! - The secrets have a file of their own, so that a copy of the sessions opens nothing.

mod error;
mod open;
mod secrets;
mod sessions;
mod write;
mod writer;

pub use open::{Databases, OpenError, Options};
pub use secrets::Secrets;
pub use sessions::Sessions;

#[cfg(test)]
mod tests;
