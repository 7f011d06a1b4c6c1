//! Bringing the main store and the keyring together again: after a restore, a crash, or for certainty.

use std::collections::BTreeSet;

use affiant_backend::{
    AccountId, DeletionReason, SecretKind, SecretName, SessionId, StorageError, Subject,
};
use affiant_keyring::DAY;

use crate::erase::Eraser;

/// How many rows are looked at together.
const PAGE: u32 = 500;

/// What was found and mended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Sessions and accounts without a secret: they were deleted, and a restore or crash brought
    /// their rows back.
    pub revived: u64,
    /// Secrets without a row: what they were made for was never stored, or is no longer needed.
    pub orphans: u64,
    /// Objects without a row: what they were stored for was never written down, or a restore took it
    /// back.
    pub objects: u64,
}

fn subject(kind: SecretKind, id: [u8; 16]) -> Option<Subject> {
    match kind {
        SecretKind::Session => Some(Subject::Session(SessionId(id))),
        SecretKind::Account => Some(Subject::Account(AccountId(id))),
        SecretKind::SignIn | SecretKind::Audit | SecretKind::Job | SecretKind::Escrow => None,
    }
}

impl Eraser {
    /// Deletes again what was deleted before and is there again, as after a restore. To be done
    /// before the first request is answered; it costs a look-up for each deletion of the last weeks.
    /// Returns how many came back.
    pub async fn replay(&self, now: i64) -> Result<u64, StorageError> {
        let mut revived = 0;
        for buried in self.keys.ring().buried().await? {
            let Some(subject) = subject(buried.kind, buried.id) else { continue };
            if self.is_there(subject).await? {
                self.delete(subject, DeletionReason::Retention, now).await?;
                revived += 1;
            }
        }
        Ok(revived)
    }

    async fn is_there(&self, subject: Subject) -> Result<bool, StorageError> {
        Ok(match subject {
            Subject::Session(id) => self.store.session(id).await?.is_some(),
            Subject::Account(id) => self.store.account(id).await?.is_some(),
        })
    }

    /// Compares all rows with all secrets. What lacks its secret is deleted; a secret of an earlier
    /// day that belongs to nothing is, too, and such an object. Reads all ids there are.
    pub async fn reconcile(&self, now: i64) -> Result<Reconciled, StorageError> {
        let mut found = Reconciled::default();
        let mut alive = BTreeSet::new();
        let mut orphans = Vec::new();
        let mut replaced = Vec::new();
        for kind in [SecretKind::Session, SecretKind::Account] {
            let mut after: Option<SecretName> = None;
            loop {
                let page = self.keys.ring().secrets(kind, after, PAGE).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.name);
                for row in &page {
                    let Some(subject) = subject(kind, row.name.id) else { continue };
                    alive.insert(subject);
                    // The row may be on its way: the secret comes first.
                    if row.created + DAY >= now {
                        continue;
                    }
                    if !self.is_there(subject).await? {
                        orphans.push((kind, row.name.id));
                    } else if self.is_replaced(row.name).await? {
                        replaced.push(row.name);
                    }
                }
            }
        }
        found.orphans = u64::try_from(orphans.len() + replaced.len()).unwrap_or(u64::MAX);
        if !replaced.is_empty() {
            self.keys.delete(replaced).await?;
        }
        if !orphans.is_empty() {
            self.keys.bury(orphans, now).await?;
        }
        let mut after = None;
        loop {
            let page = self.store.subjects(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(*last);
            for subject in page {
                // A row that was made since its secret was not listed has one now.
                if !alive.contains(&subject) && self.lacks_secret(subject).await? {
                    self.delete(subject, DeletionReason::Retention, now).await?;
                    found.revived += 1;
                }
            }
        }
        found.objects = self.sweep_objects(now).await?;
        Ok(found)
    }

    /// Whether a secret is of an earlier user key of an account, and nothing waits in the locked vault
    /// for it: what took the key's place was stored, and then the server stopped.
    async fn is_replaced(&self, name: SecretName) -> Result<bool, StorageError> {
        if name.kind != SecretKind::Account {
            return Ok(false);
        }
        let id = AccountId(name.id);
        let Some(account) = self.store.account(id).await? else { return Ok(false) };
        if name.epoch >= account.key_epoch {
            return Ok(false);
        }
        let locked = self.store.locked(id).await?;
        Ok(locked.iter().all(|it| it.key_epoch != name.epoch))
    }

    async fn lacks_secret(&self, subject: Subject) -> Result<bool, StorageError> {
        let (kind, id) = match subject {
            Subject::Session(id) => (SecretKind::Session, id.0),
            Subject::Account(id) => (SecretKind::Account, id.0),
        };
        Ok(self.keys.ring().epochs(kind, id).await?.is_empty())
    }
}
