//! Deleting a session or an account: keys first, then rows, then a look whether anything is left, then
//! objects.

use std::sync::Arc;

use affiant_audit::{Detail, Event, Ledger};
use affiant_backend::{
    AccountId, Chained, Counts, DeletionReason, DeletionRow, GrantRole, Lookup, Objects,
    SecretKind, SessionId, Stage, StorageError, Store, Subject, TombstoneRow,
};
use affiant_keyring::{Keys, SharedRandomness, day};
use affiant_vault::random;
use futures::future::join_all;

/// What a person can show for a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Names the deletion; random.
    pub id: [u8; 16],
    /// Why it was deleted.
    pub reason: DeletionReason,
    /// When, in seconds of the Unix epoch.
    pub at: i64,
    /// What there was to remove.
    pub counts: Counts,
    /// Whether rows and objects are gone too. Else they follow within minutes; nothing opens them.
    pub is_done: bool,
}

/// Deletes sessions and accounts for good.
pub struct Eraser {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) ledger: Ledger,
    pub(crate) objects: Option<Arc<dyn Objects>>,
    randomness: SharedRandomness,
}

impl Eraser {
    /// Joins the parts.
    pub fn new(store: Arc<dyn Store>, keys: Arc<Keys>, randomness: SharedRandomness) -> Self {
        let ledger = Ledger::new(Arc::clone(&keys));
        Self { store, keys, ledger, objects: None, randomness }
    }

    /// Deletes from object storage as well.
    #[must_use]
    pub fn with_objects(mut self, objects: Option<Arc<dyn Objects>>) -> Self {
        self.objects = objects;
        self
    }

    /// Deletes a session or an account with all sessions that it owns. When this has an answer, the
    /// keys are gone. `now` is in seconds of the Unix epoch.
    ///
    /// After an error nothing was deleted, or the deletion is in the journal and goes on by itself.
    pub async fn delete(
        &self,
        subject: Subject,
        reason: DeletionReason,
        now: i64,
    ) -> Result<Receipt, StorageError> {
        let row = self.begin(subject, reason, Stage::Keys, now, None).await?;
        self.go_on(row, now).await
    }

    /// Writes down that a subject is to be deleted when a hold ends, `until` then (seconds of the
    /// Unix epoch). Until then everything stays as it is.
    pub async fn hold(
        &self,
        subject: Subject,
        reason: DeletionReason,
        now: i64,
        until: i64,
    ) -> Result<DeletionRow, StorageError> {
        self.begin(subject, reason, Stage::Held, now, Some(until)).await
    }

