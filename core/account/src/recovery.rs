//! The recovery key: made, shown once, and kept when it was written down.

use affiant_audit::Event;
use affiant_backend::{Change, Lookup, MethodId, MethodKind, MethodRow};
use affiant_vault::{AccountScope, Method, RecoveryKey, Secret, UserKey, random};

use crate::accounts::{Accounts, day};
use crate::error::AccountError;
use crate::person::Person;
use crate::profile::{Profile, RecoveryChoice};

/// What came of a recovery key that somebody wrote down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It opens everything from now on, and an earlier one nothing more.
    Done,
    /// What was typed is not in the key.
    Mistyped,
    /// The key itself did not come along whole.
    NoKey,
}

/// The groups of a recovery key that a person types to show that it was written down, from 0.
pub(crate) const ASKED: [usize; 2] = [2, 6];

impl Accounts {
    /// A new recovery key, in groups of four. It opens nothing before it was kept.
    pub fn new_recovery_key(&self) -> Result<String, AccountError> {
        let key = RecoveryKey::random(&*self.it.randomness)?;
        Ok(key.reveal(str::to_owned))
    }

    /// Keeps a recovery key whose third and seventh group somebody typed.
    pub async fn keep_recovery_key(
        &self,
        person: &Person,
        key: &str,
        typed: [&str; 2],
        now: i64,
    ) -> Result<Kept, AccountError> {
        let Some(key) = RecoveryKey::parse(key) else { return Ok(Kept::NoKey) };
        if !ASKED.iter().zip(typed).all(|(at, typed)| key.has_group(*at, typed)) {
            return Ok(Kept::Mistyped);
        }
        let (id, scope) = (person.account.id, self.scope_of(person));
        let secret = self.secret(&scope).await?;
        let profile = Profile { recovery: RecoveryChoice::Kept, ..self.profile(person)? };
        let method = self.recovery_method(&scope, &key, &secret, &person.user_key, now)?;
        let changes = vec![
            Change::Expect(id, person.account.auth_epoch),
            Change::DeleteMethods(id, MethodKind::Recovery, scope.epoch),
            Change::PutMethod(method),
            self.profile_change(person, &profile)?,
            self.noted(Event::RecoveryKeyKept, &[id], now).await?,
        ];
        self.it.store.commit(changes).await?;
        Ok(Kept::Done)
    }

    /// Writes down that a person wants no recovery key, and accepts what follows.
    pub async fn decline_recovery_key(
        &self,
        person: &Person,
        now: i64,
    ) -> Result<(), AccountError> {
        let recovery = RecoveryChoice::Declined(day(now));
        let profile = Profile { recovery, ..self.profile(person)? };
        let (id, epoch) = (person.account.id, person.account.key_epoch);
        let changes = vec![
            Change::Expect(id, person.account.auth_epoch),
            Change::DeleteMethods(id, MethodKind::Recovery, epoch),
            self.profile_change(person, &profile)?,
            self.noted(Event::RecoveryKeyDeclined, &[id], now).await?,
        ];
        Ok(self.it.store.commit(changes).await?)
    }

    pub(crate) fn recovery_method(
        &self,
        scope: &AccountScope,
        key: &RecoveryKey,
        secret: &Secret,
        user_key: &UserKey,
        now: i64,
    ) -> Result<MethodRow, AccountError> {
        let randomness = &*self.it.randomness;
        let id = random(randomness)?;
        let method = Method { account: *scope, id };
        Ok(MethodRow {
            id: MethodId(id),
            account: affiant_backend::AccountId(scope.account),
            kind: MethodKind::Recovery,
            key_epoch: scope.epoch,
            params: Vec::new(),
            salt: Vec::new(),
            verifier: Some(Lookup(key.verifier(&method))),
            wrap: key.seal(&method, secret, user_key, randomness)?,
            created: day(now),
            used: None,
        })
    }
}

/// Opens a user key with a recovery key; `None` if it is not the one.
pub(crate) fn open_with_recovery(
    methods: &[MethodRow],
    scope: &AccountScope,
    key: &RecoveryKey,
    secret: &Secret,
) -> Result<Option<UserKey>, AccountError> {
    let rows =
        methods.iter().filter(|it| it.kind == MethodKind::Recovery && it.key_epoch == scope.epoch);
    for row in rows {
        let method = Method { account: *scope, id: row.id.0 };
        if row.verifier.is_some_and(|it| key.is_right(&method, &it.0)) {
            return Ok(Some(key.open(&method, secret, &row.wrap)?));
        }
    }
    Ok(None)
}
