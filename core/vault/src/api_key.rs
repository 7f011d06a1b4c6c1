//! API keys: what a program shows in place of a person.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::keys::{Secret, derive_of_both};
use crate::place::Mode;
use crate::user_key::{AccountScope, UserKey, open_user_key, seal_user_key};
use crate::{NoRandomness, Randomness, Refused};

/// What every key begins with, so that scanners for leaked secrets know it.
const PREFIX: &str = "aff_";

/// An API key: an id that names its row, and 256 secret bits of which only a hash is stored.
pub struct ApiKey {
    id: [u8; 16],
    secret: Secret,
}

impl ApiKey {
    /// A new key.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Ok(Self { id: crate::random(randomness)?, secret: Secret::random(randomness)? })
    }

    /// Reads `aff_ID_SECRET`, both in lower hexadecimal digits; `None` when it is not that.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let mut key = Self { id: [0; 16], secret: Secret::empty() };
        read_hex(id, &mut key.id)?;
        read_hex(secret, key.secret.bytes_mut())?;
        Some(key)
    }

    /// The key as it is shown once.
    pub fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + 97));
        text.push_str(PREFIX);
        write_hex(&mut text, &self.id);
        text.push('_');
        write_hex(&mut text, self.secret.bytes());
        see(&text)
    }

    /// Names its row.
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    /// What is stored of the secret. Tells nothing about it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret.derive(&[], "api-key-hash", &[&self.id]).bytes()).into()
    }

    /// Whether it is the key that a hash was stored for, in constant time.
    pub fn is_right(&self, hash: &[u8]) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.hash()[..], hash).into()
    }

    /// Seals a user key, for a key that may read answers. `secret` is the account's in the keyring.
    pub fn seal(
        &self,
        account: &AccountScope,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (key, mode) = (self.kek(account, secret), Mode::Account);
        seal_user_key(&key, mode, account, &self.id, WAY, user_key, randomness)
    }

    /// Opens a user key.
    pub fn open(
        &self,
        account: &AccountScope,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        let key = self.kek(account, secret);
        open_user_key(&key, Mode::Account, account, &self.id, WAY, sealed)
    }

    fn kek(&self, account: &AccountScope, secret: &Secret) -> Secret {
        let ids = [&account.account, &self.id];
        derive_of_both(self.secret.bytes(), secret, &self.id, "api-key-kek", &ids)
    }
}

const WAY: &str = "API key";

fn write_hex(text: &mut String, bytes: &[u8]) {
    let digits = bytes.iter().flat_map(|it| [it >> 4, it & 15]);
    text.extend(digits.filter_map(|it| char::from_digit(it.into(), 16)));
}

/// Reads exactly as many digits as the bytes need.
fn read_hex(text: &str, bytes: &mut [u8]) -> Option<()> {
    if text.len() != bytes.len() * 2 {
        return None;
    }
    let digit = |it: u8| match it {
        b'0'..=b'9' => Some(it - b'0'),
        b'a'..=b'f' => Some(it - b'a' + 10),
        _ => None,
    };
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(())
}
