//! The master key: what the server itself needs, and no store holds.

use std::sync::OnceLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::cbor::Items;
use crate::keys::{Secret, derive_of_both, unwrap, wrap};
use crate::place::{Mode, Place, Scope};
use crate::seed::{Recipient, Seed, SeedName, open_seed, seal_seed};
use crate::user_key::{AccountScope, Method, UserKey, open_user_key, seal_user_key};
use crate::{NoRandomness, Randomness, Refused, envelope};

/// Names a secret of the keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretName<'a> {
    /// The installation; the keyring gives it.
    pub deployment: [u8; 16],
    /// What the secret belongs to: a word.
    pub kind: &'a str,
    /// Its session's or account's id; all zero where a kind has but one line of epochs.
    pub id: [u8; 16],
    /// Counts the secrets of one id.
    pub epoch: u32,
}

/// The key of the server: 32 bytes from a file, apart from all stores.
///
/// It opens the keyring's secrets, and nothing that a user key seals. From it come the pepper of
/// passwords, the blind index of e-mail addresses, the keys of counters, and custody.
pub struct Master {
    secret: Secret,
    /// Opens the keyring's secrets: every request needs it.
    keyring: OnceLock<Secret>,
}

impl Master {
    /// Takes the bytes of the master key's file; the caller's copy is zeroed.
    pub fn take(bytes: &mut [u8; 32]) -> Self {
        Self::of(Secret::take(bytes))
    }

    fn of(secret: Secret) -> Self {
        Self { secret, keyring: OnceLock::new() }
    }

    /// A new master key, for a new installation.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Secret::random(randomness).map(Self::of)
    }

    /// Shows the bytes to whoever writes the file.
    pub fn reveal<T>(&self, see: impl FnOnce(&[u8; 32]) -> T) -> T {
        self.secret.reveal(see)
    }

    /// What the keyring stores to know its master key again. Tells nothing about the key.
    pub fn mark(&self, deployment: &[u8; 16]) -> [u8; 32] {
        self.tag("mark", &[deployment])
    }

    /// Whether a keyring's mark is of this master key, in constant time.
    pub fn is_marked(&self, deployment: &[u8; 16], mark: &[u8]) -> bool {
        self.mark(deployment).ct_eq(mark).into()
    }

    /// Seals a secret for the keyring.
    pub fn seal_secret(
        &self,
        name: &SecretName<'_>,
        secret: &Secret,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let scope = keyring_scope(name);
        wrap(self.keyring(), &keyring_place(name, &scope), secret, randomness)
    }

    /// Opens a secret of the keyring, under its own name only.
    pub fn open_secret(&self, name: &SecretName<'_>, sealed: &[u8]) -> Result<Secret, Refused> {
        let scope = keyring_scope(name);
        unwrap(self.keyring(), &keyring_place(name, &scope), sealed)
    }

    /// By which the account of an e-mail address is found: a blind index. The address must be in its
    /// normal form, since every other spelling has another index.
    pub fn email_index(&self, normalised: &str) -> [u8; 32] {
        hmac(&self.derive("blind-index"), normalised.as_bytes())
    }

    /// A tag that only this server can make: the key of a counter, a device's code, the proof that a
    /// log was cut. Tags of two purposes, or of other parts, have nothing in common.
    pub fn tag(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let items = Items::of(parts.len() as u64 + 1).text(purpose);
        let message = parts.iter().fold(items, |items, part| items.bytes(part)).done();
        hmac(&self.derive("tag"), &message)
    }

    /// Whether a tag was made by [`Self::tag`], in constant time.
    pub fn is_tag(&self, purpose: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.tag(purpose, parts).ct_eq(tag).into()
    }

    /// Seals an e-mail address so that the server can write to it while the account's secret is in
    /// the keyring.
    pub fn seal_contact(
        &self,
        account: &AccountScope,
        secret: &Secret,
        address: &str,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (scope, key) = (account.scope(), self.with(account, secret, "contact"));
        envelope::seal(
            key.bytes(),
            &kept_place(account, &scope, "contact"),
            address.as_bytes(),
            randomness,
        )
    }

    /// Opens an e-mail address.
    pub fn open_contact<T>(
        &self,
        account: &AccountScope,
        secret: &Secret,
        sealed: &[u8],
        see: impl FnOnce(&str) -> T,
    ) -> Result<T, Refused> {
        let (scope, key) = (account.scope(), self.with(account, secret, "contact"));
        envelope::open(key.bytes(), &kept_place(account, &scope, "contact"), sealed, |it| {
            std::str::from_utf8(it).map(see).map_err(|_| Refused)
        })?
    }

    /// Seals the seed of a second factor so that the server can check codes while the account's secret
    /// is in the keyring. A user key would do as well, but for a reset: then nobody has it, and the
    /// second factor is needed all the same.
    pub fn seal_factor(
        &self,
        account: &AccountScope,
        secret: &Secret,
        seed: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (scope, key) = (account.scope(), self.with(account, secret, "factor"));
        envelope::seal(key.bytes(), &kept_place(account, &scope, "factor"), seed, randomness)
    }

    /// Opens the seed of a second factor.
    pub fn open_factor<T>(
        &self,
        account: &AccountScope,
        secret: &Secret,
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        let (scope, key) = (account.scope(), self.with(account, secret, "factor"));
        envelope::open(key.bytes(), &kept_place(account, &scope, "factor"), sealed, see)
    }

    /// Seals a user key so that the server can open it while the account's secret is in the keyring:
    /// where an administrator allows it and the person chose it.
    pub fn seal_custody(
        &self,
        method: &Method,
        secret: &Secret,
        user_key: &UserKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let key = self.with(&method.account, secret, "custody");
        let mode = Mode::Custody;
        seal_user_key(&key, mode, &method.account, &method.id, CUSTODY, user_key, randomness)
    }

    /// Opens a user key that is in custody.
    pub fn open_custody(
        &self,
        method: &Method,
        secret: &Secret,
        sealed: &[u8],
    ) -> Result<UserKey, Refused> {
        let key = self.with(&method.account, secret, "custody");
        open_user_key(&key, Mode::Custody, &method.account, &method.id, CUSTODY, sealed)
    }

    /// Seals a seed so that the server can open the session. Refused for a session that is not in
    /// custody: what the person alone can open stays so.
    pub fn seal_custody_seed(
        &self,
        name: &SeedName<'_>,
        seed: &Seed,
        randomness: &dyn Randomness,
    ) -> Result<Result<Vec<u8>, Refused>, NoRandomness> {
        if seed.mode() != Mode::Custody {
            return Ok(Err(Refused));
        }
        let key = self.derive("custody-seed");
        seal_seed(&key, name, &in_custody(name), seed, randomness).map(Ok)
    }

    /// Opens a seed that is in custody.
    pub fn open_custody_seed(&self, name: &SeedName<'_>, sealed: &[u8]) -> Result<Seed, Refused> {
        let seed = open_seed(&self.derive("custody-seed"), name, &in_custody(name), sealed)?;
        if seed.mode() == Mode::Custody { Ok(seed) } else { Err(Refused) }
    }

    /// The pepper of passwords, of a version.
    pub(crate) fn pepper(&self, version: u32) -> Secret {
        self.secret.derive(&version.to_be_bytes(), "pepper", &[])
    }

    /// The key of secret settings.
    pub(crate) fn setting_key(&self) -> Secret {
        self.derive("setting")
    }

    fn keyring(&self) -> &Secret {
        self.keyring.get_or_init(|| self.derive("keyring"))
    }

    fn derive(&self, purpose: &str) -> Secret {
        self.secret.derive(&[], purpose, &[])
    }

    /// A key that also needs a session's secret in the keyring.
    pub(crate) fn with_session(&self, session: &Scope, secret: &Secret, purpose: &str) -> Secret {
        derive_of_both(self.secret.bytes(), secret, &[], purpose, &[&session.session])
    }

    /// A key that also needs the account's secret in the keyring.
    fn with(&self, account: &AccountScope, secret: &Secret, purpose: &str) -> Secret {
        derive_of_both(self.secret.bytes(), secret, &[], purpose, &[&account.account])
    }
}

