//! The sealed content of files in a folder of this machine, or of one that it mounts.
//!
//! Start at [`Folder::open`].
//!
//! # Invariants
//!
//! - An object is written under another name, flushed, and renamed: so it is there as a whole or not at
//!   all, and what was acknowledged survives a power cut.
//! - Names tell nothing, and only the owner of the process reads the files.
//! - Nothing but our own is listed or removed.

mod error;
mod folder;

pub use error::OpenError;
pub use folder::Folder;

/// What it does to people's privacy, as a manifest.
pub const MANIFEST: &str = include_str!("../plugin.toml");

#[cfg(test)]
mod tests;
