//! Keys and envelopes of a visitor's session.
//!
//! Start at [`SessionKeys`], which the seed that a visitor's [`Token`] opens and the session's
//! secret from the keyring give together, and its [`SessionKeys::seal`] and [`SessionKeys::open`].
//!
//! # Invariants
//!
//! - No I/O and no randomness of its own: random bytes come in through [`Randomness`].
//! - Keys are zeroed when they go; no secret has `Debug`, `Clone`, `Display` or `Serialize`.
//! - Whatever is wrong with an envelope, there is one error, [`Refused`], without detail.
//! - A record opens only in the place it was sealed for.
//! - Secrets are compared in constant time.

#![forbid(unsafe_code)]

// The fuzzer's entries name this crate as every other one does; the tests try the same entries.
#[cfg(test)]
extern crate self as affiant_vault;

mod api_key;
mod base32;
mod cbor;
mod code;
mod cost;
mod envelope;
mod file;
mod grant;
mod hpke;
mod inbox;
mod job;
mod keys;
mod link;
mod master;
mod padding;
mod passkey;
mod password;
mod place;
mod recovery;
mod seed;
mod sign_in;
mod token;
mod user_key;

pub use api_key::ApiKey;
pub use code::ResumeCode;
pub use cost::{Cost, Stretching};
pub use file::{CHUNK, FileKey, SealedFile};
pub use grant::{Grant, InvitationSecret};
pub use hpke::{KeyPair, PublicKey};
pub use job::JobKey;
pub use keys::{Secret, SessionKeys};
pub use link::LinkSecret;
pub use master::{Master, SecretName, pseudonym};
pub use passkey::{Passkey, Prf};
pub use password::{LONGEST_PASSWORD, NoMemory, Password, Stretched};
pub use place::{Mode, Scope};
pub use recovery::RecoveryKey;
pub use seed::{Seed, SeedName};
pub use sign_in::{SignIn, SignInToken};
pub use token::Token;
pub use user_key::{AccountScope, Method, UserKey};

/// An envelope that does not open: altered, truncated, moved, or sealed under another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed.invalid")]
pub struct Refused;

/// Where random bytes come from. Failing must end the request.
pub trait Randomness {
    /// Fills the buffer with bytes nobody can guess.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// Random bytes of a fixed length, for ids and the like; secrets are made by [`Secret::random`].
pub fn random<const N: usize>(source: &dyn Randomness) -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    source.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
