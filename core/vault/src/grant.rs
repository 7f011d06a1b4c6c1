//! Sealing a session's seed to somebody else, and to whoever has an invitation's secret.

use crate::base32::Code;
use crate::cbor::Items;
use crate::hpke::{KeyPair, PublicKey};
use crate::keys::{Secret, derive};
use crate::place::Mode;
use crate::seed::{Recipient, Seed, SeedName, open_seed, seal_seed};
use crate::user_key::AccountScope;
use crate::{NoRandomness, Randomness, Refused};

use sha2::{Digest as _, Sha256};

/// What a grant says; each part is bound to it, so that who can write rows can change none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// The seed that is given.
    pub seed: SeedName<'a>,
    /// To whom. For an organisation's key, an id that stands for it.
    pub to: AccountScope,
    /// What they may do: a word.
    pub role: &'a str,
    /// Until when, in seconds of the Unix epoch; `None` for as long as the session lasts.
    pub expires: Option<i64>,
}

impl Grant<'_> {
    /// What HPKE is told: `[purpose, mode, deployment, session, epoch, section, account, epoch, role,
    /// expires]`.
    fn info(&self, mode: Mode) -> Vec<u8> {
        let SeedName { session, section } = self.seed;
        Items::of(10)
            .text("affiant/grant/v1")
            .number((mode as u8).into())
            .bytes(&session.deployment)
            .bytes(&session.session)
            .number(session.epoch.into())
            .text(section)
            .bytes(&self.to.account)
            .number(self.to.epoch.into())
            .text(self.role)
            .bytes(&self.expires.map_or(vec![], |it| it.to_be_bytes().to_vec()))
            .done()
    }
}

impl PublicKey {
    /// Seals a session's seed to whoever has the private key: 81 bytes, the first of which is the
    /// session's mode.
    pub fn seal_grant(
        &self,
        grant: &Grant<'_>,
        seed: &Seed,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let mode = seed.mode();
        let mut out = vec![mode as u8];
        out.extend(self.seal(&grant.info(mode), None, seed.secret().bytes(), randomness)?);
        Ok(out)
    }
}

impl KeyPair {
    /// Opens a session's seed that somebody sealed to the public key.
    pub fn open_grant(&self, grant: &Grant<'_>, sealed: &[u8]) -> Result<Seed, Refused> {
        let (mode, sealed) = sealed.split_first().ok_or(Refused)?;
        let mode = Mode::of_number(*mode).ok_or(Refused)?;
        Ok(Seed::of(mode, self.open_key(&grant.info(mode), None, sealed)?))
    }
}

/// The secret of an invitation: 128 random bits, which stand in a link behind the `#`, so that no
/// server is ever sent them but in the body of a form; or which somebody types.
pub struct InvitationSecret(Code<16>);

impl InvitationSecret {
    /// A new secret.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Code::random(randomness).map(Self)
    }

    /// The secret of these bytes; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 16]) -> Self {
        let mut code = Code::empty();
        std::mem::swap(code.bytes_mut(), bytes);
        Self(code)
    }

    /// Reads a secret as a link carries it or a person types it: any case, spaces and dashes, `O`
    /// for 0, `I` and `L` for 1. `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        Code::parse(text).map(Self)
    }

    /// The secret in groups of four, as it is shown once.
    pub fn reveal<T>(&self, see: impl FnOnce(&str) -> T) -> T {
        self.0.reveal(see)
    }

    /// By which the invitation is found. Tells nothing about the secret.
    pub fn lookup(&self) -> [u8; 32] {
        Sha256::digest(self.derive("invitation-lookup").bytes()).into()
    }

    /// Seals a session's seed under the secret. `role` and `expires` are those of the grant that
    /// comes of it.
    pub fn seal_seed(
        &self,
        name: &SeedName<'_>,
        role: &str,
        expires: Option<i64>,
        seed: &Seed,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let id = offer(role, expires);
        seal_seed(&self.derive("invitation-kek"), name, &invited(name, &id), seed, randomness)
    }

    /// Opens a session's seed.
    pub fn open_seed(
        &self,
        name: &SeedName<'_>,
        role: &str,
        expires: Option<i64>,
        sealed: &[u8],
    ) -> Result<Seed, Refused> {
        let id = offer(role, expires);
        open_seed(&self.derive("invitation-kek"), name, &invited(name, &id), sealed)
    }

    fn derive(&self, purpose: &str) -> Secret {
        derive(self.0.bytes(), &[], purpose, &[])
    }
}

fn offer(role: &str, expires: Option<i64>) -> Vec<u8> {
    let expires = expires.map_or(vec![], |it| it.to_be_bytes().to_vec());
    Items::of(2).text(role).bytes(&expires).done()
}

fn invited<'a>(name: &'a SeedName<'_>, id: &'a [u8]) -> Recipient<'a> {
    Recipient { key: &name.session.session, id, epoch: 0, way: "invitation" }
}
