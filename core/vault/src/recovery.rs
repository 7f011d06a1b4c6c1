//! Recovery keys: what a person writes down against the day when the password is forgotten.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::base32::Code;
use crate::keys::{Secret, derive, derive_of_both};
use crate::place::Mode;
use crate::user_key::{Method, UserKey, open_user_key, seal_user_key};
use crate::{NoRandomness, Randomness, Refused};

/// A recovery key of 160 random bits: eight groups of four characters, and two that check them.
pub struct RecoveryKey(Code<20>);

impl RecoveryKey {
    /// A new key.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Code::random(randomness).map(Self)
    }

    /// Reads a key as a person types it: any case, spaces and dashes, `O` for 0, `I` and `L` for 1.
    /// `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        Code::parse(text).map(Self)
    }

    /// The key in groups of four, as it is shown once.
    pub fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        self.0.reveal(see)
    }

    /// Whether the group at `at`, counted from 0, is what was typed: shows that it was written down.
    pub fn has_group(&self, at: usize, typed: &str) -> bool {
        self.0.has_group(at, typed)
    }

    /// What is stored to tell a wrong key from a damaged row. Tells nothing about the key.
    pub fn verifier(&self, method: &Method) -> [u8; 32] {
        let ids = [&method.account.account, &method.id];
        Sha256::digest(derive(self.0.bytes(), &[], "recovery-verifier", &ids).bytes()).into()
    }

    /// Whether it is the key that a verifier was stored for, in constant time.
    pub fn is_right(&self, method: &Method, verifier: &[u8]) -> bool {
        self.verifier(method).ct_eq(verifier).into()
    }

    /// Seals a user key. `secret` is the account's in the keyring.
    pub fn seal(
        &self,
        method: &Method,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (key, mode) = (self.kek(method, secret), Mode::Account);
        seal_user_key(&key, mode, &method.account, &method.id, WAY, user_key, randomness)
    }

    /// Opens a user key.
    pub fn open(
        &self,
        method: &Method,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        let key = self.kek(method, secret);
        open_user_key(&key, Mode::Account, &method.account, &method.id, WAY, sealed)
    }

    fn kek(&self, method: &Method, secret: &Secret) -> Secret {
        let ids = [&method.account.account, &method.id];
        derive_of_both(self.0.bytes(), secret, &method.id, "recovery-kek", &ids)
    }
}

const WAY: &str = "recovery key";
