//! The interviews of a person: taking over what was answered without an account, and opening them.

use affiant_audit::Event;
use affiant_backend::{
    AccountRow, Change, GrantRole, GrantRow, Lookup, SecretKind, SessionId, SessionRow, StepRow,
    StorageError,
};
use affiant_keyring::Noted;
use affiant_vault::{Grant, KeySet, Mode, Scope, Secret, Seed, SeedName, Token};

use crate::accounts::Accounts;
use crate::error::AccountError;
use crate::extent::{Extent, Seeds};
use crate::person::{Person, Unlocked};

/// An interview that a person may read.
#[derive(Clone, Debug)]
pub struct Interview {
    /// What it may be read by.
    pub grant: GrantRow,
    /// The session.
    pub session: SessionRow,
    /// Whether it waits in the locked vault: its key was lost with a password.
    pub is_locked: bool,
}

/// What a person's grant on a session opens.
pub(crate) struct OpenedGrant {
    scope: Scope,
    pub(crate) seeds: Seeds,
    /// Of the keyring: without it, the seed gives no keys.
    secret: Secret,
    noted: Noted,
    pub(crate) role: GrantRole,
    pub(crate) extent: Extent,
}

/// A session that a person may read.
pub struct OpenedSession {
    /// Its keys, of as much of it as they may read.
    pub keys: KeySet,
    /// What they may do with it.
    pub role: GrantRole,
    /// How far it is known to have come.
    pub noted: Noted,
}

/// What came of taking over a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenOver {
    /// It belongs to the person now.
    Done(SessionId),
    /// There is no session of this token.
    Gone,
}

impl Accounts {
    /// A session that belonged to whoever had its token belongs to the person from now on. The old
    /// token, and every return code, open nothing any more.
    pub async fn take_over(
        &self,
        person: &Person,
        token: &Token,
        now: i64,
    ) -> Result<TakenOver, AccountError> {
        let found = self.it.store.find(&Lookup(token.lookup())).await?;
        let Some(row) = found.filter(|it| !it.is_owned()) else { return Ok(TakenOver::Gone) };
        let scope = self.session_scope(row.id.0, row.epoch);
        let seed = Seed::anonymous(token.unwrap(&scope, &row.wrapped)?).raise(Mode::Account)?;
        let grant = self.owner_grant(person, row.id, scope, &seed, now)?;
        let entry = self.noted(Event::SessionTaken, &[person.id()], now).await?;
        // A grant that is sealed under a user key which another request replaces would be lost.
        let is_here = Change::Expect(person.id(), person.account.auth_epoch);
        match self.it.store.commit(vec![is_here, Change::TakeOver(grant), entry]).await {
            Ok(()) => Ok(TakenOver::Done(row.id)),
            Err(StorageError::Conflict) => Ok(TakenOver::Gone),
            Err(error) => Err(error.into()),
        }
    }

    /// A new seed for a session of the person, with the keys that it gives together with `secret`,
    /// and the grant that holds it.
    pub fn new_seed(
        &self,
        person: &Unlocked,
        session: SessionId,
        secret: Secret,
        now: i64,
    ) -> Result<(KeySet, GrantRow), AccountError> {
        let scope = self.session_scope(session.0, 0);
        let seed = Seed::random(Mode::Account, &*self.it.randomness)?;
        let grant = self.owner_grant(person, session, scope, &seed, now)?;
        Ok((KeySet::whole(scope, seed, secret), grant))
    }

    /// Stores a new session of a person.
    pub async fn create_session(
        &self,
        session: SessionRow,
        first: StepRow,
        grant: GrantRow,
    ) -> Result<(), AccountError> {
        Ok(self.it.store.commit(vec![Change::NewSession(session, first, grant)]).await?)
    }

    pub(crate) fn owner_grant(
        &self,
        person: &Unlocked,
        session: SessionId,
        scope: Scope,
        seed: &Seed,
        now: i64,
    ) -> Result<GrantRow, AccountError> {
        let (to, randomness) = (self.scope_of(person), &*self.it.randomness);
        let name = SeedName { session: scope, section: "" };
        Ok(GrantRow {
            session,
            section: String::new(),
            account: person.account.id,
            role: GrantRole::Owner,
            key_epoch: to.epoch,
            epoch: scope.epoch,
            sealed: person.user_key.seal_seed(&to, &name, seed, randomness)?,
            granter: None,
            whom: Vec::new(),
            created: now,
            expires: None,
        })
    }

