//! Taking back what was given: the session gets new keys, and all of it is sealed under them.

use affiant_audit::Event;
use affiant_backend::{
    AccountId, AccountRow, Change, GrantRole, GrantRow, HeadRow, SecretKind, SecretName, SessionId,
    SessionRow, StepRow, StorageError,
};
use affiant_vault::{Head, KeySet, Mode, Scope, Secret, Seed};

use crate::accounts::Accounts;
use crate::error::AccountError;
use crate::extent::Extent;
use crate::head::head_of;
use crate::person::{Person, may_sign_in};

/// How often it is tried while others answer at the same time.
const TRIES: u32 = 5;

/// What came of taking a session back from somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// They cannot see it any more.
    Done,
    /// The session is not the person's to take back, or it is the person themself.
    NotYours,
}

/// What came of handing a session over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedOver {
    /// It is theirs. Whoever owned it before can still read it and answer, until they leave or it is
    /// taken back.
    Done,
    /// The session is not the person's to hand over.
    NotYours,
    /// They cannot see it, or cannot open it with their present password.
    NotTheirs,
}

/// Who has a session under its new keys.
struct Parties {
    /// Who owns it; `None` for whoever does it.
    owner: Option<AccountRow>,
    /// Everybody else, by their grants of before.
    others: Vec<GrantRow>,
}

impl Accounts {
    /// Makes somebody who can see a session its owner. It gets new keys, as when it is taken back
    /// from somebody; what its owner called the others is known to nobody from then on.
    pub async fn hand_over(
        &self,
        person: &Person,
        session: SessionId,
        to: AccountId,
        now: i64,
    ) -> Result<HandedOver, AccountError> {
        for _ in 0..TRIES {
            let Some((row, seed)) = self.owned_seed(person, session, now).await? else {
                return Ok(HandedOver::NotYours);
            };
            let readers = self.present_grants(&row, now).await?;
            let theirs = readers.iter().find(|it| it.account == to && to != person.account.id);
            let key_epoch = theirs.map(|it| it.key_epoch);
            let (Some(key_epoch), Some(owner)) = (key_epoch, self.it.store.account(to).await?)
            else {
                return Ok(HandedOver::NotTheirs);
            };
            if owner.key_epoch != key_epoch || !may_sign_in(owner.status) {
                return Ok(HandedOver::NotTheirs);
            }
            let nameless = |it: GrantRow| GrantRow {
                whom: Vec::new(),
                // Whoever owned it goes on as somebody who answers.
                role: it.role.max(GrantRole::Answer),
                ..it
            };
            let others = readers.into_iter().filter(|it| it.account != to).map(nameless);
            let parties = Parties { owner: Some(owner), others: others.collect() };
            let sealed = self.new_keys(person, &row, seed, parties, now).await?;
            let Some((revision, mut changes)) = sealed else { continue };
            changes.push(self.noted(Event::HandedOver, &[to, person.id()], now).await?);
            if self.take_new_keys(&row, revision, changes).await? {
                return Ok(HandedOver::Done);
            }
        }
        Err(StorageError::Conflict.into())
    }

    /// Takes a session back from somebody. All of it is sealed anew under a new seed and a new
    /// secret of the keyring, which those who stay are given; the old secret is deleted, so that
    /// what somebody kept of the old keys, or a backup holds, opens nothing. Invitations that nobody
    /// accepted end. Doing it again is harmless.
    pub async fn revoke(
        &self,
        person: &Person,
        session: SessionId,
        from: AccountId,
        now: i64,
    ) -> Result<Revoked, AccountError> {
        if from == person.account.id {
            return Ok(Revoked::NotYours);
        }
        for _ in 0..TRIES {
            let Some((row, seed)) = self.owned_seed(person, session, now).await? else {
                return Ok(Revoked::NotYours);
            };
            let readers = self.present_grants(&row, now).await?;
            if !readers.iter().any(|it| it.account == from) {
                // It was done before, and perhaps not to its end.
                self.delete_before(session, row.epoch).await?;
                return Ok(Revoked::Done);
            }
            let stay: Vec<GrantRow> = readers
                .into_iter()
                .filter(|it| it.account != from && it.role != GrantRole::Owner)
                .collect();
            let parties = Parties { owner: None, others: stay };
            let sealed = self.new_keys(person, &row, seed, parties, now).await?;
            let Some((revision, mut changes)) = sealed else { continue };
            changes.push(self.noted(Event::ShareRevoked, &[from, person.id()], now).await?);
            if self.take_new_keys(&row, revision, changes).await? {
                return Ok(Revoked::Done);
            }
        }
        Err(StorageError::Conflict.into())
    }

