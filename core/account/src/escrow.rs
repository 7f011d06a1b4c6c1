//! Reading for an organisation: sessions whose seed is sealed to its key too, since an administrator's
//! switch says so and their person was told before they began.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use affiant_audit::{Detail, Event, Told};
use affiant_backend::{
    AccountId, AuditRow, Change, GrantRow, SecretKind, SecretName, SessionId, SessionRow, StepRow,
    StorageError, WrapKind, WrapRow,
};
use affiant_vault::{KeySet, OrganisationKey, PublicKey, Scope, Secret, Seed, SeedName};

use crate::accounts::{Accounts, day};
use crate::error::AccountError;
use crate::extent::Seeds;
use crate::person::Unlocked;

/// Entries of the audit log that are looked through at once.
const PAGE: u32 = 100;

/// Why answers are read. The person is told which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The person asked for help.
    Help,
    /// The organisation works on what was answered.
    Work,
    /// Something is wrong with the interview.
    Fault,
    /// Somebody may come to harm.
    Harm,
    /// A law, or a court, demands it.
    Law,
}

impl Reason {
    /// All of them, in the order of the pages.
    pub const ALL: [Self; 5] = [Self::Help, Self::Work, Self::Fault, Self::Harm, Self::Law];

    /// The word that stands for it in the audit log and in programs; never changed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Work => "work",
            Self::Fault => "fault",
            Self::Harm => "harm",
            Self::Law => "law",
        }
    }

    /// The reason of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A session as somebody wants to read it for the organisation.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Which session.
    pub session: SessionId,
    /// Public half of the key that the switch names at this moment.
    pub in_force: [u8; 32],
    /// Why.
    pub reason: Reason,
    /// Who reads.
    pub by: AccountId,
}

/// What came of it.
pub enum Readable {
    /// These keys open the session. Everybody whom it concerns can see that it was read.
    Opened(Box<(SessionRow, KeySet)>),
    /// The session is not sealed to the key that is in force, or it is gone.
    No,
    /// The key is another one.
    WrongKey,
}

/// Names the secret of the keyring that is needed besides an organisation's key.
fn secret_of(organisation: &PublicKey) -> SecretName {
    SecretName { kind: SecretKind::Escrow, id: organisation.id(), epoch: 0 }
}

impl Accounts {
    /// The wrap that lets the organisation of this public half read a new session of the person's.
    pub async fn readable(
        &self,
        person: &Unlocked,
        grant: &GrantRow,
        organisation: [u8; 32],
        now: i64,
    ) -> Result<WrapRow, AccountError> {
        let public = PublicKey::of_bytes(organisation)?;
        let name = secret_of(&public);
        let secret = match self.it.keys.find(name).await? {
            Some(it) => it,
            None => self.new_secret(name, now).await?,
        };
        let scope = self.session_scope(grant.session.0, grant.epoch);
        // A new session's grant is its owner's, and whole.
        let Seeds::Whole(seed) = self.seeds_of(person, grant, scope)? else {
            return Err(AccountError::Damaged);
        };
        self.wrap_for(&public, &secret, scope, &seed)
    }

