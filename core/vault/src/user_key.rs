//! User keys: what opens everything of an account.

use crate::hpke::{KeyPair, PublicKey};
use crate::keys::{Secret, unwrap, wrap};
use crate::place::{Mode, Place, Scope};
use crate::seed::{Recipient, Seed, SeedName, open_seed, seal_seed};
use crate::{NoRandomness, Randomness, Refused, envelope};

/// Whose user key it is: part of what everything sealed under it is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountScope {
    /// The installation; the keyring gives it.
    pub deployment: [u8; 16],
    /// The account, by its id.
    pub account: [u8; 16],
    /// Counts the account's user keys. The account's secret in the keyring has the same epoch.
    pub epoch: u32,
}

impl AccountScope {
    /// As a scope of records, with the account in place of a session; their tables differ.
    pub(crate) fn scope(&self) -> Scope {
        Scope { deployment: self.deployment, session: self.account, epoch: self.epoch }
    }
}

/// A way to unlock a user key, as a row of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Whose user key.
    pub account: AccountScope,
    /// The row, by its id.
    pub id: [u8; 16],
}

/// What opens everything of an account: 32 random bytes, which no store ever holds in plain.
///
/// It never changes with a password. Each way to unlock is a wrap of it.
pub struct UserKey(Secret);

impl UserKey {
    /// A new user key.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Secret::random(randomness).map(Self)
    }

    /// Makes the account's key pair: the public key, to which others seal, and the private one,
    /// sealed under this user key.
    pub fn new_pair(
        &self,
        account: &AccountScope,
        randomness: &dyn Randomness,
    ) -> Result<(PublicKey, Vec<u8>), NoRandomness> {
        let pair = KeyPair::random(randomness)?;
        Ok((pair.public(), self.seal_pair(account, &pair, randomness)?))
    }

    /// Seals the account's private key, for a user key that takes the place of another.
    pub fn seal_pair(
        &self,
        account: &AccountScope,
        pair: &KeyPair,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (scope, public) = (account.scope(), pair.public());
        let place = pair_place(account, &scope, &public);
        wrap(&self.derive("pair", account), &place, pair.private(), randomness)
    }

    /// Opens the account's key pair. Refused too when the public key is not of this pair, as when
    /// somebody exchanged it in the store.
    pub fn open_pair(
        &self,
        account: &AccountScope,
        public: &PublicKey,
        sealed: &[u8],
    ) -> Result<KeyPair, Refused> {
        let scope = account.scope();
        let place = pair_place(account, &scope, public);
        let pair = KeyPair::of_private(unwrap(&self.derive("pair", account), &place, sealed)?);
        if pair.public() == *public { Ok(pair) } else { Err(Refused) }
    }

    /// Seals the seed of a session that belongs to the account.
    pub fn seal_seed(
        &self,
        account: &AccountScope,
        name: &SeedName<'_>,
        seed: &Seed,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        seal_seed(&self.derive("seeds", account), name, &owner(account), seed, randomness)
    }

    /// Opens the seed of a session that belongs to the account.
    pub fn open_seed(
        &self,
        account: &AccountScope,
        name: &SeedName<'_>,
        sealed: &[u8],
    ) -> Result<Seed, Refused> {
        open_seed(&self.derive("seeds", account), name, &owner(account), sealed)
    }

    /// Seals something personal beside sessions, such as a profile or the name of a passkey.
    /// `content` says what it is, `row` which one, where there are several.
    pub fn seal(
        &self,
        account: &AccountScope,
        content: &str,
        row: &[u8],
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (scope, key) = (account.scope(), self.derive("personal", account));
        let place = personal_place(account, &scope, content, row);
        envelope::seal(key.bytes(), &place, plaintext, randomness)
    }

    /// Opens something personal, in its place only.
    pub fn open<T>(
        &self,
        account: &AccountScope,
        content: &str,
        row: &[u8],
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        let (scope, key) = (account.scope(), self.derive("personal", account));
        envelope::open(key.bytes(), &personal_place(account, &scope, content, row), sealed, see)
    }

    /// Whether it is the same key, in constant time.
    pub fn is(&self, other: &Self) -> bool {
        self.0.is(&other.0)
    }

    pub(crate) fn of(secret: Secret) -> Self {
        Self(secret)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    fn derive(&self, purpose: &str, account: &AccountScope) -> Secret {
        self.0.derive(&[], purpose, &[&account.account])
    }
}

fn owner(account: &AccountScope) -> Recipient<'_> {
    Recipient { key: &account.account, id: &account.account, epoch: account.epoch, way: "owner" }
}

fn pair_place<'a>(account: &'a AccountScope, scope: &'a Scope, public: &'a PublicKey) -> Place<'a> {
    Place {
        mode: Mode::Account,
        scope,
        bare: true,
        key: &account.account,
        table: "wrap/pair",
        row: public.bytes(),
        step: 0,
        content: "private key",
    }
}

fn personal_place<'a>(
    account: &'a AccountScope,
    scope: &'a Scope,
    content: &'a str,
    row: &'a [u8],
) -> Place<'a> {
    Place {
        mode: Mode::Account,
        scope,
        bare: false,
        key: &account.account,
        table: "account",
        row,
        step: 0,
        content,
    }
}

/// Seals a user key under what a way to unlock gives. `row` names the way's row.
pub(crate) fn seal_user_key(
    key: &Secret,
    mode: Mode,
    account: &AccountScope,
    row: &[u8],
    way: &str,
    user_key: &UserKey,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    let scope = account.scope();
    wrap(key, &user_key_place(mode, account, &scope, row, way), &user_key.0, randomness)
}

/// Opens a user key.
pub(crate) fn open_user_key(
    key: &Secret,
    mode: Mode,
    account: &AccountScope,
    row: &[u8],
    way: &str,
    sealed: &[u8],
) -> Result<UserKey, Refused> {
    let scope = account.scope();
    unwrap(key, &user_key_place(mode, account, &scope, row, way), sealed).map(UserKey)
}

fn user_key_place<'a>(
    mode: Mode,
    account: &'a AccountScope,
    scope: &'a Scope,
    row: &'a [u8],
    content: &'a str,
) -> Place<'a> {
    Place {
        mode,
        scope,
        bare: true,
        key: &account.account,
        table: "wrap/user-key",
        row,
        step: 0,
        content,
    }
}
