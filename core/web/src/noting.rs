//! What the pages and the clock tell the audit log.

use affiant_account::AccountError;
use affiant_audit::{Detail, Event};
use affiant_backend::{AccountId, Change, StorageError};
use affiant_switch::Outcome;

use crate::app::App;

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

    /// Tells the audit log what came by itself since `last` (seconds of the Unix epoch): tries that
    /// failed, addresses that are kept out because of theirs, switches that are in force.
    pub async fn note_since(&self, last: i64) -> Result<(), AccountError> {
        let now = self.clock.seconds();
        self.accounts.note_failures(now).await?;
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
