//! The locked vault: what a reset without a key put aside, brought back with the old password or
//! recovery key.

use std::sync::Arc;

use affiant_audit::{Detail, Event};
use affiant_backend::{Change, GrantRow, LockedRow, StorageError};
use affiant_guard::Attempt;
use affiant_vault::{Grant, PublicKey, RecoveryKey, Scope, UserKey};

use crate::accounts::{Accounts, Sender, secret_name};
use crate::error::AccountError;
use crate::extent::{Extent, Seeds};
use crate::person::Person;
use crate::recovery::open_with_recovery;

/// What came of opening the locked vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// So many interviews are back.
    Done(usize),
    /// Neither an old password nor an old recovery key.
    Wrong,
}

impl Accounts {
    /// What resets put aside of a person and is not over yet.
    pub async fn locked(&self, person: &Person, now: i64) -> Result<Vec<LockedRow>, AccountError> {
        let mut all = self.it.store.locked(person.account.id).await?;
        all.retain(|it| it.until > now);
        Ok(all)
    }

    /// Brings back what a reset put aside. `typed` is the password or recovery key of that time.
    /// Tries are counted as those of passwords.
    pub async fn merge(
        &self,
        person: &Person,
        typed: &str,
        sender: &Sender<'_>,
    ) -> Result<Merged, AccountError> {
        let now = sender.now;
        let index = person.account.email.0;
        let attempt = match RecoveryKey::parse(typed) {
            Some(_) => Attempt::Recovery { from: sender.address, account: &index },
            None => self.attempt(&index, sender),
        };
        let admitted = self.it.guard.admit(attempt, now).await?;
        for row in self.locked(person, now).await? {
            let Some(old) = self.open_locked(person, &row, typed, &index).await? else { continue };
            self.it.guard.right(admitted, now).await?;
            return Ok(Merged::Done(self.bring_back(person, &row, &old, now).await?));
        }
        self.it.guard.wrong(admitted, now).await?;
        self.failed(Some(person.id()));
        Ok(Merged::Wrong)
    }

    async fn open_locked(
        &self,
        person: &Person,
        row: &LockedRow,
        typed: &str,
        index: &[u8; 32],
    ) -> Result<Option<UserKey>, AccountError> {
        let scope = self.scope(row.account, row.key_epoch);
        if let Some(key) = RecoveryKey::parse(typed) {
            let secret = self.secret(&scope).await?;
            let methods = self.it.store.methods(row.account).await?;
            return open_with_recovery(&methods, &scope, &key, &secret);
        }
        let Some(password) = affiant_vault::Password::parse(typed) else { return Ok(None) };
        let account = Some(&person.account);
        let epoch = Some(row.key_epoch);
        let unlocked = self.unlock(account, index, epoch, &Arc::new(password)).await?;
        Ok(unlocked.map(|(it, _)| it))
    }

    /// Seals every seed of the old user key under the new one, and then lets go of the old: its rows
    /// in the same transaction, its secret behind it.
    async fn bring_back(
        &self,
        person: &Person,
        row: &LockedRow,
        old: &UserKey,
        now: i64,
    ) -> Result<usize, AccountError> {
        let (id, scope) = (person.account.id, self.scope(row.account, row.key_epoch));
        let all = self.it.store.grants_of(id).await?;
        let mine = all.into_iter().filter(|(it, _)| it.key_epoch == row.key_epoch);
        let mut changes = vec![Change::Expect(id, person.account.auth_epoch)];
        for (grant, session) in mine {
            let of = self.session_scope(session.id.0, grant.epoch);
            let seeds = old_seeds(&scope, row, old, &grant, of)?;
            changes.push(Change::PutGrant(self.seal_again(person, grant, of, &seeds)?));
        }
        let count = changes.len() - 1;
        let detail = Detail::Count(u64::try_from(count).unwrap_or(u64::MAX));
        changes.push(self.ledger.change(Event::LockedOpened, detail, &[id], now).await?);
        changes.push(Change::ForgetLocked(id, row.key_epoch));
        self.it.store.commit(changes).await?;
        match self.it.keys.delete(vec![secret_name(&scope)]).await {
            // Without rows the secret opens nothing; it is swept.
            Ok(()) | Err(StorageError::Unavailable(_)) => Ok(count),
            Err(error) => Err(error.into()),
        }
    }

    fn seal_again(
        &self,
        person: &Person,
        grant: GrantRow,
        of: Scope,
        seeds: &Seeds,
    ) -> Result<GrantRow, AccountError> {
        let (to, randomness) = (self.scope_of(person), &*self.it.randomness);
        let sealed = if grant.granter.is_none() {
            seeds.seal(of, |name, seed| person.user_key.seal_seed(&to, name, seed, randomness))?
        } else {
            self.seal_seeds(&person.account, of, seeds, grant.role, grant.expires)?
        };
        Ok(GrantRow { key_epoch: to.epoch, sealed, ..grant })
    }
}

/// The seeds that a grant of an old user key holds.
fn old_seeds(
    scope: &affiant_vault::AccountScope,
    row: &LockedRow,
    old: &UserKey,
    grant: &GrantRow,
    of: Scope,
) -> Result<Seeds, AccountError> {
    let extent = Extent::of(&grant.section)?;
    if grant.granter.is_none() {
        return extent.open(of, &grant.sealed, |name, it| Ok(old.open_seed(scope, name, it)?));
    }
    let public = PublicKey::of_bytes(row.public_key)?;
    let pair = old.open_pair(scope, &public, &row.secret_key)?;
    extent.open(of, &grant.sealed, |name, it| {
        let (seed, role) = (*name, grant.role.word());
        Ok(pair.open_grant(&Grant { seed, to: *scope, role, expires: grant.expires }, it)?)
    })
}
