//! What the audit log is told, and what of it a person sees about themselves.

use std::sync::PoisonError;

use affiant_audit::{Detail, Event, Ledger, Told};
use affiant_backend::{AccountId, Change};

use crate::accounts::Accounts;
use crate::error::AccountError;

/// Who did what an entry tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doer {
    /// The person, or nobody else that is known.
    Themselves,
    /// Somebody else did it, and it is about the person.
    Another,
    /// The person did it, and it is about somebody else.
    ToAnother,
}

/// An entry of the audit log as somebody sees it whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its number.
    pub number: i64,
    /// When, in seconds of the Unix epoch.
    pub at: i64,
    /// What happened; `None` if a later version wrote it.
    pub event: Option<Event>,
    /// How many, where that is to be known.
    pub count: Option<u64>,
    /// Which one, or why, where that is to be known: a word of ours.
    pub word: Option<String>,
    /// Who did it.
    pub doer: Doer,
}

impl Accounts {
    /// The audit log.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// An entry of the audit log, for the commit of what it tells of. `whom`: whom it is about, and
    /// who did it if that is somebody else.
    pub async fn noted(
        &self,
        event: Event,
        whom: &[AccountId],
        now: i64,
    ) -> Result<Change, AccountError> {
        Ok(self.ledger.change(event, Detail::None, whom, now).await?)
    }

    /// What the audit log says about an account before the entry of this number, newest first. What
    /// is older than the keys of pseudonyms, nobody can tell whom it is about.
    pub async fn activity(
        &self,
        account: AccountId,
        before: i64,
        limit: u32,
        now: i64,
    ) -> Result<Vec<Activity>, AccountError> {
        let mine = self.ledger.pseudonyms(account, now).await?;
        let rows = self.it.store.audit_about(&mine, before, limit).await?;
        let seen = rows.iter().map(|row| {
            let is_mine = |at: usize| row.subjects.get(at).is_none_or(|it| mine.contains(it));
            let doer = match (is_mine(0), is_mine(1)) {
                (true, true) => Doer::Themselves,
                (true, false) => Doer::Another,
                (false, _) => Doer::ToAnother,
            };
            let Told { event, count, word } = Told::of(row);
            Activity { number: row.seq, at: row.at, event, count, word, doer }
        });
        Ok(seen.collect())
    }

    /// Counts a try that failed, until [`Accounts::note_failures`].
    pub(crate) fn failed(&self, account: Option<AccountId>) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        *failures.entry(account).or_default() += 1;
    }

    /// Tells the audit log how many tries failed since it was told last: one entry for each account
    /// that was tried, and one for all addresses without one. Counts that a crash takes with it are
    /// lost.
    pub async fn note_failures(&self, now: i64) -> Result<(), AccountError> {
        let failures =
            std::mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner));
        let mut changes = Vec::with_capacity(failures.len());
        for (account, count) in failures {
            let (event, detail) = (Event::SignInsFailed, Detail::Count(count));
            changes.push(self.ledger.change(event, detail, account.as_slice(), now).await?);
        }
        Ok(self.it.store.commit(changes).await?)
    }
}