    /// The keys of a session that the person may read, and what they may do with it. `None` when it
    /// is not theirs, their grant is over or locked, or the session was deleted.
    pub async fn session_keys(
        &self,
        person: &Unlocked,
        session: &SessionRow,
        now: i64,
    ) -> Result<Option<(KeySet, GrantRole)>, AccountError> {
        let opened = self.opened_session(person, session, now).await?;
        Ok(opened.map(|it| (it.keys, it.role)))
    }

    /// As [`Accounts::session_keys`], with how far the session is known to have come.
    pub async fn opened_session(
        &self,
        person: &Unlocked,
        session: &SessionRow,
        now: i64,
    ) -> Result<Option<OpenedSession>, AccountError> {
        let opened = self.opened_grant(person, session, now).await?;
        Ok(opened.map(|it| {
            let keys = it.seeds.keys(it.scope, it.secret);
            OpenedSession { keys, role: it.role, noted: it.noted }
        }))
    }

    /// What the person's grant opens; `None` as for [`Accounts::session_keys`].
    pub(crate) async fn opened_grant(
        &self,
        person: &Unlocked,
        session: &SessionRow,
        now: i64,
    ) -> Result<Option<OpenedGrant>, AccountError> {
        let found = self.it.store.grant(session.id, person.account.id).await?;
        let Some(grant) = found.filter(|it| {
            it.expires.is_none_or(|it| it > now)
                && it.key_epoch == person.account.key_epoch
                && it.epoch == session.epoch
        }) else {
            return Ok(None);
        };
        // A session whose secret is gone is deleted, whatever rows are left of it.
        let secret = self.it.keys.find_session(session.id, session.epoch).await?;
        let Some((secret, noted)) = secret else { return Ok(None) };
        let scope = self.session_scope(session.id.0, session.epoch);
        let seeds = self.seeds_of(person, &grant, scope)?;
        let (role, extent) = (grant.role, Extent::of(&grant.section)?);
        Ok(Some(OpenedGrant { scope, seeds, secret, noted, role, extent }))
    }

    /// The seeds that a grant holds.
    pub(crate) fn seeds_of(
        &self,
        person: &Unlocked,
        grant: &GrantRow,
        scope: Scope,
    ) -> Result<Seeds, AccountError> {
        let (to, extent) = (self.scope_of(person), Extent::of(&grant.section)?);
        if grant.granter.is_none() {
            return extent.open(scope, &grant.sealed, |name, it| {
                Ok(person.user_key.open_seed(&to, name, it)?)
            });
        }
        let pair = self.pair_of(person)?;
        extent.open(scope, &grant.sealed, |name, it| {
            let (seed, role) = (*name, grant.role.word());
            Ok(pair.open_grant(&Grant { seed, to, role, expires: grant.expires }, it)?)
        })
    }

    /// Everything that a person may read, the one used last first.
    pub async fn interviews(
        &self,
        person: &Unlocked,
        now: i64,
    ) -> Result<Vec<Interview>, AccountError> {
        self.interviews_of(&person.account, now).await
    }

    /// As [`Accounts::interviews`], for whoever has no key and opens none of them.
    pub async fn interviews_of(
        &self,
        account: &AccountRow,
        now: i64,
    ) -> Result<Vec<Interview>, AccountError> {
        let all = self.it.store.grants_of(account.id).await?;
        let mut listed: Vec<Interview> = Vec::with_capacity(all.len());
        for (grant, session) in all {
            let is_over = grant.expires.is_some_and(|it| it <= now) || grant.epoch != session.epoch;
            if is_over || listed.iter().any(|it| it.session.id == session.id) {
                continue;
            }
            let is_locked = grant.key_epoch != account.key_epoch;
            listed.push(Interview { grant, session, is_locked });
        }
        Ok(listed)
    }

    /// Deletes a session that the person owns, for good: its secret first, then its rows. `false` if
    /// it is not theirs.
    pub async fn delete_session(
        &self,
        person: &Person,
        session: SessionId,
        now: i64,
    ) -> Result<bool, AccountError> {
        let all = self.it.store.grants_of(person.account.id).await?;
        let owns =
            |it: &(GrantRow, SessionRow)| it.1.id == session && it.0.role == GrantRole::Owner;
        if !all.iter().any(owns) {
            return Ok(false);
        }
        self.it.keys.bury(vec![(SecretKind::Session, session.0)], now).await?;
        self.it.store.delete(session).await?;
        Ok(true)
    }
}
