//! Signing in with an account elsewhere: any provider of OpenID Connect, and GitHub, which speaks
//! OAuth 2 alone. By the crates `openidconnect` and `oauth2`.
//!
//! Start at [`Provider::new`].
//!
//! # Invariants
//!
//! - A person is who issuer and subject say; an e-mail address is handed on and finds nobody.
//! - What a provider says is believed when it was signed by a key of the issuer that was configured,
//!   with an algorithm that has a public key, for us alone, as the answer to our question, and is not
//!   over.
//! - No redirect is followed; every answer is bounded in bytes and time; nothing goes over plain HTTP
//!   but to this machine, where the options allow it.
//! - No code, token or name of a person is in an error.
//! - Clock and randomness are parameters.

mod client;
mod error;
mod oauth;
mod oidc;
mod preset;
mod provider;

pub use error::OptionsError;
pub use provider::{Options, Provider};

/// What it does to people's privacy, as a manifest.
pub const MANIFEST: &str = include_str!("../plugin.toml");

#[cfg(test)]
mod tests;
