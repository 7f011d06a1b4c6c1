//! What all use cases share.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock};

use affiant_audit::Ledger;
use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Letter, Lookup, MethodId, MethodKind, MethodRow,
    OutboxRow, SecretKind, SecretName, Store,
};
use affiant_guard::{Admission, Attempt, Device, Guard};
use affiant_keyring::{Keys, SharedRandomness};
use affiant_passkey::Site;
use affiant_vault::{
    AccountScope, Cost, Master, Method, Password, Scope, Secret, Stretched, Stretching, UserKey,
    random,
};

use crate::email::Address;
use crate::error::AccountError;
use crate::letter;

/// What accounts are made of.
pub struct Parts {
    /// Where everything but keys is kept.
    pub store: Arc<dyn Store>,
    /// Where the secrets are kept, and the server's own key.
    pub keys: Arc<Keys>,
    /// Counts tries.
    pub guard: Arc<Guard>,
    /// Lets only so many passwords be hashed at once.
    pub admission: Arc<Admission>,
    /// Gives random bytes.
    pub randomness: SharedRandomness,
    /// The site that passkeys are for; `None` where its address allows none.
    pub site: Option<Arc<Site>>,
    /// What an operator set.
    pub settings: Settings,
}

/// What an operator set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme and host that people use, without a slash at the end: links in mails begin with it.
    pub origin: String,
    /// What hashing a password costs.
    pub hashing: Hashing,
    /// Seconds without use after which a sign-in ends.
    pub idle: i64,
    /// Seconds after which a sign-in ends in any case.
    pub absolute: i64,
    /// Days for which a reset without a key keeps the old answers in the locked vault.
    pub locked_days: u32,
}

impl Settings {
    /// What holds where an operator set nothing. An hour without use, because people look for papers
    /// while they answer; twelve hours in any case; 30 days in the locked vault.
    pub fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            hashing: Hashing::Set(Cost::STANDARD),
            idle: 3_600,
            absolute: 12 * 3_600,
            locked_days: 30,
        }
    }
}

/// Where the cost of hashing a password comes from.
#[derive(Clone, Copy, Debug)]
pub enum Hashing {
    /// From the operator.
    Set(Cost),
    /// From the passwords that there are, or, for the first one, from what this finds out about the
    /// machine. So all cost the same, and time does not tell whether there is an account; a backup
    /// brings its cost along.
    Measured(fn(&Master) -> Cost),
}

/// Who sends a request, as far as one can tell.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Where from.
    pub address: IpAddr,
    /// The cookie of devices that are known; empty if there is none.
    pub device: &'a str,
    /// Kind of browser, by [`kind_of_browser`](crate::kind_of_browser).
    pub agent: &'a str,
    /// When, in seconds of the Unix epoch.
    pub now: i64,
}

/// What a person does with an account.
pub struct Accounts {
    pub(crate) it: Parts,
    pub(crate) ledger: Ledger,
    /// Tries that failed and the audit log does not know of yet; those of addresses without an
    /// account together.
    pub(crate) failures: Mutex<BTreeMap<Option<AccountId>, u64>>,
    /// Who was written to on which day because their answers were read.
    pub(crate) told: Mutex<(i64, BTreeSet<AccountId>)>,
    /// What hashing a password costs, once somebody asked.
    cost: OnceLock<Cost>,
}

/// Cuts a moment to its day.
pub(crate) fn day(now: i64) -> i64 {
    affiant_keyring::day(now)
}

impl Accounts {
    /// Joins the parts.
    pub fn new(parts: Parts) -> Self {
        let ledger = Ledger::new(Arc::clone(&parts.keys));
        Self {
            it: parts,
            ledger,
            failures: Mutex::default(),
            told: Mutex::default(),
            cost: OnceLock::new(),
        }
    }

    /// What an operator set.
    pub fn settings(&self) -> &Settings {
        &self.it.settings
    }

    /// The store that the accounts are in.
    pub fn store(&self) -> &dyn Store {
        &*self.it.store
    }

