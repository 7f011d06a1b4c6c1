//! The organisation's key: what administrators need to read answers, where a switch lets them.
//!
//! It is kept on paper or in a password manager, never on the server. What is sealed to it opens only
//! with a secret of the keyring besides, so that deleting that secret ends it for every copy, and
//! whoever has the key and a stolen database reads nothing.

use sha2::{Digest as _, Sha256};

use crate::base32::Code;
use crate::cbor::Items;
use crate::hpke::{KeyPair, PublicKey};
use crate::keys::{Secret, derive};
use crate::place::Mode;
use crate::seed::{Seed, SeedName};
use crate::{NoRandomness, Randomness, Refused};

/// Bytes of the public half, in front of what is sealed to it.
const PUBLIC: usize = 32;

/// The organisation's key: 160 random bits, which people write down as eight groups of four
/// characters and two that check them.
pub struct OrganisationKey(Code<20>);

impl OrganisationKey {
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

    /// The public half, which the server keeps: to it, seeds are sealed.
    pub fn public(&self) -> PublicKey {
        self.pair().public()
    }

    /// Opens a seed that was sealed to the public half. `secret` is the one of the keyring.
    pub fn open_seed(
        &self,
        name: &SeedName<'_>,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<Seed, Refused> {
        let (public, sealed) = sealed.split_at_checked(PUBLIC).ok_or(Refused)?;
        let (mode, sealed) = sealed.split_first().ok_or(Refused)?;
        let (mode, pair) = (Mode::of_number(*mode).ok_or(Refused)?, self.pair());
        if pair.public().bytes() != public {
            return Err(Refused);
        }
        let info = info(name, mode, &pair.public());
        Ok(Seed::of(mode, pair.open_key(&info, Some(secret), sealed)?))
    }

    fn pair(&self) -> KeyPair {
        KeyPair::derive(&derive(self.0.bytes(), &[], "organisation", &[]))
    }
}

impl PublicKey {
    /// Seals a session's seed to the organisation whose public half this is, for whoever also has
    /// `secret`, which is one of the keyring: the public half, the session's mode, and what is sealed.
    pub fn seal_for_organisation(
        &self,
        name: &SeedName<'_>,
        secret: &Secret,
        seed: &Seed,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let mode = seed.mode();
        let mut out = self.bytes().to_vec();
        out.push(mode as u8);
        let info = info(name, mode, self);
        out.extend(self.seal(&info, Some(secret), seed.secret().bytes(), randomness)?);
        Ok(out)
    }

    /// The organisation to which something was sealed. Refused if it is too short to say, or names no
    /// public key.
    pub fn of_sealed(sealed: &[u8]) -> Result<Self, Refused> {
        let (public, _) = sealed.split_at_checked(PUBLIC).ok_or(Refused)?;
        Self::of_bytes(*public.first_chunk().ok_or(Refused)?)
    }

    /// What stands for the organisation's key where an id does.
    pub fn id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(self.bytes())[..16]);
        id
    }
}

/// What HPKE is told: `[purpose, mode, deployment, session, epoch, section, public key]`.
fn info(name: &SeedName<'_>, mode: Mode, to: &PublicKey) -> Vec<u8> {
    let SeedName { session, section } = name;
    Items::of(7)
        .text("affiant/organisation/v1")
        .number((mode as u8).into())
        .bytes(&session.deployment)
        .bytes(&session.session)
        .number(session.epoch.into())
        .text(section)
        .bytes(to.bytes())
        .done()
}