    async fn new_secret(&self, name: SecretName, now: i64) -> Result<Secret, AccountError> {
        let secret = Secret::random(&*self.it.randomness)?;
        match self.it.keys.put(name, &secret, now).await {
            Ok(()) => Ok(secret),
            // Another request made it meanwhile.
            Err(StorageError::Conflict) => {
                Ok(self.it.keys.find(name).await?.ok_or(StorageError::Conflict)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn wrap_for(
        &self,
        public: &PublicKey,
        secret: &Secret,
        scope: Scope,
        seed: &Seed,
    ) -> Result<WrapRow, AccountError> {
        let name = SeedName { session: scope, section: "" };
        Ok(WrapRow {
            session: SessionId(scope.session),
            kind: WrapKind::Escrow,
            epoch: scope.epoch,
            sealed: public.seal_for_organisation(&name, secret, seed, &*self.it.randomness)?,
        })
    }

    /// Stores a new session of a person that the organisation can read.
    pub async fn create_readable_session(
        &self,
        session: SessionRow,
        first: StepRow,
        grant: GrantRow,
        wrap: WrapRow,
    ) -> Result<(), AccountError> {
        let changes = vec![Change::NewSession(session, first, grant), Change::PutWrap(wrap)];
        Ok(self.it.store.commit(changes).await?)
    }

    /// The same for the seed that takes the place of a session's: who could read it still can. A wrap
    /// whose secret of the keyring is gone is worth nothing, and is not made again.
    pub(crate) async fn readable_again(
        &self,
        session: &SessionRow,
        next: Scope,
        seed: &Seed,
    ) -> Result<Option<Change>, AccountError> {
        let Some((public, _)) = self.wrap_on(session).await? else { return Ok(None) };
        let Some(secret) = self.it.keys.find(secret_of(&public)).await? else { return Ok(None) };
        Ok(Some(Change::PutWrap(self.wrap_for(&public, &secret, next, seed)?)))
    }

    /// What the session's present seed is sealed in for an organisation, and for which.
    async fn wrap_on(
        &self,
        session: &SessionRow,
    ) -> Result<Option<(PublicKey, WrapRow)>, AccountError> {
        let wraps = self.it.store.wraps_of(session.id).await?;
        let mut wraps = wraps.into_iter();
        let found = wraps.find(|it| it.kind == WrapKind::Escrow && it.epoch == session.epoch);
        let Some(row) = found else { return Ok(None) };
        // A damaged one opens nothing, and must not keep a session from getting new keys.
        Ok(PublicKey::of_sealed(&row.sealed).ok().map(|it| (it, row)))
    }

    /// Whether the organisation of this public half can read a session.
    pub async fn is_readable(
        &self,
        session: &SessionRow,
        organisation: [u8; 32],
    ) -> Result<bool, AccountError> {
        let found = self.wrap_on(session).await?;
        Ok(found.is_some_and(|(public, _)| *public.bytes() == organisation))
    }

    /// Opens a session with the organisation's key. Before it does, the audit log is told for each
    /// person whom the session concerns, and each is written to, at most once a day: what cannot be
    /// noted is not read.
    pub async fn read_for_organisation(
        &self,
        wanted: &Reading,
        key: &OrganisationKey,
        now: i64,
    ) -> Result<Readable, AccountError> {
        let Some(session) = self.it.store.session(wanted.session).await? else {
            return Ok(Readable::No);
        };
        let Some((public, wrap)) = self.wrap_on(&session).await? else { return Ok(Readable::No) };
        if *public.bytes() != wanted.in_force {
            return Ok(Readable::No);
        }
        if key.public() != public {
            return Ok(Readable::WrongKey);
        }
        let of_session =
            SecretName { kind: SecretKind::Session, id: session.id.0, epoch: session.epoch };
        let secrets =
            (self.it.keys.find(secret_of(&public)).await?, self.it.keys.find(of_session).await?);
        let (Some(secret), Some(of_session)) = secrets else { return Ok(Readable::No) };
        let scope = self.session_scope(session.id.0, session.epoch);
        let name = SeedName { session: scope, section: "" };
        let seed = key.open_seed(&name, &secret, &wrap.sealed)?;
        self.tell_of_reading(&session, wanted, now).await?;
        let keys = KeySet::whole(scope, seed, of_session);
        Ok(Readable::Opened(Box::new((session, keys))))
    }

    async fn tell_of_reading(
        &self,
        session: &SessionRow,
        wanted: &Reading,
        now: i64,
    ) -> Result<(), AccountError> {
        let concerned: BTreeSet<AccountId> =
            self.present_grants(session, now).await?.iter().map(|it| it.account).collect();
        let written = self.not_written_to(&concerned, day(now));
        let done = async {
            let mut changes = Vec::new();
            for id in &concerned {
                let (detail, whom) = (Detail::Word(wanted.reason.word()), [*id, wanted.by]);
                changes.push(self.ledger.change(Event::AnswersRead, detail, &whom, now).await?);
                if written.contains(id) {
                    changes.extend(self.letter_of_reading(*id, now).await?);
                }
            }
            Ok(self.it.store.commit(changes).await?)
        };
        let done: Result<(), AccountError> = done.await;
        if done.is_err() {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.1.retain(|it| !written.contains(it));
        }
        done
    }

    /// Those whom this process has not written to on a day, and who are written down as told now.
    fn not_written_to(&self, concerned: &BTreeSet<AccountId>, today: i64) -> BTreeSet<AccountId> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.0 != today {
            *told = (today, BTreeSet::new());
        }
        concerned.iter().copied().filter(|it| told.1.insert(*it)).collect()
    }

    /// A letter that answers were read, unless one went out on this day before the server was started.
    async fn letter_of_reading(
        &self,
        id: AccountId,
        now: i64,
    ) -> Result<Option<Change>, AccountError> {
        let Some(account) = self.it.store.account(id).await? else { return Ok(None) };
        if self.was_told_today(id, now).await? {
            return Ok(None);
        }
        let link = format!("{}/account/activity", self.it.settings.origin);
        self.notice(&account, "answers-read", vec![("link", link)], now).await.map(Some)
    }

    /// Whether the audit log says that answers of an account were read before on this day.
    async fn was_told_today(&self, account: AccountId, now: i64) -> Result<bool, AccountError> {
        let mine = self.ledger.pseudonyms(account, now).await?;
        let is_told = |it: &AuditRow| {
            let is_mine = it.subjects.first().is_some_and(|it| mine.contains(it));
            is_mine && Told::of(it).event == Some(Event::AnswersRead)
        };
        let mut before = i64::MAX;
        loop {
            let rows = self.it.store.audit_about(&mine, before, PAGE).await?;
            let today: Vec<&AuditRow> = rows.iter().take_while(|it| it.at >= day(now)).collect();
            if today.iter().any(|it| is_told(it)) {
                return Ok(true);
            }
            match today.last() {
                Some(last) if today.len() == PAGE as usize => before = last.seq,
                _ => return Ok(false),
            }
        }
    }

    /// Ends what organisations could read by other keys than these, for ever: wraps go, and the
    /// secrets of the keyring without which no copy of them opens. The first of the keys is the one in
    /// force. Returns how many ended.
    pub async fn end_reading_but(&self, kept: &[[u8; 32]]) -> Result<u64, AccountError> {
        let ids: Result<Vec<[u8; 16]>, _> =
            kept.iter().map(|it| PublicKey::of_bytes(*it).map(|it| it.id())).collect();
        let ids = ids?;
        let all = self.it.keys.ring().secrets(SecretKind::Escrow, None, PAGE).await?;
        let over: Vec<SecretName> =
            all.into_iter().map(|it| it.name).filter(|it| !ids.contains(&it.id)).collect();
        if over.is_empty() {
            return Ok(0);
        }
        // The secrets last: as long as one is there, it is known that something is left to do.
        let but = kept.first().map_or(vec![], |it| it.to_vec());
        self.it.store.commit(vec![Change::ForgetWraps(WrapKind::Escrow, but)]).await?;
        let count = u64::try_from(over.len()).unwrap_or(u64::MAX);
        self.it.keys.delete(over).await?;
        Ok(count)
    }
}
