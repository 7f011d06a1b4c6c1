//! The keyring's secrets, as the rest of the product uses them: unwrapped, for one request.
//!
//! Start at [`Keys`]. What it stores is wrapped under the master key, which is in no database, so
//! that neither the keyring nor a backup of it opens anything by itself.
//!
//! # Invariants
//!
//! - A secret is bound to its kind, id and epoch, and to the installation: one that was moved in the
//!   store does not unwrap.
//! - Under a master key that is not the keyring's own, [`Keys::open`] fails before anything is
//!   written.
//! - How far a session came is known as soon as it is stored, and noted before long: what is in the main
//!   store is never ahead of both for longer than it takes to note it.
//! - No clock and no randomness of its own.

#![forbid(unsafe_code)]

mod epoch;
mod heads;
mod keys;

pub use epoch::{DAY, audit_epoch, day, job_epoch, sign_in_epoch};
pub use heads::Noted;
pub use keys::{AUDIT_MONTHS, Keys, OpenError, SharedRandomness};

#[cfg(test)]
mod tests;
