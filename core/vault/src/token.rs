//! What a visitor's cookie holds.

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::keys::{Secret, seed_place, unwrap, wrap};
use crate::place::Scope;
use crate::{NoRandomness, Randomness, Refused};

/// What a visitor's cookie holds, and what nobody else has.
pub struct Token {
    secret: Secret,
    /// The session's number as the visitor knows it, once it was asked for.
    sid: OnceLock<Secret>,
}

impl Token {
    /// A new token.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Secret::random(randomness).map(Self::of)
    }

    /// The token of a cookie; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        Self::of(Secret::take(bytes))
    }

    fn of(secret: Secret) -> Self {
        Self { secret, sid: OnceLock::new() }
    }

    /// Shows the bytes to whoever puts them into the cookie.
    pub fn reveal<T>(&self, see: impl FnOnce(&[u8; 32]) -> T) -> T {
        self.secret.reveal(see)
    }

    /// By which the stored session is found. Tells nothing about the token.
    pub fn lookup(&self) -> [u8; 32] {
        Sha256::digest(self.sid()).into()
    }

    /// The code of one form: only who has the cookie can make it.
    pub fn form_code(&self, nonce: &[u8]) -> [u8; 32] {
        *self.secret.derive(self.sid(), "form", &[]).derive(nonce, "form-code", &[]).bytes()
    }

    /// Whether a form's code is the one made from this token and `nonce`.
    pub fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool {
        bool::from(self.form_code(nonce).ct_eq(code))
    }

    /// Seals a session's seed under this token.
    pub fn wrap(
        &self,
        scope: &Scope,
        seed: &Secret,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        wrap(&self.wrapping_key(), &seed_place(scope, "token"), seed, randomness)
    }

    /// Opens a session's seed.
    pub fn unwrap(&self, scope: &Scope, wrapped: &[u8]) -> Result<Secret, Refused> {
        unwrap(&self.wrapping_key(), &seed_place(scope, "token"), wrapped)
    }

    pub(crate) fn derive(&self, purpose: &str) -> Secret {
        self.secret.derive(&[], purpose, &[])
    }

    /// The session's number as the visitor knows it.
    fn sid(&self) -> &[u8] {
        &self.sid.get_or_init(|| self.derive("sid")).bytes()[..16]
    }

    fn wrapping_key(&self) -> Secret {
        self.secret.derive(self.sid(), "anon-kek", &[])
    }
}
