//! Seeds of sessions: which one is meant, and in which mode its session is.

use crate::cbor::Items;
use crate::keys::{Secret, SessionKeys, unwrap, wrap};
use crate::place::{Mode, Place, Scope, mode_of};
use crate::{NoRandomness, Randomness, Refused};

/// Names a seed: that of a session, or of one of its sections that other people must not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedName<'a> {
    /// The session, and the epoch of its seed.
    pub session: Scope,
    /// The section; empty for the whole session.
    pub section: &'a str,
}

/// What a session's keys are derived from, with the mode that the session is in.
///
/// A seed is sealed with its mode and opens with it, so that who can write rows cannot turn a
/// session into one that the server may open.
pub struct Seed {
    secret: Secret,
    mode: Mode,
}

impl Seed {
    /// A new seed.
    pub fn random(mode: Mode, randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Ok(Self { secret: Secret::random(randomness)?, mode })
    }

    /// The seed of a visitor's session, as its token or resume code opened it.
    pub fn anonymous(secret: Secret) -> Self {
        Self { secret, mode: Mode::Anonymous }
    }

    /// The same seed, of a session that goes over to another mode. Refused if that is a lower one:
    /// that needs a new epoch.
    pub fn raise(self, mode: Mode) -> Result<Self, Refused> {
        if self.mode.may_become(mode) { Ok(Self { mode, ..self }) } else { Err(Refused) }
    }

    /// The mode that its session is in.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The session's keys, which it gives together with the session's secret in the keyring.
    pub fn keys(&self, scope: Scope, secret: &Secret) -> SessionKeys {
        SessionKeys::derive_in(self.mode, scope, &self.secret, secret)
    }

    /// The seed of a part of the session: it opens nothing of another part, and nobody can tell
    /// from it what it was derived from.
    #[must_use]
    pub fn part(&self, session: &[u8; 16], name: &str) -> Self {
        Self { secret: self.secret.derive(name.as_bytes(), "part", &[session]), mode: self.mode }
    }

    pub(crate) fn of(mode: Mode, secret: Secret) -> Self {
        Self { secret, mode }
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// For whom, and by which way, a seed is sealed.
pub(crate) struct Recipient<'a> {
    /// Names the key that it is sealed under.
    pub(crate) key: &'a [u8; 16],
    /// Somebody's, or something's, id.
    pub(crate) id: &'a [u8],
    /// An epoch of theirs.
    pub(crate) epoch: u32,
    pub(crate) way: &'static str,
}

/// Seals a seed under a key.
pub(crate) fn seal_seed(
    key: &Secret,
    name: &SeedName<'_>,
    to: &Recipient<'_>,
    seed: &Seed,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    let row = row(name, to);
    wrap(key, &place(name, to, seed.mode, &row), &seed.secret, randomness)
}

/// Opens a seed sealed under a key.
pub(crate) fn open_seed(
    key: &Secret,
    name: &SeedName<'_>,
    to: &Recipient<'_>,
    sealed: &[u8],
) -> Result<Seed, Refused> {
    let row = row(name, to);
    let mode = mode_of(sealed).ok_or(Refused)?;
    Ok(Seed { secret: unwrap(key, &place(name, to, mode, &row), sealed)?, mode })
}

fn place<'a>(name: &'a SeedName<'_>, to: &Recipient<'a>, mode: Mode, row: &'a [u8]) -> Place<'a> {
    Place {
        mode,
        scope: &name.session,
        bare: true,
        key: to.key,
        table: "wrap/seed",
        row,
        step: 0,
        content: to.way,
    }
}

fn row(name: &SeedName<'_>, to: &Recipient<'_>) -> Vec<u8> {
    Items::of(3).text(name.section).bytes(to.id).number(to.epoch.into()).done()
}