/// What stands for an account in the logs of a month: `month` is the month's secret. Who has not that
/// secret can neither find the account nor tell whether two months' are the same.
pub fn pseudonym(month: &Secret, account: &[u8; 16]) -> [u8; 8] {
    let mut cut = [0; 8];
    cut.copy_from_slice(&hmac(&month.derive(&[], "pseudonym", &[]), account)[..8]);
    cut
}

/// The way's name in the place of what is in custody.
const CUSTODY: &str = "custody";

pub(crate) fn hmac(key: &Secret, message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes keys of any size");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn keyring_scope(name: &SecretName<'_>) -> Scope {
    Scope { deployment: name.deployment, session: name.id, epoch: name.epoch }
}

fn keyring_place<'a>(name: &'a SecretName<'_>, scope: &'a Scope) -> Place<'a> {
    Place {
        // A secret of the keyring has no mode of its own.
        mode: Mode::Anonymous,
        scope,
        bare: true,
        key: &name.id,
        table: "keyring",
        row: name.kind.as_bytes(),
        step: 0,
        content: "secret",
    }
}

/// The place of what the server itself keeps for an account.
fn kept_place<'a>(account: &'a AccountScope, scope: &'a Scope, content: &'a str) -> Place<'a> {
    Place {
        mode: Mode::Custody,
        scope,
        bare: false,
        key: &account.account,
        table: "account",
        row: &[],
        step: 0,
        content,
    }
}

fn in_custody<'a>(name: &'a SeedName<'_>) -> Recipient<'a> {
    Recipient { key: &name.session.session, id: &[], epoch: 0, way: CUSTODY }
}
