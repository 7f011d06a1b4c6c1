//! The newest state of sessions in use, as it is stored: sealed.
//!
//! Whoever answers comes back soon, and asks for what was just written. To read that anew costs a
//! step more than anything else that it does, since a connection reads all pages again after each
//! commit of another. What is here opens nothing: the secret of a session is read from the keyring
//! at each request, so that what was deleted is gone at once, whatever process deleted it.
//!
//! # Invariants
//!
//! - A change is seen here after its commit and before its caller is answered; the task that commits
//!   tells of it, so that none is missed.
//! - What was read from the database is kept only if nothing was committed meanwhile.
//! - Whoever appends says what revision the step was made from. So a session that another process
//!   has changed meets a conflict, and is read anew.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use affiant_backend::{History, Lookup, NextStep, SessionId, SessionRow, StepRow};
use hashlink::LruCache;

/// How many bytes all of them may take; those that were used longest ago go first.
const ROOM: usize = 8 << 20;

/// A session that takes more bytes is not kept.
const LARGEST: usize = 256 << 10;

/// The newest state of sessions in use.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    sessions: LruCache<[u8; 16], (SessionRow, Arc<History>)>,
    by_lookup: HashMap<[u8; 32], [u8; 16]>,
    bytes: usize,
    /// Counts what was told.
    changes: u64,
}

impl Default for Inner {
    fn default() -> Self {
        let (sessions, by_lookup) = (LruCache::new_unbounded(), HashMap::new());
        Self { sessions, by_lookup, bytes: 0, changes: 0 }
    }
}

/// How many changes there were when a reading began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun(u64);

impl Recent {
    /// Nothing panics while holding it, so a poisoned lock is as good.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of a lookup, if what is wanted is its state after the last step.
    pub(crate) fn of(
        &self,
        lookup: &Lookup,
        up_to: Option<u32>,
    ) -> Result<(SessionRow, Arc<History>), Begun> {
        let mut inner = self.inner();
        let begun = Begun(inner.changes);
        let Some(id) = inner.by_lookup.get(&lookup.0).copied() else { return Err(begun) };
        let found = inner.sessions.get(&id);
        found.filter(|(row, _)| up_to.is_none_or(|it| it >= row.last_step)).cloned().ok_or(begun)
    }

    /// Keeps what was read.
    pub(crate) fn read(&self, begun: Begun, row: &SessionRow, history: &Arc<History>) {
        let mut inner = self.inner();
        let is_newest = last(history) == Some(row.last_step);
        if is_newest && begun.0 == inner.changes {
            inner.put(row.clone(), Arc::clone(history));
        }
    }

    /// A session was made.
    pub(crate) fn created(&self, row: &SessionRow, first: &StepRow) {
        let snapshot = first.snapshot.clone().map(|it| (first.number, it));
        let mut inner = self.inner();
        inner.changes += 1;
        inner.put(row.clone(), Arc::new(History { snapshot, deltas: Vec::new() }));
    }

    /// A step was added to a session.
    pub(crate) fn appended(&self, next: &NextStep) {
        let NextStep { expected, after, step, head, touched, .. } = next;
        let mut inner = self.inner();
        inner.changes += 1;
        let Some((mut row, mut history)) = inner.take(next.session) else { return };
        if (row.revision, row.last_step) != (*expected, *after) {
            return;
        }
        (row.revision, row.last_step, row.touched) = (head.revision, step.number, *touched);
        row.head.clone_from(&head.sealed);
        match &step.snapshot {
            Some(it) => {
                let snapshot = Some((step.number, it.clone()));
                history = Arc::new(History { snapshot, deltas: Vec::new() });
            }
            // Whoever opened the session for this step has given it back by now.
            None => Arc::make_mut(&mut history).deltas.push((step.number, step.delta.clone())),
        }
        inner.put(row, history);
    }

    /// Something happened to one session, or might have.
    pub(crate) fn forget(&self, session: SessionId) {
        let mut inner = self.inner();
        inner.changes += 1;
        inner.take(session);
    }

    /// Something happened to sessions, or might have.
    pub(crate) fn forget_all(&self) {
        let mut inner = self.inner();
        *inner = Inner { changes: inner.changes + 1, ..Inner::default() };
    }
}

impl Inner {
    fn put(&mut self, row: SessionRow, history: Arc<History>) {
        self.take(row.id);
        let size = size(&row, &history);
        if size > LARGEST {
            return;
        }
        self.bytes += size;
        self.by_lookup.insert(row.lookup.0, row.id.0);
        self.sessions.insert(row.id.0, (row, history));
        while self.bytes > ROOM
            && let Some((_, (row, history))) = self.sessions.remove_lru()
        {
            self.gone(&row, &history);
        }
    }

    fn take(&mut self, session: SessionId) -> Option<(SessionRow, Arc<History>)> {
        let (row, history) = self.sessions.remove(&session.0)?;
        self.gone(&row, &history);
        Some((row, history))
    }

    fn gone(&mut self, row: &SessionRow, history: &History) {
        self.bytes -= size(row, history);
        self.by_lookup.remove(&row.lookup.0);
    }
}

/// The step that a history leads to.
fn last(history: &History) -> Option<u32> {
    let delta = history.deltas.last().map(|(number, _)| *number);
    delta.or(history.snapshot.as_ref().map(|(number, _)| *number))
}

/// About how many bytes a session takes here.
fn size(row: &SessionRow, history: &History) -> usize {
    /// Places in the maps, and what an allocation takes beside its content.
    const BESIDE: usize = 512;
    let snapshot = history.snapshot.as_ref().map_or(0, |(_, it)| it.len());
    let deltas: usize = history.deltas.iter().map(|(_, it)| it.len() + 64).sum();
    BESIDE + row.interview.len() + row.wrapped.len() + row.head.len() + snapshot + deltas
}
