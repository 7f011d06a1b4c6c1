//! Deletions that people ask for: done at once, or when a hold of administrators ends.

use affiant_audit::Event;
use affiant_backend::{
    AccountId, DeletionReason, DeletionRow, GrantRole, Stage, StorageError, Subject,
};
use affiant_retention::Receipt;

use crate::app::App;
use crate::day::day;
use crate::page::privacy::{self, Truth};
use crate::page::site::Waiting;

/// What became of a deletion that was asked for.
pub(crate) enum Deletion {
    /// The keys are gone.
    Done(Receipt),
    /// It waits until this moment, in seconds of the Unix epoch.
    Held(i64),
}

impl App {
    /// Deletes what a person asks for, or writes down that it is to be deleted when the hold ends.
    pub(crate) async fn delete(&self, subject: Subject) -> Result<Deletion, StorageError> {
        let (now, reason) = (self.clock.seconds(), DeletionReason::Person);
        match self.in_force().hold() {
            None => Ok(Deletion::Done(self.eraser.delete(subject, reason, now).await?)),
            Some(hold) => {
                self.note(Event::DeletionWaits, self.owner(subject).await?.as_slice()).await?;
                let row = self.eraser.hold(subject, reason, now, hold.moment()).await?;
                Ok(Deletion::Held(row.until.unwrap_or_else(|| hold.moment())))
            }
        }
    }

    /// Whose a subject is, if it is an account's.
    pub(crate) async fn owner(&self, subject: Subject) -> Result<Option<AccountId>, StorageError> {
        match subject {
            Subject::Account(id) => Ok(Some(id)),
            Subject::Session(id) => {
                let grants = self.store.grants_on(id).await?;
                let owner = grants.into_iter().find(|it| it.role == GrantRole::Owner);
                Ok(owner.map(|it| it.account))
            }
        }
    }

    /// A deletion that waits, for its page: what it is of, where it is taken back, where Back leads.
    pub(crate) fn waiting(
        &self,
        until: i64,
        what: &'static str,
        action: String,
        back: String,
    ) -> Waiting {
        let truth = Truth {
            history: self.switches.history(),
            now: self.clock.seconds(),
            ..Truth::default()
        };
        let reason = privacy::reason(&truth).to_owned();
        Waiting { what, until: day(until), reason, action, back }
    }

    /// The day on which deletions are possible again, while a hold is in force.
    pub(crate) fn held_until(&self) -> Option<String> {
        self.in_force().hold().map(|it| it.ends.to_string())
    }

    /// The deletion of something that waits for the end of a hold, if it was asked for.
    pub(crate) async fn held(&self, subject: Subject) -> Result<Option<DeletionRow>, StorageError> {
        Ok(self.all_held().await?.into_iter().find(|it| it.subject == subject))
    }

    /// All deletions that wait for the end of a hold.
    pub(crate) async fn all_held(&self) -> Result<Vec<DeletionRow>, StorageError> {
        let mut all = self.store.deletions().await?;
        all.retain(|it| it.stage == Stage::Held);
        Ok(all)
    }

    /// Takes back a deletion that waits; nothing is lost then.
    pub(crate) async fn keep(&self, subject: Subject) -> Result<(), StorageError> {
        match self.held(subject).await? {
            Some(row) => {
                let owner = self.owner(subject).await?;
                self.note(Event::DeletionTakenBack, owner.as_slice()).await?;
                self.store.end_deletion(row.id).await
            }
            None => Ok(()),
        }
    }

    /// Does what waits for the end of a hold, once none is in force: also when it ended before its
    /// day.
    pub async fn end_hold(&self) -> Result<(), StorageError> {
        if self.in_force().hold().is_some() {
            return Ok(());
        }
        let held = self.all_held().await?;
        for row in &held {
            self.store.advance_deletion(row.id, Stage::Keys).await?;
        }
        if !held.is_empty() {
            self.eraser.resume(self.clock.seconds()).await?;
        }
        Ok(())
    }
}