    /// Deletes many at once, so that one flush of the disk ends the keys of all of them. Returns how
    /// many.
    pub(crate) async fn delete_all(
        &self,
        subjects: &[Subject],
        reason: DeletionReason,
        now: i64,
    ) -> Result<u64, StorageError> {
        let begun = subjects.iter().map(|it| self.begin(*it, reason, Stage::Keys, now, None));
        let rows: Vec<_> = join_all(begun).await.into_iter().collect::<Result<_, _>>()?;
        let mut names = Vec::new();
        for row in &rows {
            names.extend(self.names(row.subject).await?);
        }
        self.keys.bury(names, now).await?;
        let finished = join_all(rows.iter().map(|it| self.remove(it, now))).await;
        finished.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.carry_out_or_tell().await;
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    /// Goes on with what a crash or an error interrupted, and with what was held until now. Returns
    /// how many deletions are done. One that fails does not stop the others.
    pub async fn resume(&self, now: i64) -> Result<u64, StorageError> {
        let (mut done, mut failed) = (0, None);
        for row in self.store.deletions().await? {
            if row.stage == Stage::Held && row.until.is_none_or(|until| until > now) {
                continue;
            }
            match self.go_on(row, now).await {
                Ok(receipt) if receipt.is_done => done += 1,
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(done), Err)
    }

    async fn begin(
        &self,
        subject: Subject,
        reason: DeletionReason,
        stage: Stage,
        now: i64,
        until: Option<i64>,
    ) -> Result<DeletionRow, StorageError> {
        let id = random(&*self.randomness).map_err(|it| StorageError::Unavailable(it.into()))?;
        let row = DeletionRow { id, subject, reason, stage, asked: now, until };
        match self.store.begin_deletion(row.clone()).await {
            Ok(()) => Ok(row),
            Err(StorageError::Conflict) => {
                // It is being deleted already: that deletion goes on.
                let all = self.store.deletions().await?;
                all.into_iter().find(|it| it.subject == subject).ok_or(StorageError::Conflict)
            }
            Err(error) => Err(error),
        }
    }

    /// Does the stages that are left.
    async fn go_on(&self, row: DeletionRow, now: i64) -> Result<Receipt, StorageError> {
        let counts = self.store.count(row.subject).await?;
        if matches!(row.stage, Stage::Held | Stage::Keys) {
            self.end_keys(&row, now).await?;
        }
        let removed = self.remove(&row, now).await;
        if let Err(error) = &removed {
            tracing::error!(%error, "the keys of a deletion are gone, its rows are not yet");
        }
        // Objects go last: they are written down since their rows went, and opened by nobody.
        let is_done = removed.is_ok() && self.carry_out_or_tell().await;
        let (id, reason) = (row.id, row.reason);
        Ok(Receipt { id, reason, at: now, counts, is_done })
    }

    /// From here on the data is dead, whatever becomes of its rows.
    pub(crate) async fn end_keys(&self, row: &DeletionRow, now: i64) -> Result<(), StorageError> {
        if row.stage == Stage::Held {
            // Ends the sign-ins of an account before its sessions are listed.
            self.store.advance_deletion(row.id, Stage::Keys).await?;
        }
        let names = self.names(row.subject).await?;
        self.keys.bury(names, now).await
    }

    /// What the secrets of a subject belong to.
    async fn names(&self, subject: Subject) -> Result<Vec<(SecretKind, [u8; 16])>, StorageError> {
        Ok(match subject {
            Subject::Session(id) => vec![(SecretKind::Session, id.0)],
            Subject::Account(id) => {
                let owned = self.store.owned_by(id).await?;
                let sessions = owned.iter().map(|it| (SecretKind::Session, it.0));
                sessions.chain([(SecretKind::Account, id.0)]).collect()
            }
        })
    }

    async fn remove(&self, row: &DeletionRow, now: i64) -> Result<(), StorageError> {
        self.store.advance_deletion(row.id, Stage::Rows).await?;
        self.erase(row, now).await?;
        self.store.advance_deletion(row.id, Stage::Check).await?;
        self.check(row).await?;
        self.store.end_deletion(row.id).await
    }

    pub(crate) async fn erase(&self, row: &DeletionRow, now: i64) -> Result<(), StorageError> {
        let tombstone = matches!(row.subject, Subject::Account(_)).then(|| TombstoneRow {
            // The store takes the account's own.
            number: 0,
            day: day(now),
            reason: row.reason,
            receipt: self.receipt_hash(row.id),
        });
        let entry = self.entry(row, now).await?;
        self.store.erase(row.subject, tombstone, entry).await.map(|_| ())
    }

    /// What the audit log says of it. Visitors' sessions that nobody used are only counted, by whoever
    /// deletes them.
    async fn entry(
        &self,
        row: &DeletionRow,
        now: i64,
    ) -> Result<Option<Arc<dyn Chained>>, StorageError> {
        let is_over = row.reason == DeletionReason::Retention;
        let (event, detail, whose) = match row.subject {
            Subject::Session(id) => {
                let owner = self.owner(id).await?;
                if owner.is_none() && is_over {
                    return Ok(None);
                }
                let event = if is_over { Event::SessionExpired } else { Event::SessionDeleted };
                (event, Detail::None, owner)
            }
            Subject::Account(id) => {
                let sessions = self.store.count(row.subject).await?.sessions;
                let event = if is_over { Event::AccountExpired } else { Event::AccountDeleted };
                (event, Detail::Count(sessions), Some(id))
            }
        };
        self.ledger.entry(event, detail, whose.as_slice(), now).await.map(Some)
    }

    async fn owner(&self, session: SessionId) -> Result<Option<AccountId>, StorageError> {
        let grants = self.store.grants_on(session).await?;
        Ok(grants.into_iter().find(|it| it.role == GrantRole::Owner).map(|it| it.account))
    }

    /// Fails if anything is left.
    pub(crate) async fn check(&self, row: &DeletionRow) -> Result<(), StorageError> {
        let left = self.store.count(row.subject).await?.sum();
        if left == 0 {
            return Ok(());
        }
        tracing::error!(left, "a deletion left rows behind; trying again");
        Err(StorageError::Unavailable("rows of a deletion are left".into()))
    }

    /// By which a tombstone tells whether a receipt is its own: who has only the tombstone cannot
    /// make the receipt.
    pub fn receipt_hash(&self, receipt: [u8; 16]) -> Lookup {
        Lookup(self.keys.master().tag("receipt of a deletion", &[&receipt]))
    }
}
