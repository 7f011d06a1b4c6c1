//! The sealed content of files in a bucket of an S3 server, by the crate `object_store`.
//!
//! Start at [`Bucket::new`].
//!
//! # Invariants
//!
//! - An object is sent in one request, and the server keeps it as a whole or not at all; what it
//!   acknowledged it promised to keep.
//! - What the server does not answer, or answers with a fault of its own, is asked again for ten
//!   seconds at most, and only what can be asked twice without harm.
//! - A bucket that is gone is never taken for an object that is.
//! - What lies there is sealed, but for files that are lent by direct links, which whoever runs the
//!   server has to set: those are deleted as soon as their address works no more, by whichever server
//!   looks first, so that a crash leaves none.
//! - Keys are asked of whoever configures it, never of the machine that it runs on, and are in no error.

mod bucket;
mod error;
mod links;

pub use bucket::{Bucket, Options};
pub use error::OptionsError;

/// What it does to people's privacy, as a manifest.
pub const MANIFEST: &str = include_str!("../plugin.toml");

#[cfg(test)]
mod tests;
