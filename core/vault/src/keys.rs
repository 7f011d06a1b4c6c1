//! Secrets, and the keys of a visitor's session.

use std::sync::OnceLock;

use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::envelope::{self, Opened};
use crate::head::StepName;
use crate::place::{Mode, Place, Scope, mode_of};
use crate::{NoRandomness, Randomness, Refused};

/// 32 secret bytes.
///
/// They stay in one place of the heap, since a value that moves would leave copies on the stack.
pub struct Secret(Box<Zeroizing<[u8; 32]>>);

impl Secret {
    pub(crate) fn empty() -> Self {
        Self(Box::new(Zeroizing::new([0; 32])))
    }

    /// Takes bytes; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        let mut secret = Self::empty();
        secret.0.copy_from_slice(bytes);
        bytes.zeroize();
        secret
    }

    /// New random bytes.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut secret = Self::empty();
        randomness.fill(&mut secret.0[..])?;
        Ok(secret)
    }

    /// Shows the bytes to whoever stores them.
    pub fn reveal<T>(&self, see: impl FnOnce(&[u8; 32]) -> T) -> T {
        see(&self.0)
    }

    /// A key for one purpose: HKDF-SHA-256 with `salt`, and as info `affiant/PURPOSE/v1` with the
    /// ids behind it, each with its length in front.
    pub(crate) fn derive(&self, salt: &[u8], purpose: &str, ids: &[&[u8; 16]]) -> Self {
        derive(self.bytes(), salt, purpose, ids)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }

    /// Compares in constant time.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.bytes().ct_eq(other.bytes()).into()
    }
}

/// A key that needs two secrets, each of which is worth nothing without the other.
pub(crate) fn derive_of_both(
    one: &[u8],
    other: &Secret,
    salt: &[u8],
    purpose: &str,
    ids: &[&[u8; 16]],
) -> Secret {
    let mut both = Zeroizing::new(Vec::with_capacity(one.len() + 32));
    both.extend_from_slice(one);
    both.extend_from_slice(other.bytes());
    derive(&both, salt, purpose, ids)
}

/// As [`Secret::derive`], from key material of any length.
pub(crate) fn derive(material: &[u8], salt: &[u8], purpose: &str, ids: &[&[u8; 16]]) -> Secret {
    let mut info: Vec<&[u8]> = vec![b"affiant/", purpose.as_bytes(), b"/v1"];
    for id in ids {
        info.extend([&[16][..], &id[..]]);
    }
    let mut secret = Secret::empty();
    Hkdf::<Sha256>::new(Some(salt), material)
        .expand_multi_info(&info, &mut secret.0[..])
        .expect("32 bytes are within what HKDF-SHA-256 gives");
    secret
}

/// Seals a key under another.
pub(crate) fn wrap(
    key: &Secret,
    place: &Place<'_>,
    wrapped: &Secret,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    envelope::seal(key.bytes(), place, wrapped.bytes(), randomness)
}

/// Opens a key sealed under another.
pub(crate) fn unwrap(key: &Secret, place: &Place<'_>, wrapped: &[u8]) -> Result<Secret, Refused> {
    envelope::open(key.bytes(), place, wrapped, |bytes| {
        let mut secret = Secret::empty();
        let right = bytes.len() == secret.0.len();
        right.then(|| {
            secret.0.copy_from_slice(bytes);
            secret
        })
    })?
    .ok_or(Refused)
}

/// The place of an anonymous session's seed, sealed by one of several ways to it.
pub(crate) fn seed_place<'a>(scope: &'a Scope, way: &'a str) -> Place<'a> {
    Place {
        mode: Mode::Anonymous,
        scope,
        bare: false,
        key: &scope.session,
        table: "wrap/seed",
        row: &[],
        step: 0,
        content: way,
    }
}

/// The keys of one session, for the time of one request.
pub struct SessionKeys {
    scope: Scope,
    mode: Mode,
    /// The part of the session that they are for; empty for the whole.
    part: Box<str>,
    /// What the others come from. Most requests need the first of them alone.
    data: Secret,
    answers: Secret,
    files: OnceLock<Secret>,
    inbox: OnceLock<Secret>,
}

impl SessionKeys {
    /// The keys that a seed and the session's secret in the keyring give together: either alone
    /// opens nothing. The session is nobody's.
    pub fn derive(scope: Scope, seed: &Secret, secret: &Secret) -> Self {
        Self::derive_in(Mode::Anonymous, scope, seed, secret)
    }

    /// As [`Self::derive`], for a session in a mode. Its records open if they come from this mode or
    /// a lower one.
    pub fn derive_in(mode: Mode, scope: Scope, seed: &Secret, secret: &Secret) -> Self {
        let data = seed.derive(secret.bytes(), "data", &[&scope.session]);
        Self {
            answers: data.derive(&[], "answers", &[&scope.session]),
            files: OnceLock::new(),
            inbox: OnceLock::new(),
            data,
            scope,
            mode,
            part: Box::default(),
        }
    }

    /// The same, for a part of the session: its records are bound to the part's name.
    pub(crate) fn of_part(self, part: &str) -> Self {
        Self { part: part.into(), ..self }
    }

    /// Seals a step's record; `content` says which of its records.
    pub fn seal(
        &self,
        step: impl Into<StepName>,
        content: &str,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let step = step.into();
        let row = step.row(&self.part);
        let place = self.step_place(self.mode, step, &row, content);
        envelope::seal(self.answers.bytes(), &place, plaintext, randomness)
    }

    /// Opens a step's record, in its place only.
    pub fn open<T>(
        &self,
        step: impl Into<StepName>,
        content: &str,
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        self.opened(step.into(), content, sealed).map(|it| see(it.as_ref()))
    }

    pub(crate) fn opened(
        &self,
        step: StepName,
        content: &str,
        sealed: &[u8],
    ) -> Result<Opened, Refused> {
        let row = step.row(&self.part);
        let place = self.step_place(self.mode_of(sealed)?, step, &row, content);
        envelope::opened(self.answers.bytes(), &place, sealed)
    }

    fn step_place<'a>(
        &'a self,
        mode: Mode,
        step: StepName,
        row: &'a [u8],
        content: &'a str,
    ) -> Place<'a> {
        Place {
            mode,
            scope: &self.scope,
            bare: false,
            key: &self.scope.session,
            table: "steps",
            row,
            step: step.number.into(),
            content,
        }
    }

    /// The mode that a record of this session was sealed in.
    pub(crate) fn mode_of(&self, sealed: &[u8]) -> Result<Mode, Refused> {
        mode_of(sealed).filter(|it| it.may_become(self.mode)).ok_or(Refused)
    }

    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(crate) fn answers(&self) -> &Secret {
        &self.answers
    }

    pub(crate) fn files(&self) -> &Secret {
        self.files.get_or_init(|| self.data.derive(&[], "files", &[&self.scope.session]))
    }

    pub(crate) fn inbox_secret(&self) -> &Secret {
        self.inbox.get_or_init(|| self.data.derive(&[], "inbox", &[&self.scope.session]))
    }
}

/// Plaintext of a file, which is too long for a closure to be handy.
pub(crate) type Plaintext = Zeroizing<Vec<u8>>;
