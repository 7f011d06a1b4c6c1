//! How far sessions have come: what is noted in the keyring, and what this process has seen since.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use affiant_backend::{NotedRow, SessionId, SessionRow, StorageError};
use affiant_vault::Secret;

use crate::keys::Keys;

/// How many sessions are noted at once.
const BATCH: usize = 500;

/// What lies between the newest revision that was noted and the next one of a session that goes on
/// from an older state. What was stored and not noted yet has revisions in between, which are never
/// given again: a row of then fits no head of later.
const APART: u64 = 1 << 20;

/// What is known of how far a session came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Its greatest revision; `None` if none was seen yet.
    revision: Option<u64>,
    /// An older one that somebody who may goes on from.
    accepted: Option<u64>,
    /// An older one that administrators were told of.
    told: Option<u64>,
}

impl Noted {
    fn new(row: Option<NotedRow>, seen: Option<u64>) -> Self {
        let stored = row.map_or_else(Self::default, |row| Self {
            revision: Some(row.revision),
            accepted: row.accepted,
            told: row.told,
        });
        // With a newer revision, what was decided about older ones is over.
        if seen > stored.revision { Self { revision: seen, ..Self::default() } } else { stored }
    }

    /// Whether the row of a session is older than what is known of it, or has no head where it had one.
    pub fn is_ahead_of(&self, row: &SessionRow) -> bool {
        self.revision.is_some_and(|it| row.head.is_empty() || row.revision < it)
    }

    /// Whether the row of a session is newer than what is known of it.
    pub fn is_behind(&self, row: &SessionRow) -> bool {
        self.revision.is_none_or(|it| row.revision > it)
    }

    /// Whether a session was put back to the state of a row, and nobody who may decided to go on from
    /// there.
    pub fn is_put_back(&self, row: &SessionRow) -> bool {
        self.is_ahead_of(row) && self.accepted != Some(row.revision)
    }

    /// Whether administrators have yet to be told that a session was put back to the state of a row.
    pub fn is_news(&self, row: &SessionRow) -> bool {
        self.is_put_back(row) && self.told != Some(row.revision)
    }

    /// The revision that the next change of a session makes.
    pub fn next(&self, row: &SessionRow) -> u64 {
        let greatest = self.revision.unwrap_or_default().max(row.revision);
        greatest.saturating_add(if self.is_ahead_of(row) { APART } else { 1 })
    }
}

/// What this process has seen and not noted yet.
#[derive(Default)]
pub(crate) struct Seen(Mutex<BTreeMap<SessionId, u64>>);

impl Seen {
    /// Nothing panics while holding it, so a poisoned lock is as good.
    fn all(&self) -> MutexGuard<'_, BTreeMap<SessionId, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn of(&self, session: SessionId) -> Option<u64> {
        self.all().get(&session).copied()
    }

    fn add(&self, session: SessionId, revision: u64) {
        let mut all = self.all();
        let known = all.entry(session).or_default();
        *known = revision.max(*known);
    }

    /// Forgets what is noted by now; of a session that has come farther, that is left.
    fn remove(&self, noted: &[(SessionId, u64)]) {
        let mut all = self.all();
        for (session, revision) in noted {
            if all.get(session) == Some(revision) {
                all.remove(session);
            }
        }
    }
}

impl Keys {
    /// The secret of an epoch of a session, and how far the session is known to have come. Returns
    /// `None` when the secret was deleted or never there.
    pub async fn find_session(
        &self,
        session: SessionId,
        epoch: u32,
    ) -> Result<Option<(Secret, Noted)>, StorageError> {
        // Before what is noted is read: what leaves the one meanwhile is in the other.
        let seen = self.seen.of(session);
        let found = self.ring().find_session(session, epoch).await?;
        let Some((wrapped, row)) = found else { return Ok(None) };
        let secret = self.unwrap(&Self::of_session(session, epoch), &wrapped)?;
        Ok(Some((secret, Noted::new(row, seen))))
    }

    /// A session was stored, or was found, at this revision: to be noted before long.
    pub fn saw(&self, session: SessionId, revision: u64) {
        self.seen.add(session, revision);
    }

    /// Notes what was seen. What cannot be noted is kept for the next time.
    pub async fn note_seen(&self) -> Result<(), StorageError> {
        let seen: Vec<(SessionId, u64)> =
            self.seen.all().iter().map(|(id, it)| (*id, *it)).collect();
        for some in seen.chunks(BATCH) {
            self.ring().note(some.to_vec()).await?;
            self.seen.remove(some);
        }
        Ok(())
    }

    /// A session goes on from an older revision, since somebody who may decided so.
    pub async fn accept(&self, session: SessionId, older: u64) -> Result<(), StorageError> {
        self.note_seen().await?;
        self.ring().accept(session, older).await
    }

    /// Whether administrators are to be told now that a session is at an older revision: once for
    /// each.
    pub async fn tell(&self, session: SessionId, older: u64) -> Result<bool, StorageError> {
        self.note_seen().await?;
        self.ring().tell(session, older).await
    }
}