    /// All of a session under new keys, for those who have it then, with the revision that this makes.
    /// `None` if somebody answered meanwhile, and it is to be read once more.
    async fn new_keys(
        &self,
        person: &Person,
        row: &SessionRow,
        seed: Seed,
        parties: Parties,
        now: i64,
    ) -> Result<Option<(u64, Vec<Change>)>, AccountError> {
        let randomness = &*self.it.randomness;
        let scope = self.session_scope(row.id.0, row.epoch);
        let next = self.session_scope(row.id.0, row.epoch + 1);
        let secret = self.it.keys.find_session(row.id, row.epoch).await?;
        let (secret, noted) = secret.ok_or(AccountError::Damaged)?;
        let old = KeySet::whole(scope, seed, secret);
        let secret = self.next_secret(row.id, next.epoch, now).await?;
        let seed = Seed::random(Mode::Account, randomness)?;
        let owner = match &parties.owner {
            None => self.owner_grant(person, row.id, next, &seed, now)?,
            Some(account) => self.given(person, account, next, &seed, now)?,
        };
        let others = self.others(&parties, next, &seed).await?;
        let readable = self.readable_again(row, next, &seed).await?;
        let new = KeySet::whole(next, seed, secret);
        let head = head_of(&old, row)?;
        let Some(steps) = self.steps_at(row).await? else { return Ok(None) };
        if noted.is_put_back(row) {
            return Err(AccountError::PutBack);
        }
        if !steps.iter().map(|it| it.number).eq(0..=head.last_step) {
            return Err(AccountError::Damaged);
        }
        let steps = steps.iter().map(|it| self.seal_step(&old, &new, &head, it));
        let steps = steps.collect::<Result<_, _>>()?;
        let head = head.raised(noted.next(row));
        let sealed = new.seal_head(&row.interview, &head, randomness)?;
        let mut changes = vec![
            Change::Expect(person.account.id, person.account.auth_epoch),
            Change::Rekey {
                session: row.id,
                revision: row.revision,
                head: HeadRow { revision: head.revision, sealed },
                steps,
                files: self.seal_files(row.id, &old, &new).await?,
            },
            Change::PutGrant(owner),
        ];
        changes.extend(readable);
        changes.extend(others.into_iter().map(Change::PutGrant));
        Ok(Some((head.revision, changes)))
    }

    /// All steps of a session as its row says that it is; `None` if it has moved on.
    async fn steps_at(&self, row: &SessionRow) -> Result<Option<Vec<StepRow>>, AccountError> {
        let steps = self.it.store.steps_of(row.id).await?;
        let now = self.it.store.session(row.id).await?;
        Ok(now.is_some_and(|it| it.revision == row.revision).then_some(steps))
    }

    /// The grants of whoever else has the session, each with as much of it as before.
    async fn others(
        &self,
        parties: &Parties,
        next: Scope,
        seed: &Seed,
    ) -> Result<Vec<GrantRow>, AccountError> {
        let mut grants = Vec::with_capacity(parties.others.len());
        for grant in &parties.others {
            let Some(account) = self.it.store.account(grant.account).await? else { continue };
            // Who lost their password and set a new one without a key does not get back what was
            // locked with the old one: whoever can read their mail could have done that.
            if account.key_epoch != grant.key_epoch {
                continue;
            }
            let extent = Extent::of(&grant.section)?;
            let sealed = self.seal_to(&account, next, &extent, grant.role, grant.expires, seed)?;
            let granter = grant.granter.or(parties.owner.as_ref().map(|it| it.id));
            grants.push(GrantRow { epoch: next.epoch, sealed, granter, ..grant.clone() });
        }
        Ok(grants)
    }

