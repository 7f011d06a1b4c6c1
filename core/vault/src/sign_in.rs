//! Sign-ins: what a cookie opens until the person signs out, or the day's secret is gone.

use sha2::{Digest as _, Sha256};

use crate::cbor::Items;
use crate::keys::{Secret, derive_of_both};
use crate::place::Mode;
use crate::token::Token;
use crate::user_key::{AccountScope, UserKey, open_user_key, seal_user_key};
use crate::{NoRandomness, Randomness, Refused};

/// What a sign-in's wrap is bound to: nobody can give it to another account, or raise its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn<'a> {
    /// Whose user key.
    pub account: AccountScope,
    /// Counts what ended all sign-ins of the account.
    pub auth_epoch: u32,
    /// Epoch of the keyring's secret that opens it.
    pub epoch: u32,
    /// How sure it is who signed in: a word.
    pub level: &'a str,
}

/// What the cookie of somebody who signed in holds, and what nobody else has.
pub struct SignInToken(Token);

impl SignInToken {
    /// A new token.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Token::random(randomness).map(Self)
    }

    /// The token of a cookie; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        Self(Token::take(bytes))
    }

    /// Shows the bytes to whoever puts them into the cookie.
    pub fn reveal<T>(&self, see: impl FnOnce(&[u8; 32]) -> T) -> T {
        self.0.reveal(see)
    }

    /// By which the sign-in is found. Tells nothing about the token.
    pub fn lookup(&self) -> [u8; 32] {
        self.found_by("sign-in-lookup")
    }

    /// By which a sign-in that still owes a second factor is found; never the same as
    /// [`Self::lookup`].
    pub fn pending_lookup(&self) -> [u8; 32] {
        self.found_by("pending-lookup")
    }

    /// The code of one form: only who has the cookie can make it.
    pub fn form_code(&self, nonce: &[u8]) -> [u8; 32] {
        self.0.form_code(nonce)
    }

    /// Whether a form's code is the one made from this token and `nonce`.
    pub fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool {
        self.0.is_form_code(nonce, code)
    }

    /// Seals the user key for as long as the sign-in lasts. `secret` is that of the epoch, from the
    /// keyring.
    pub fn seal(
        &self,
        sign_in: &SignIn<'_>,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        self.seal_as("sign-in", sign_in, secret, user_key, randomness)
    }

    /// Opens the user key.
    pub fn open(
        &self,
        sign_in: &SignIn<'_>,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        self.open_as("sign-in", sign_in, secret, sealed)
    }

    /// Seals the user key until the second factor is shown.
    pub fn seal_pending(
        &self,
        sign_in: &SignIn<'_>,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        self.seal_as("pending", sign_in, secret, user_key, randomness)
    }

    /// Opens the user key of a sign-in that owed a second factor.
    pub fn open_pending(
        &self,
        sign_in: &SignIn<'_>,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        self.open_as("pending", sign_in, secret, sealed)
    }

    fn seal_as(
        &self,
        way: &str,
        sign_in: &SignIn<'_>,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (key, row) = (self.kek(way, sign_in, secret), row(sign_in));
        seal_user_key(&key, Mode::Account, &sign_in.account, &row, way, user_key, randomness)
    }

    fn open_as(
        &self,
        way: &str,
        sign_in: &SignIn<'_>,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        let (key, row) = (self.kek(way, sign_in, secret), row(sign_in));
        open_user_key(&key, Mode::Account, &sign_in.account, &row, way, sealed)
    }

    fn kek(&self, way: &str, sign_in: &SignIn<'_>, secret: &Secret) -> Secret {
        let ids = [&sign_in.account.account];
        self.reveal(|token| derive_of_both(token, secret, way.as_bytes(), "session-kek", &ids))
    }

    fn found_by(&self, purpose: &str) -> [u8; 32] {
        Sha256::digest(self.0.derive(purpose).bytes()).into()
    }
}

fn row(sign_in: &SignIn<'_>) -> Vec<u8> {
    Items::of(3)
        .number(sign_in.auth_epoch.into())
        .number(sign_in.epoch.into())
        .text(sign_in.level)
        .done()
}
