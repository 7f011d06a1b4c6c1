//! What the pages and the clock tell the audit log.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use affiant_account::AccountError;
use affiant_audit::{Detail, Event};
use affiant_backend::{AccountId, Change, SessionId, StorageError, Subject};
use affiant_keyring::day;
use affiant_switch::Outcome;

use crate::app::App;

/// Who read what of others on one day.
#[derive(Default)]
pub(crate) struct Readers(Mutex<(i64, BTreeSet<(SessionId, AccountId)>)>);

impl Readers {
    /// Writes somebody down; `false` if they are already.
    fn add(&self, day: i64, session: SessionId, reader: AccountId) -> bool {
        let mut today = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if today.0 != day {
            *today = (day, BTreeSet::new());
        }
        today.1.insert((session, reader))
    }

    fn remove(&self, session: SessionId, reader: AccountId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&(session, reader));
    }
}

/// Most bans that are counted at once.
const BANS: u32 = 10_000;

impl App {
    /// An entry of the audit log, for the commit of what it tells of. `whom`: whom it is about, and
    /// who did it if that is somebody else.
    pub(crate) async fn entry(
        &self,
        event: Event,
        detail: Detail,
        whom: &[AccountId],
    ) -> Result<Change, StorageError> {
        self.accounts.ledger().change(event, detail, whom, self.clock.seconds()).await
    }

    /// Tells the audit log what no commit belongs to. To be called before it is done: an entry about
    /// what then failed is better than none about what was done.
    pub(crate) async fn note(&self, event: Event, whom: &[AccountId]) -> Result<(), StorageError> {
        let entry = self.entry(event, Detail::None, whom).await?;
        self.store.commit(vec![entry]).await
    }

    /// Tells the audit log that somebody reads a session of another's, once a day: its owner finds it
    /// there. Who cannot be written down does not read.
    pub(crate) async fn note_reader(
        &self,
        session: SessionId,
        reader: AccountId,
    ) -> Result<(), StorageError> {
        if !self.readers.add(day(self.clock.seconds()), session, reader) {
            return Ok(());
        }
        let noted = async {
            let owner = self.owner(Subject::Session(session)).await?;
            let whom: Vec<AccountId> = owner.into_iter().chain([reader]).collect();
            self.note(Event::SharedOpened, &whom).await
        };
        let noted = noted.await;
        if noted.is_err() {
            self.readers.remove(session, reader);
        }
        noted
    }

    /// Notes in the keyring how far sessions have come, which this server stored since it last did.
    pub async fn note_heads(&self) -> Result<(), StorageError> {
        self.keyring.note_seen().await
    }

    /// Tells the audit log of tries that failed, which this server counted since it last did.
    pub async fn note_failures(&self) -> Result<(), AccountError> {
        self.accounts.note_failures(self.clock.seconds()).await
    }

    /// Tells the audit log what came by itself since `last` (seconds of the Unix epoch): addresses
    /// that are kept out because of their tries, switches that are in force. One of several servers
    /// does.
    pub async fn note_since(&self, last: i64) -> Result<(), AccountError> {
        let now = self.clock.seconds();
        let mut changes = Vec::new();
        let began = |it: i64| it > last && it <= now;
        let bans = self.guard.bans(last, BANS).await?;
        let bans = bans.iter().filter(|it| began(it.since)).map(|_| 1).sum();
        if bans > 0 {
            changes.push(self.entry(Event::Banned, Detail::Count(bans), &[]).await?);
        }
        let history = self.switches.history();
        let waited = history.decisions().iter().filter(|it| it.outcome == Outcome::Follows);
        for it in waited.filter(|it| it.effective > it.asked && began(it.effective)) {
            let switch = Detail::Word(it.to.switch().name());
            changes.push(self.entry(Event::SwitchInForce, switch, &[]).await?);
        }
        Ok(self.store.commit(changes).await?)
    }
}
