//! Links that work once: what a mail carries.

use sha2::{Digest as _, Sha256};

use crate::keys::Secret;
use crate::place::{Mode, Place, Scope};
use crate::{NoRandomness, Randomness, Refused, envelope};

/// The secret of a link: 256 random bits, of which only a hash is stored.
pub struct LinkSecret(Secret);

impl LinkSecret {
    /// A new secret.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Secret::random(randomness).map(Self)
    }

    /// The secret of a link; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        Self(Secret::take(bytes))
    }

    /// Shows the bytes to whoever writes the link.
    pub fn reveal<T>(&self, see: impl FnOnce(&[u8; 32]) -> T) -> T {
        self.0.reveal(see)
    }

    /// By which the link is found. A link for one purpose is not found for another.
    pub fn lookup(&self, purpose: &str) -> [u8; 32] {
        Sha256::digest(self.0.derive(purpose.as_bytes(), "link-lookup", &[]).bytes()).into()
    }

    /// Seals what the link carries, such as a new address: the store cannot read it.
    pub fn seal(
        &self,
        deployment: [u8; 16],
        purpose: &str,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let scope = Scope { deployment, session: [0; 16], epoch: 0 };
        envelope::seal(self.key().bytes(), &place(&scope, purpose), plaintext, randomness)
    }

    /// Opens what the link carries.
    pub fn open<T>(
        &self,
        deployment: [u8; 16],
        purpose: &str,
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        let scope = Scope { deployment, session: [0; 16], epoch: 0 };
        envelope::open(self.key().bytes(), &place(&scope, purpose), sealed, see)
    }

    fn key(&self) -> Secret {
        self.0.derive(&[], "link", &[])
    }
}

fn place<'a>(scope: &'a Scope, purpose: &'a str) -> Place<'a> {
    Place {
        mode: Mode::Anonymous,
        scope,
        bare: false,
        key: &scope.session,
        table: "links",
        row: &[],
        step: 0,
        content: purpose,
    }
}
