//! Keys of publishers.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// What a file with a signing key begins with.
const MARK: &str = "affiant-signing-key-1:";

/// Who signed a package: the public half of an ed25519 key, printed in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublisherKey([u8; 32]);

impl PublisherKey {
    /// A key of these bytes. `None` for bytes that are no key, or one that anybody can sign for.
    pub fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(&bytes).ok()?;
        (!key.is_weak()).then_some(Self(bytes))
    }

    /// Its bytes.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// A short form for people to compare: eight groups of four hexadecimal digits, 128 bits.
    pub fn fingerprint(self) -> String {
        let digest = Sha256::new().chain_update(b"affiant publisher 1\n").chain_update(self.0);
        let digits = hex::encode(&digest.finalize()[..16]);
        let groups: Vec<String> = digits
            .as_bytes()
            .chunks(4)
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .collect();
        groups.join(" ")
    }

    pub(crate) fn has_signed(self, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
    }
}

impl fmt::Display for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublisherKey({self})")
    }
}

impl FromStr for PublisherKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let bytes = hex::decode(text).map_err(|_| BadKey)?;
        array(&bytes).and_then(Self::from_bytes).ok_or(BadKey)
    }
}

/// What a publisher signs with, and shows to nobody.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A key of 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads what [`SigningKey::to_file`] wrote.
    pub fn from_file(text: &str) -> Result<Self, BadKey> {
        let digits = text.trim().strip_prefix(MARK).ok_or(BadKey)?;
        let bytes = hex::decode(digits).map_err(|_| BadKey)?;
        array(&bytes).map(|seed| Self::from_seed(&seed)).ok_or(BadKey)
    }

    /// The key as the text of a file, which only its owner may read.
    pub fn to_file(&self) -> String {
        format!("{MARK}{}\n", hex::encode(self.0.to_bytes()))
    }

    /// The half that everybody may know.
    pub fn publisher(&self) -> PublisherKey {
        PublisherKey(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").finish_non_exhaustive()
    }
}

/// A text that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no key that Affiant wrote")]
pub struct BadKey;

/// The bytes as an array, when there are as many.
pub(crate) fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}
