//! The two ceremonies of passkeys (WebAuthn Level 3): making one, and signing in with it.
//!
//! Start at [`Site`]. Each ceremony has two halves with the browser between them: the first gives
//! what the browser is [`Asked`], and a state that the server keeps for the second.
//!
//! # Invariants
//!
//! - No I/O and no storage. Challenges come from the library's random numbers.
//! - The authenticator must verify its user: a passkey stands for two factors.
//! - What an authenticator's PRF extension gives never passes through here: it opens keys, and the
//!   ceremony only tells who somebody is.

#![forbid(unsafe_code)]

mod site;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use site::{Asked, NewPasskey, NoPasskeys, NotThisPasskey, Site, Whose};

#[cfg(test)]
mod tests;