    /// The blind index of an address: what it is found by, and what its tries are counted by.
    pub(crate) fn index(&self, address: &Address) -> [u8; 32] {
        self.it.keys.master().email_index(address.normal())
    }

    pub(crate) fn scope(&self, account: AccountId, epoch: u32) -> AccountScope {
        let deployment = self.it.keys.deployment();
        AccountScope { deployment, account: account.0, epoch }
    }

    pub(crate) fn session_scope(&self, session: [u8; 16], epoch: u32) -> Scope {
        Scope { deployment: self.it.keys.deployment(), session, epoch }
    }

    /// The account's secret; its keys are gone if it is.
    pub(crate) async fn secret(&self, scope: &AccountScope) -> Result<Secret, AccountError> {
        let name = secret_name(scope);
        self.it.keys.find(name).await?.ok_or(AccountError::Damaged)
    }

    /// The account of an address, unless it is being deleted.
    pub(crate) async fn by_index(
        &self,
        index: &[u8; 32],
    ) -> Result<Option<AccountRow>, AccountError> {
        let found = self.it.store.account_by_email(&Lookup(*index)).await?;
        Ok(found.filter(|it| it.status != AccountStatus::Deleting))
    }

    pub(crate) fn attempt<'a>(&self, index: &'a [u8; 32], sender: &Sender<'_>) -> Attempt<'a> {
        let blind = self.it.guard.blind();
        Attempt::Password {
            from: sender.address,
            account: index,
            device: Device::recognise(blind, index, sender.device, sender.now),
        }
    }

    /// What hashing a password costs.
    pub(crate) async fn cost(&self) -> Result<Cost, AccountError> {
        let measure = match self.it.settings.hashing {
            Hashing::Set(cost) => return Ok(cost),
            Hashing::Measured(measure) => measure,
        };
        if let Some(cost) = self.cost.get() {
            return Ok(*cost);
        }
        let cost = if let Some(cost) = self.cost_so_far().await? {
            cost
        } else {
            let keys = Arc::clone(&self.it.keys);
            self.it.admission.run(move || measure(keys.master())).await?
        };
        // Whoever asked at the same time may have measured something else.
        Ok(*self.cost.get_or_init(|| cost))
    }

    /// What the password of the oldest account that has one costs.
    async fn cost_so_far(&self) -> Result<Option<Cost>, AccountError> {
        let mut after = 0;
        loop {
            let accounts = self.it.store.accounts(after, 100).await?;
            let Some(last) = accounts.last() else { return Ok(None) };
            after = last.number;
            for account in accounts {
                let methods = self.it.store.methods(account.id).await?;
                if let Some(row) = methods.iter().find(|it| it.kind.is_typed()) {
                    return Ok(Some(*Stretching::of_row(&row.params, &row.salt)?.cost()));
                }
            }
        }
    }

    /// Stretches a password when it is its turn.
    pub(crate) async fn stretch(
        &self,
        password: &Arc<Password>,
        account: [u8; 16],
        stretching: Stretching,
    ) -> Result<Stretched, AccountError> {
        let (keys, password) = (Arc::clone(&self.it.keys), Arc::clone(password));
        let work = move || keys.master().stretch(&password, &account, &stretching);
        Ok(self.it.admission.run(work).await??)
    }

    /// What an account's person types: a password, or a passphrase that does not sign in by itself.
    /// Who has nothing to type is let in by a provider, and would type a passphrase.
    pub(crate) async fn typed_kind(
        &self,
        account: &AccountRow,
    ) -> Result<MethodKind, AccountError> {
        Ok(self.typed_now(account).await?.unwrap_or(MethodKind::Passphrase))
    }

    async fn typed_now(&self, account: &AccountRow) -> Result<Option<MethodKind>, AccountError> {
        let methods = self.it.store.methods(account.id).await?;
        let is_typed = |it: &&MethodRow| it.key_epoch == account.key_epoch && it.kind.is_typed();
        Ok(methods.iter().find(is_typed).map(|it| it.kind))
    }

    /// Whether an account's person has neither a password nor a passphrase: a provider lets in, and
    /// the server opens the account.
    pub async fn types_nothing(&self, account: &AccountRow) -> Result<bool, AccountError> {
        Ok(self.typed_now(account).await?.is_none())
    }

