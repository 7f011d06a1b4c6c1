//! The administrator's switches on a running server: every decision goes through here.

use std::sync::{Arc, PoisonError, RwLock};

use affiant_audit::{Detail, Entry, Event};
use affiant_backend::{Change, Stage, StorageError, Store};
use affiant_switch::{History, INSTALLATION, InForce, Refused, Second, Setting};
use tokio::sync::Mutex;

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Undecided {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store does, or it does not answer. A conflict means that somebody else was first.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The switches of a server. What was decided is read once and kept, and read again when another
/// server decided something: see [`App::follow`](crate::App::follow).
pub struct Switchboard {
    store: Arc<dyn Store>,
    history: RwLock<Arc<History>>,
    /// Whoever reads waits for whoever does: what is kept is never older than what was.
    reading: Mutex<()>,
}

impl Switchboard {
    /// Reads what was decided. `installed` is what the configuration says: it holds at once on a new
    /// server; later it is a decision like any other, for which a second administrator is never
    /// there, and it never undoes what an administrator decided.
    pub async fn open(
        store: Arc<dyn Store>,
        installed: &[Setting],
        now: i64,
    ) -> Result<Self, StorageError> {
        let board = Self { store, history: RwLock::default(), reading: Mutex::default() };
        board.reload().await?;
        for unfit in board.history().unfit() {
            tracing::error!("{unfit}: somebody may have changed the database by other means");
        }
        for setting in installed {
            board.install(setting, now).await?;
        }
        Ok(board)
    }

    /// All that was decided.
    pub fn history(&self) -> Arc<History> {
        Arc::clone(&self.history.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is in force at a moment, in seconds of the Unix epoch.
    pub fn in_force(&self, now: i64) -> InForce {
        self.history().in_force(now)
    }

    /// An administrator, by the number of their account, sets a switch. What weakens privacy waits;
    /// then the number of the decision is returned. `also` is done in the same transaction.
    pub async fn ask(
        &self,
        to: &Setting,
        reason: &str,
        by: i64,
        now: i64,
        also: Vec<Change>,
    ) -> Result<Option<i64>, Undecided> {
        let asked = self.history().ask(to, reason, by, now)?;
        let mut changes = Vec::new();
        changes.extend(asked.cancels.map(|id| Change::CancelSwitch { id, at: now }));
        changes.push(Change::DecideSwitch(asked.row));
        changes.extend(also);
        self.commit(changes).await?;
        Ok(self.history().waiting(to.switch(), now).map(|it| it.id))
    }

    /// A second administrator agrees to what waits.
    pub async fn agree(
        &self,
        id: i64,
        second: Second,
        now: i64,
        also: Vec<Change>,
    ) -> Result<(), Undecided> {
        self.history().agree(id, second, now)?;
        let mut changes = vec![Change::AgreeSwitch { id, second: second.number, effective: now }];
        changes.extend(also);
        Ok(self.commit(changes).await?)
    }

    /// An administrator takes back what waits.
    pub async fn cancel(&self, id: i64, now: i64, also: Vec<Change>) -> Result<(), Undecided> {
        self.history().cancel(id, now)?;
        let mut changes = vec![Change::CancelSwitch { id, at: now }];
        changes.extend(also);
        Ok(self.commit(changes).await?)
    }

    /// How many deletions wait for the end of a hold.
    pub async fn held(&self) -> Result<u64, StorageError> {
        let all = self.store.deletions().await?;
        Ok(all.iter().filter(|it| it.stage == Stage::Held).map(|_| 1).sum())
    }

    async fn install(&self, setting: &Setting, now: i64) -> Result<(), StorageError> {
        let (history, switch) = (self.history(), setting.switch());
        let of_switch = || history.decisions().iter().filter(|it| it.to.switch() == switch);
        if let Some(last) = of_switch().next_back() {
            if last.to == *setting {
                return Ok(());
            }
            if of_switch().any(|it| it.by != INSTALLATION) {
                tracing::info!(
                    switch = switch.name(),
                    "the configuration is not followed: an administrator decided it on the page of switches"
                );
                return Ok(());
            }
        }
        let Ok(mut asked) = history.ask(setting, "The configuration says so.", INSTALLATION, now)
        else {
            return Ok(());
        };
        if of_switch().next().is_none() {
            asked.row.effective = now;
        } else if asked.row.effective > now {
            tracing::warn!(
                switch = switch.name(),
                "the configuration weakens people’s privacy: it is shown on /privacy, and begins in 24 hours"
            );
        }
        let mut changes: Vec<Change> =
            asked.cancels.map(|id| Change::CancelSwitch { id, at: now }).into_iter().collect();
        changes.push(Change::DecideSwitch(asked.row));
        changes.push(Change::Audit(Arc::new(Entry {
            at: now,
            event: Event::SwitchAsked,
            detail: Detail::Word(switch.name()),
            // A configuration is nobody's.
            subjects: Vec::new(),
        })));
        self.commit(changes).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<(), StorageError> {
        let done = self.store.commit(changes).await;
        // After a conflict too: what was known is out of date then.
        self.reload().await?;
        done
    }

    /// Reads all that was decided.
    pub(crate) async fn reload(&self) -> Result<(), StorageError> {
        let _alone = self.reading.lock().await;
        let history = Arc::new(History::read(self.store.switches().await?));
        *self.history.write().unwrap_or_else(PoisonError::into_inner) = history;
        Ok(())
    }
}