    /// Stores a session under its new keys and deletes the old ones; `false` if somebody answered
    /// meanwhile, and it is to be read and sealed once more.
    async fn take_new_keys(
        &self,
        row: &SessionRow,
        revision: u64,
        changes: Vec<Change>,
    ) -> Result<bool, AccountError> {
        match self.it.store.commit(changes).await {
            Ok(()) => {
                self.it.keys.saw(row.id, revision);
                self.delete_before(row.id, row.epoch + 1).await?;
                Ok(true)
            }
            Err(StorageError::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The grant of an owner who was given the session.
    fn given(
        &self,
        person: &Person,
        account: &AccountRow,
        session: Scope,
        seed: &Seed,
        now: i64,
    ) -> Result<GrantRow, AccountError> {
        let (role, extent) = (GrantRole::Owner, Extent::Whole);
        Ok(GrantRow {
            session: SessionId(session.session),
            section: extent.word(),
            account: account.id,
            role: GrantRole::Owner,
            key_epoch: account.key_epoch,
            epoch: session.epoch,
            sealed: self.seal_to(account, session, &extent, role, None, seed)?,
            granter: Some(person.account.id),
            whom: Vec::new(),
            created: now,
            expires: None,
        })
    }

    fn seal_step(
        &self,
        old: &KeySet,
        new: &KeySet,
        head: &Head,
        step: &StepRow,
    ) -> Result<StepRow, AccountError> {
        let (randomness, name) = (&*self.it.randomness, head.step(step.number)?);
        let again = |content: &str, sealed: &[u8]| -> Result<Vec<u8>, AccountError> {
            Ok(old.seal_again(new, name, content, sealed, randomness)??)
        };
        let delta = match &step.delta[..] {
            // Its snapshot says all.
            [] => Vec::new(),
            delta => again("delta", delta)?,
        };
        let snapshot = step.snapshot.as_deref().map(|it| again("snapshot", it)).transpose()?;
        Ok(StepRow { number: step.number, delta, snapshot })
    }

    /// The keys of all files under new keys of the session. Chunks stay as they are: who could read
    /// them before could have kept them.
    async fn seal_files(
        &self,
        session: SessionId,
        old: &KeySet,
        new: &KeySet,
    ) -> Result<Vec<([u8; 16], Vec<u8>)>, AccountError> {
        let mut files = Vec::new();
        for id in self.it.store.files_of(session).await? {
            let Some(file) = self.it.store.find_file(session, id).await? else { continue };
            if old.is_of_earlier_epoch(&file.wrapped) {
                // It arrived while the session got its last keys, with a step that was refused.
                self.it.store.delete_file(session, id).await?;
                continue;
            }
            let (part, key) = old.file_key(id, &file.wrapped)?;
            let wrapped = new.seal_file_key(part.as_deref(), &key, &*self.it.randomness)?;
            files.push((id, wrapped));
        }
        Ok(files)
    }

    /// The session's secret of a new epoch; one that an earlier try left behind is as good.
    async fn next_secret(
        &self,
        session: SessionId,
        epoch: u32,
        now: i64,
    ) -> Result<Secret, AccountError> {
        let name = secret_of(session, epoch);
        if let Some(secret) = self.it.keys.find(name).await? {
            return Ok(secret);
        }
        let secret = Secret::random(&*self.it.randomness)?;
        self.it.keys.put(name, &secret, now).await?;
        Ok(secret)
    }

    /// Deletes the session's secrets of the epochs before this one.
    async fn delete_before(&self, session: SessionId, epoch: u32) -> Result<(), AccountError> {
        let all = self.it.keys.ring().epochs(SecretKind::Session, session.0).await?;
        let old: Vec<SecretName> =
            all.into_iter().map(|it| it.name).filter(|it| it.epoch < epoch).collect();
        if !old.is_empty() {
            self.it.keys.delete(old).await?;
        }
        Ok(())
    }
}

fn secret_of(session: SessionId, epoch: u32) -> SecretName {
    SecretName { kind: SecretKind::Session, id: session.0, epoch }
}
