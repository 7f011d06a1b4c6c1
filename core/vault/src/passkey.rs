//! Passkeys that unlock: their PRF extension gives 32 bytes that only the authenticator can make.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::cbor::Items;
use crate::hpke::{HPKE_OVERHEAD, KeyPair, PublicKey};
use crate::keys::{Secret, derive, unwrap, wrap};
use crate::place::{Mode, Place, Scope};
use crate::user_key::{AccountScope, UserKey};
use crate::{NoRandomness, Randomness, Refused, envelope};

/// Version of the bytes that a passkey's wrap begins with.
const VERSION: u8 = 1;

/// Bytes of a key sealed under another.
const SEALED_KEY: usize = envelope::OVERHEAD + 32;

/// What an authenticator's PRF extension gave.
pub struct Prf(Secret);

impl Prf {
    /// The output as the browser sent it; the caller's copy is zeroed. Refused if it is not 32 bytes
    /// or if all are zero, which is what a browser without the extension might send.
    pub fn take(bytes: &mut Zeroizing<Vec<u8>>) -> Result<Self, Refused> {
        let output: &mut [u8; 32] = bytes.as_mut_slice().try_into().map_err(|_| Refused)?;
        let secret = Secret::take(output);
        if secret.is(&Secret::empty()) { Err(Refused) } else { Ok(Self(secret)) }
    }

    /// What the authenticator is asked to make the output from: it depends on the site and the
    /// account.
    pub fn input(site: &str, account: &[u8; 16]) -> [u8; 32] {
        let input = Items::of(3).text("affiant/prf/v1").text(site).bytes(account).done();
        Sha256::digest(input).into()
    }
}

/// A passkey of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passkey<'a> {
    /// The installation; the keyring gives it.
    pub deployment: [u8; 16],
    /// The account, by its id.
    pub account: [u8; 16],
    /// The credential's id, as the authenticator gave it.
    pub credential: &'a [u8],
}

impl Passkey<'_> {
    /// Makes the wrap that this passkey opens: a key pair of its own, whose private half is sealed
    /// under what the authenticator gives, and the user key, sealed to the public half. `secret` is
    /// the account's in the keyring.
    pub fn seal(
        &self,
        epoch: u32,
        prf: &Prf,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let pair = KeyPair::random(randomness)?;
        let (scope, row) = (self.scope(), self.row());
        let place = self.place(&scope, &row, "private key");
        let private = wrap(&self.kek(prf), &place, pair.private(), randomness)?;
        self.join(epoch, &private, &pair.public(), secret, user_key, randomness)
    }

    /// Opens the user key of an epoch.
    pub fn open(
        &self,
        epoch: u32,
        prf: &Prf,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        let parts = Parts::of(sealed)?;
        let (scope, row) = (self.scope(), self.row());
        let place = self.place(&scope, &row, "private key");
        let pair = KeyPair::of_private(unwrap(&self.kek(prf), &place, parts.private)?);
        let info = self.info(epoch);
        let user_key = UserKey::of(pair.open_key(&info, Some(secret), parts.user_key)?);
        self.check(&user_key, &pair.public(), parts.public)?;
        Ok(user_key)
    }

    /// Seals a user key that takes the place of another, without the passkey being there.
    ///
    /// The public half is what the old user key sealed: nobody can put another in its place.
    pub fn replace(
        &self,
        old: &UserKey,
        sealed: &[u8],
        epoch: u32,
        secret: &Secret,
        new: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Result<Vec<u8>, Refused>, NoRandomness> {
        let Ok((private, public)) = self.public(old, sealed) else { return Ok(Err(Refused)) };
        self.join(epoch, private, &public, secret, new, randomness).map(Ok)
    }

    fn public<'s>(
        &self,
        user_key: &UserKey,
        sealed: &'s [u8],
    ) -> Result<(&'s [u8], PublicKey), Refused> {
        let parts = Parts::of(sealed)?;
        let (scope, row) = (self.scope(), self.row());
        let place = self.place(&scope, &row, "public key");
        let public = unwrap(&self.keeper(user_key), &place, parts.public)?;
        Ok((parts.private, PublicKey::of_bytes(*public.bytes())?))
    }

    /// That the public half which the user key sealed is that of the pair.
    fn check(&self, user_key: &UserKey, public: &PublicKey, sealed: &[u8]) -> Result<(), Refused> {
        let (scope, row) = (self.scope(), self.row());
        let place = self.place(&scope, &row, "public key");
        let kept = unwrap(&self.keeper(user_key), &place, sealed)?;
        if kept.bytes() == public.bytes() { Ok(()) } else { Err(Refused) }
    }

    /// `version(1) sealed private(136) sealed public(136) sealed user key(80)`.
    fn join(
        &self,
        epoch: u32,
        private: &[u8],
        public: &PublicKey,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (scope, row) = (self.scope(), self.row());
        let place = self.place(&scope, &row, "public key");
        let kept = Secret::take(&mut { *public.bytes() });
        let kept = wrap(&self.keeper(user_key), &place, &kept, randomness)?;
        let info = self.info(epoch);
        let sealed = public.seal(&info, Some(secret), user_key.secret().bytes(), randomness)?;
        Ok([&[VERSION], private, &kept, &sealed].concat())
    }

    fn kek(&self, prf: &Prf) -> Secret {
        derive(prf.0.bytes(), &Sha256::digest(self.credential), "passkey-kek", &[&self.account])
    }

    fn keeper(&self, user_key: &UserKey) -> Secret {
        user_key.secret().derive(&[], "passkeys", &[&self.account])
    }

    /// What HPKE is told: `[purpose, deployment, account, epoch, credential]`.
    fn info(&self, epoch: u32) -> Vec<u8> {
        Items::of(5)
            .text("affiant/passkey/v1")
            .bytes(&self.deployment)
            .bytes(&self.account)
            .number(epoch.into())
            .bytes(self.credential)
            .done()
    }

    /// Without an epoch: the pair stays when the user key is replaced.
    fn scope(&self) -> Scope {
        AccountScope { deployment: self.deployment, account: self.account, epoch: 0 }.scope()
    }

    fn row(&self) -> [u8; 32] {
        Sha256::digest(self.credential).into()
    }

    fn place<'p>(&'p self, scope: &'p Scope, row: &'p [u8], content: &'p str) -> Place<'p> {
        Place {
            mode: Mode::Account,
            scope,
            bare: true,
            key: &self.account,
            table: "wrap/passkey",
            row,
            step: 0,
            content,
        }
    }
}

/// The parts of a wrap.
struct Parts<'a> {
    private: &'a [u8],
    public: &'a [u8],
    user_key: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(sealed: &'a [u8]) -> Result<Self, Refused> {
        let (version, rest) = sealed.split_first().ok_or(Refused)?;
        let (private, rest) = rest.split_at_checked(SEALED_KEY).ok_or(Refused)?;
        let (public, user_key) = rest.split_at_checked(SEALED_KEY).ok_or(Refused)?;
        let right = *version == VERSION && user_key.len() == HPKE_OVERHEAD + 32;
        right.then_some(Self { private, public, user_key }).ok_or(Refused)
    }
}
