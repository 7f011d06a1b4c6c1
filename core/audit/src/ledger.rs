//! Writing entries, reading those about a person, cutting the oldest, and reading all for gaps.

use std::sync::Arc;

use affiant_backend::{
    AccountId, AuditEnd, AuditLog, AuditRow, AuditStart, Chained, Change, Pseudonym, SecretKind,
    SecretName, StorageError,
};
use affiant_keyring::{AUDIT_MONTHS, Keys, audit_epoch};
use affiant_vault::{Secret, pseudonym};

use crate::chain::{Broken, Detail, Entry, Verifier};
use crate::event::Event;

/// Entries that are read at once.
const PAGE: u32 = 1_000;

/// What the beginning of a log that was cut is marked as.
const START: &str = "start of the audit log";

/// A log in which nothing is missing and nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// How many entries there are.
    pub entries: u64,
    /// How many were cut because they were kept as long as promised.
    pub cut: i64,
    /// The last one.
    pub end: AuditEnd,
}

/// Why a log is not known to be whole.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// It is not what was written.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It cannot be read.
    #[error("the audit log cannot be read")]
    Storage(#[from] StorageError),
}

/// The audit log with the keys that it needs.
#[derive(Clone)]
pub struct Ledger {
    keys: Arc<Keys>,
}

impl Ledger {
    /// A log whose pseudonyms come from these keys.
    pub fn new(keys: Arc<Keys>) -> Self {
        Self { keys }
    }

    /// An entry, to be committed together with what it tells of. `subjects`: whom it is about, and
    /// who did it if that is somebody else. `now` is in seconds of the Unix epoch.
    pub async fn entry(
        &self,
        event: Event,
        detail: Detail,
        subjects: &[AccountId],
        now: i64,
    ) -> Result<Arc<dyn Chained>, StorageError> {
        let subjects = if subjects.is_empty() {
            Vec::new()
        } else {
            let month = self.keys.of_epoch(SecretKind::Audit, audit_epoch(now), now).await?;
            subjects.iter().map(|it| name(&month, *it)).collect()
        };
        Ok(Arc::new(Entry { at: now, event, detail, subjects }))
    }

    /// An entry as a change.
    pub async fn change(
        &self,
        event: Event,
        detail: Detail,
        subjects: &[AccountId],
        now: i64,
    ) -> Result<Change, StorageError> {
        Ok(Change::Audit(self.entry(event, detail, subjects, now).await?))
    }

    /// What an account was called in the months whose key is still there, this one first.
    pub async fn pseudonyms(
        &self,
        account: AccountId,
        now: i64,
    ) -> Result<Vec<Pseudonym>, StorageError> {
        let mut names = Vec::new();
        let this = audit_epoch(now);
        for epoch in (this.saturating_sub(AUDIT_MONTHS)..=this).rev() {
            let secret = SecretName { kind: SecretKind::Audit, id: [0; 16], epoch };
            names.extend(self.keys.find(secret).await?.map(|month| name(&month, account)));
        }
        Ok(names)
    }

    /// Cuts entries older than `before` (seconds of the Unix epoch), or only counts them if `dry`.
    /// What is left begins with a record that proves that we cut it. Returns how many.
    pub async fn trim(
        &self,
        log: &dyn AuditLog,
        before: i64,
        dry: bool,
    ) -> Result<u64, StorageError> {
        let mut cut = self.begin(log).await?;
        let mut count = 0;
        'all: loop {
            let rows = log.audit_after(cut.seq, PAGE).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if row.at >= before {
                    break 'all;
                }
                cut = end(&row);
                count += 1;
            }
        }
        if count > 0 && !dry {
            let sealed =
                self.keys.master().tag(START, &[&cut.seq.to_be_bytes(), &cut.hash]).to_vec();
            log.cut_audit(AuditStart { cut, sealed }).await?;
        }
        Ok(count)
    }

    async fn begin(&self, log: &dyn AuditLog) -> Result<AuditEnd, StorageError> {
        Ok(log.audit_start().await?.map(|it| it.cut).unwrap_or_default())
    }

    /// Reads the whole log. `known`: an entry that somebody remembers with its hash, which the log
    /// must hold; who made the whole chain anew cannot make that one fit.
    pub async fn verify(
        &self,
        log: &dyn AuditLog,
        known: Option<AuditEnd>,
    ) -> Result<Whole, Unverified> {
        let start = log.audit_start().await?;
        if let Some(AuditStart { cut, sealed }) = &start {
            let parts: [&[u8]; 2] = [&cut.seq.to_be_bytes(), &cut.hash];
            if !self.keys.master().is_tag(START, &parts, sealed) {
                return Err(Broken::Start(cut.seq).into());
            }
        }
        let cut = start.map(|it| it.cut).unwrap_or_default();
        // What was remembered may have been cut since.
        let mut owed = known.filter(|it| it.seq > cut.seq);
        let mut verifier = Verifier::behind(cut);
        loop {
            let rows = log.audit_after(verifier.last().seq, PAGE).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                verifier.take(row)?;
                if let Some(known) = owed.filter(|it| it.seq == row.seq) {
                    verifier.finish(known)?;
                    owed = None;
                }
            }
        }
        if let Some(known) = owed {
            verifier.finish(known)?;
        }
        let end = verifier.last();
        let entries = u64::try_from(end.seq - cut.seq).unwrap_or_default();
        Ok(Whole { entries, cut: cut.seq, end })
    }
}

fn name(month: &Secret, account: AccountId) -> Pseudonym {
    Pseudonym(pseudonym(month, &account.0))
}

fn end(row: &AuditRow) -> AuditEnd {
    AuditEnd { seq: row.seq, hash: row.hash }
}
