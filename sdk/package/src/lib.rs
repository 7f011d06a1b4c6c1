//! The file of a plugin, `NAME-VERSION.affiant`: what is in it, and who vouches for it.
//!
//! Start at [`Package::read`], which a server asks about a file, and at [`Package::pack`], which
//! makes one that nobody signed yet; [`sign`] signs it. [`interfaces`] tells what a component
//! imports and exports.
//!
//! ```text
//! from  bytes
//!    0      8  `affiant` and the number of this form, 1
//!    8     32  SHA-256 of the archive
//!   40     32  the publisher's key, or zeros
//!   72     64  an ed25519 signature of the digest, or zeros
//!  136         the archive: tar, its entries in the order of their names
//! ```
//!
//! # Invariants
//!
//! - Bytes in, bytes out: no I/O, no clock, no randomness.
//! - Total: any bytes give an error with a sentence, never a panic.
//! - Nothing of an archive is read before its digest, and its signature where there is one, are
//!   right. One byte that changed anywhere makes a file that is refused.
//! - One package has one archive: what is read is packed again and compared, so that no two programs
//!   can see two different things in it.

mod archive;
mod component;
mod envelope;
mod error;
mod key;
mod package;
#[cfg(test)]
mod tests;

pub use component::{BadComponent, Interfaces, interfaces};
pub use envelope::sign;
pub use error::PackageError;
pub use key::{BadKey, PublisherKey, SigningKey};
pub use package::{Package, Read};

/// Largest package, in bytes.
pub const MAX_PACKAGE: usize = 32 << 20;
/// Largest component, in bytes: those made from JavaScript or Python have 12 to 18 MB.
pub const MAX_COMPONENT: usize = 24 << 20;
/// Longest text in a package, in bytes: manifest, licence, README, script, each translation.
pub const MAX_TEXT: usize = 64 << 10;
/// Most translations.
pub const MAX_TRANSLATIONS: usize = 64;
