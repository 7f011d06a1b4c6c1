//! The keys of a visitor's session.

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::aad::Place;
use crate::{NoRandomness, Randomness, Refused, envelope, random};

/// 32 secret bytes.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// Takes bytes; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        let secret = Self(Zeroizing::new(*bytes));
        bytes.zeroize();
        secret
    }

    /// New random bytes.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random(randomness)?)))
    }

    /// Shows the bytes to whoever stores them.
    pub fn reveal<T>(&self, see: impl FnOnce(&[u8; 32]) -> T) -> T {
        see(&self.0)
    }

    /// A key for one purpose: HKDF with `salt`, and `info` that names the purpose.
    pub(crate) fn derive(&self, salt: &[u8], info: &str) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(salt), &*self.0)
            .expand(info.as_bytes(), &mut *key)
            .expect("32 bytes are within what HKDF-SHA-256 gives");
        Self(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What a visitor's cookie holds, and what nobody else has.
pub struct Token(Secret);

impl Token {
    /// A new token.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Secret::random(randomness).map(Self)
    }

    /// The token of a cookie; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        Self(Secret::take(bytes))
    }

    /// Shows the bytes to whoever puts them into the cookie.
    pub fn reveal<T>(&self, see: impl FnOnce(&[u8; 32]) -> T) -> T {
        self.0.reveal(see)
    }

    /// The session's number as the visitor knows it.
    fn sid(&self) -> [u8; 16] {
        let mut sid = [0; 16];
        sid.copy_from_slice(&self.0.derive(&[], "affiant/sid/v1").bytes()[..16]);
        sid
    }

    /// By which the stored session is found. Tells nothing about the token.
    pub fn lookup(&self) -> [u8; 32] {
        Sha256::digest(self.sid()).into()
    }

    /// A code for forms, bound to this session: who cannot read the cookie cannot make it.
    pub fn form_key(&self) -> Secret {
        self.0.derive(&self.sid(), "affiant/form/v1")
    }

    /// Whether a form's code is the one made from this token and `nonce`.
    pub fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool {
        bool::from(self.form_code(nonce).ct_eq(code))
    }

    /// The code of one form.
    pub fn form_code(&self, nonce: &[u8]) -> [u8; 32] {
        *self.form_key().derive(nonce, "affiant/form-code/v1").bytes()
    }

    fn wrapping_key(&self) -> Secret {
        self.0.derive(&self.sid(), "affiant/anon-kek/v1")
    }

    /// Seals a session's seed under this token.
    pub fn wrap(
        &self,
        session: &[u8; 16],
        seed: &Secret,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        envelope::seal(
            self.wrapping_key().bytes(),
            &seed_place(session, "seed"),
            seed.bytes(),
            randomness,
        )
    }

    /// Opens a session's seed.
    pub fn unwrap(&self, session: &[u8; 16], wrapped: &[u8]) -> Result<Secret, Refused> {
        open_seed(&self.wrapping_key(), session, "seed", wrapped)
    }
}

pub(crate) fn seed_place<'a>(session: &'a [u8; 16], content: &'a str) -> Place<'a> {
    Place { table: "wrap", row: session, session, step: 0, content }
}

pub(crate) fn open_seed(
    key: &Secret,
    session: &[u8; 16],
    content: &str,
    wrapped: &[u8],
) -> Result<Secret, Refused> {
    let seed = envelope::open(key.bytes(), &seed_place(session, content), wrapped)?;
    let mut bytes: [u8; 32] = seed.as_slice().try_into().map_err(|_| Refused)?;
    Ok(Secret::take(&mut bytes))
}

/// The keys of one session, for the time of one request.
pub struct SessionKeys {
    session: [u8; 16],
    answers: Secret,
    files: Secret,
}

impl SessionKeys {
    /// The keys that a seed and the session's secret in the keyring give together: either alone
    /// opens nothing.
    pub fn derive(session: [u8; 16], seed: &Secret, secret: &Secret) -> Self {
        let data = seed.derive(secret.bytes(), "affiant/session/v1");
        Self {
            session,
            answers: data.derive(&session, "affiant/answers/v1"),
            files: data.derive(&session, "affiant/files/v1"),
        }
    }

    /// Seals a step's record.
    pub fn seal(
        &self,
        step: u32,
        content: &str,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        envelope::seal(self.answers.bytes(), &self.step_place(step, content), plaintext, randomness)
    }

    /// Opens a step's record, in its place only.
    pub fn open<T>(
        &self,
        step: u32,
        content: &str,
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        let plaintext =
            envelope::open(self.answers.bytes(), &self.step_place(step, content), sealed)?;
        Ok(see(&plaintext))
    }

    fn step_place<'a>(&'a self, step: u32, content: &'a str) -> Place<'a> {
        Place { table: "steps", row: &[], session: &self.session, step: step.into(), content }
    }

    pub(crate) fn session(&self) -> &[u8; 16] {
        &self.session
    }

    pub(crate) fn files(&self) -> &Secret {
        &self.files
    }
}