    /// A new way to unlock with a password or passphrase.
    pub(crate) async fn typed_method(
        &self,
        kind: MethodKind,
        scope: &AccountScope,
        password: &Arc<Password>,
        secret: &Secret,
        user_key: &UserKey,
        now: i64,
    ) -> Result<MethodRow, AccountError> {
        let randomness = &*self.it.randomness;
        let stretching = Stretching::new(self.cost().await?, randomness)?;
        let stretched = self.stretch(password, scope.account, stretching).await?;
        let id = random(randomness)?;
        let method = Method { account: *scope, id };
        Ok(MethodRow {
            id: MethodId(id),
            account: AccountId(scope.account),
            kind,
            key_epoch: scope.epoch,
            params: stretching.params(),
            salt: stretching.salt().to_vec(),
            verifier: Some(Lookup(stretched.verifier())),
            wrap: stretched.seal(&method, secret, user_key, randomness)?,
            created: day(now),
            used: None,
        })
    }

    /// Opens the user key with a password; `None` if the password is wrong. An account that there is
    /// not costs the same as a wrong password.
    pub(crate) async fn unlock(
        &self,
        account: Option<&AccountRow>,
        index: &[u8; 32],
        epoch: Option<u32>,
        password: &Arc<Password>,
    ) -> Result<Option<(UserKey, MethodRow)>, AccountError> {
        let cost = self.cost().await?;
        let of_nobody = self.it.keys.master().stretching_of_nobody(index, &cost);
        let found = match account {
            Some(account) => self.it.store.methods(account.id).await?.into_iter().find(|it| {
                it.kind.is_typed() && it.key_epoch == epoch.unwrap_or(account.key_epoch)
            }),
            None => None,
        };
        let Some(row) = found else {
            self.stretch(password, [0; 16], of_nobody).await?;
            return Ok(None);
        };
        let stretching = Stretching::of_row(&row.params, &row.salt)?;
        let scope = self.scope(row.account, row.key_epoch);
        let stretched = self.stretch(password, scope.account, stretching).await?;
        if !row.verifier.is_some_and(|it| stretched.is_right(&it.0)) {
            return Ok(None);
        }
        let secret = self.secret(&scope).await?;
        let method = Method { account: scope, id: row.id.0 };
        let user_key = stretched.open(&method, &secret, &row.wrap)?;
        Ok(Some((user_key, row)))
    }

    /// The address that the server writes to.
    pub(crate) async fn contact(&self, account: &AccountRow) -> Result<String, AccountError> {
        let scope = self.scope(account.id, account.key_epoch);
        let secret = self.secret(&scope).await?;
        Ok(self.it.keys.master().open_contact(&scope, &secret, &account.contact, str::to_owned)?)
    }

    pub(crate) fn letter(
        &self,
        account: Option<AccountId>,
        letter: &Letter,
        now: i64,
    ) -> Result<Change, AccountError> {
        let (master, deployment) = (self.it.keys.master(), self.it.keys.deployment());
        let row: OutboxRow =
            letter::waiting(master, deployment, account, letter, now, &*self.it.randomness)?;
        Ok(Change::Mail(row))
    }

    /// A letter to the person of an account.
    pub(crate) async fn notice(
        &self,
        account: &AccountRow,
        template: &'static str,
        values: Vec<(&'static str, String)>,
        now: i64,
    ) -> Result<Change, AccountError> {
        let to = self.contact(account).await?;
        let letter = Letter { to, template, language: account.language.clone(), values };
        self.letter(Some(account.id), &letter, now)
    }
}

/// Removes what a person typed, for a user key of this epoch.
pub(crate) fn forget_typed(account: AccountId, epoch: u32) -> [Change; 2] {
    let kinds = [MethodKind::Password, MethodKind::Passphrase];
    kinds.map(|it| Change::DeleteMethods(account, it, epoch))
}

pub(crate) fn secret_name(scope: &AccountScope) -> SecretName {
    SecretName { kind: SecretKind::Account, id: scope.account, epoch: scope.epoch }
}
