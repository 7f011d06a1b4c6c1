//! Resume codes: another way to a session's seed, for people who write it down.

use sha2::{Digest as _, Sha256};

use crate::base32::Code;
use crate::keys::{Secret, derive, seed_place, unwrap, wrap};
use crate::place::Scope;
use crate::{NoRandomness, Randomness, Refused};

/// A resume code of 128 random bits.
pub struct ResumeCode(Code<16>);

impl ResumeCode {
    /// A new code.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Code::random(randomness).map(Self)
    }

    /// Reads a code as a person types it: any case, spaces and dashes, `O` for 0, `I` and `L`
    /// for 1. `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        Code::parse(text).map(Self)
    }

    /// The code in groups of four, as it is shown once.
    pub fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        self.0.reveal(see)
    }

    /// By which the wrap of this code is found. Tells nothing about the code.
    pub fn lookup(&self) -> [u8; 32] {
        Sha256::digest(self.derive("resume-lookup").bytes()).into()
    }

    /// Seals a session's seed under this code.
    pub fn wrap(
        &self,
        scope: &Scope,
        seed: &Secret,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        wrap(&self.derive("resume-kek"), &seed_place(scope, "resume code"), seed, randomness)
    }

    /// Opens a session's seed.
    pub fn unwrap(&self, scope: &Scope, wrapped: &[u8]) -> Result<Secret, Refused> {
        unwrap(&self.derive("resume-kek"), &seed_place(scope, "resume code"), wrapped)
    }

    fn derive(&self, purpose: &str) -> Secret {
        derive(self.0.bytes(), &[], purpose, &[])
    }
}
