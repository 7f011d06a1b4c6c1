//! What is done every quarter of an hour.

use std::sync::Arc;

use affiant_audit::{Detail, Event};
use affiant_backend::{
    AccountId, Change, DeletionReason, IdleRow, OutboxRow, SecretKind, SecretName, StorageError,
    Store, Subject,
};
use affiant_keyring::DAY;
use async_trait::async_trait;

use crate::erase::Eraser;
use crate::periods::{BURIED, Periods, WARNINGS};
use crate::report::Report;
use crate::watch::{Verdict, decide, verdict};

/// How many sessions are deleted together.
const BATCH: u32 = 100;

/// More than all rows of a kind that a server holds.
const ALL: u32 = u32::MAX;

/// When a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// By the clock on the wall, in seconds of the Unix epoch.
    pub now: i64,
    /// Seconds since the last run by a clock that cannot be set; `None` if this process made none.
    pub since: Option<i64>,
}

/// Writes warnings.
#[async_trait]
pub trait Warner: Send + Sync {
    /// A mail to the owner of a session of an interview, which is deleted in so many days unless it
    /// is used. `None` if there is nobody to write to.
    async fn warning(
        &self,
        owner: AccountId,
        interview: &str,
        days: u32,
        now: i64,
    ) -> Result<Option<OutboxRow>, StorageError>;
}

/// Deletes what was kept as long as promised.
pub struct Schedule {
    eraser: Arc<Eraser>,
    warner: Option<Arc<dyn Warner>>,
}

impl Schedule {
    /// A schedule without warnings.
    pub fn new(eraser: Arc<Eraser>) -> Self {
        Self { eraser, warner: None }
    }

    /// Warns owners before their sessions are deleted.
    #[must_use]
    pub fn with_warner(mut self, warner: Arc<dyn Warner>) -> Self {
        self.warner = Some(warner);
        self
    }

    fn store(&self) -> &Arc<dyn Store> {
        &self.eraser.store
    }

    /// One run.
    ///
    /// If the clock differs by more than 25 hours from what passed since the last run, nothing is
    /// deleted. While administrators hold deletions, nothing of anybody is. If more than a twentieth of all sessions is due, they wait for twelve hours, with an
    /// alarm in the log. After a failure the next run does what is left.
    pub async fn tick(&self, moment: Moment, periods: &Periods) -> Result<Report, StorageError> {
        let before = self.store().watch().await?;
        let verdict = verdict(before, moment.now, moment.since);
        let is_held = periods.is_held(moment.now);
        let counts = verdict == Verdict::Go && !is_held;
        let due = if counts { self.due(periods, moment.now).await? } else { 0 };
        let all = self.all_sessions().await?;
        let (after, may_delete) = decide(before, verdict, moment.now, due, all);
        self.store().set_watch(after).await?;
        let put_off = after.not_before;
        if verdict == Verdict::Jumped {
            tracing::error!(
                "the clock jumped by more than 25 hours: nothing is deleted for now. If the clock is right, there is nothing to do"
            );
            return Ok(Report { jumped: true, put_off, ..Report::default() });
        }
        let mut report = Report { put_off, ..Report::default() };
        report.resumed = self.eraser.resume(moment.now).await?;
        if may_delete && !is_held {
            report.sessions = self.delete_idle(periods, moment.now).await?;
        } else if due > 0 {
            tracing::error!(
                due,
                all,
                "so many sessions are due at once that they wait for twelve hours: see whether the clock and the configured periods are right"
            );
        }
        report.warned = self.warn(periods, moment.now).await?;
        if !is_held {
            report.accounts = self.accounts(periods, moment.now, false).await?;
            report.locked = self.locked(moment.now).await?;
            report.audit = self.trim(periods, moment.now, false).await?;
        }
        report.expired = self.store().expire(moment.now, false).await?;
        self.store().forget(moment.now).await?;
        report.secrets = self.eraser.keys.retire(moment.now).await?;
        let buried_until = moment.now - i64::from(BURIED) * DAY;
        self.eraser.keys.ring().forget_buried(buried_until).await?;
        report.objects = self.eraser.carry_out(ALL).await?;
        Ok(report)
    }

    /// What [`Schedule::tick`] would do, were the clock trusted and everything allowed.
    pub async fn dry_run(&self, now: i64, periods: &Periods) -> Result<Report, StorageError> {
        let warned = self.to_warn(periods, now).await?.len();
        let mut report = Report {
            warned: u64::try_from(warned).unwrap_or(u64::MAX),
            expired: self.store().expire(now, true).await?,
            ..Report::default()
        };
        if periods.is_held(now) {
            return Ok(report);
        }
        for (interview, owned, before) in self.classes(periods, now).await? {
            let idle = self.store().idle(&interview, owned, before, ALL, ALL).await?;
            let count = u64::try_from(idle.len()).unwrap_or(u64::MAX);
            report.sessions.push((interview, owned, count));
        }
        report.accounts = self.accounts(periods, now, true).await?;
        report.locked =
            u64::try_from(self.store().expired_locked(now, ALL).await?.len()).unwrap_or(u64::MAX);
        report.audit = self.trim(periods, now, true).await?;
        Ok(report)
    }

    /// Each kind of session, and since when it must have been idle to go.
    async fn classes(
        &self,
        periods: &Periods,
        now: i64,
    ) -> Result<Vec<(String, bool, i64)>, StorageError> {
        let mut classes = Vec::new();
        for interview in self.store().interviews().await? {
            for owned in [true, false] {
                let before = periods.before(&interview, owned, now);
                classes.push((interview.clone(), owned, before));
            }
        }
        Ok(classes)
    }

    async fn due(&self, periods: &Periods, now: i64) -> Result<u64, StorageError> {
        let mut due = 0;
        for (interview, owned, before) in self.classes(periods, now).await? {
            let idle = self.store().idle(&interview, owned, before, ALL, ALL).await?;
            due += u64::try_from(idle.len()).unwrap_or(u64::MAX);
        }
        Ok(due)
    }

    async fn all_sessions(&self) -> Result<u64, StorageError> {
        let store = self.store();
        Ok(store.count_sessions(true).await? + store.count_sessions(false).await?)
    }

    async fn delete_idle(
        &self,
        periods: &Periods,
        now: i64,
    ) -> Result<Vec<(String, bool, u64)>, StorageError> {
        let mut deleted = Vec::new();
        for (interview, owned, before) in self.classes(periods, now).await? {
            let mut count = 0;
            loop {
                let idle = self.store().idle(&interview, owned, before, ALL, BATCH).await?;
                if idle.is_empty() {
                    break;
                }
                let gone: Vec<_> = idle.iter().map(|it| Subject::Session(it.id)).collect();
                count += self.eraser.delete_all(&gone, DeletionReason::Retention, now).await?;
            }
            if count > 0 {
                deleted.push((interview, owned, count));
            }
        }
        let visitors = deleted.iter().filter(|it| !it.1).map(|it| it.2).sum();
        if visitors > 0 {
            let detail = Detail::Count(visitors);
            let entry = self.eraser.ledger.entry(Event::VisitorsExpired, detail, &[], now).await?;
            self.store().audit(entry).await?;
        }
        Ok(deleted)
    }

    async fn warn(&self, periods: &Periods, now: i64) -> Result<u64, StorageError> {
        let Some(warner) = &self.warner else { return Ok(0) };
        let mut warned = 0;
        for warning in self.to_warn(periods, now).await? {
            warned += self.warn_one(&**warner, &warning, now).await?;
        }
        Ok(warned)
    }

    /// The sessions whose owners are to be warned now.
    async fn to_warn(&self, periods: &Periods, now: i64) -> Result<Vec<Warning>, StorageError> {
        let mut warnings = Vec::new();
        for interview in self.store().interviews().await? {
            let period = periods.of(&interview, true);
            for (times, days) in (1..).zip(WARNINGS) {
                // Of a period that is shorter, there is nothing to warn of so early.
                let Some(idle_days) = period.checked_sub(days).filter(|it| *it > 0) else {
                    continue;
                };
                let before = now - i64::from(idle_days) * DAY;
                for idle in self.store().idle(&interview, true, before, times, ALL).await? {
                    let days = days_left(&idle, period, periods.held_until, now);
                    // A hold ends later: there is nothing to warn of so early.
                    if days > WARNINGS[times as usize - 1] {
                        continue;
                    }
                    // Who is already in the time of the next warning gets that one alone.
                    if WARNINGS.get(times as usize).is_some_and(|next| days <= *next) {
                        continue;
                    }
                    warnings.push(Warning { interview: interview.clone(), idle, times, days });
                }
            }
        }
        Ok(warnings)
    }

    async fn warn_one(
        &self,
        warner: &dyn Warner,
        it: &Warning,
        now: i64,
    ) -> Result<u64, StorageError> {
        let mail = match it.idle.owner {
            Some(owner) => warner.warning(owner, &it.interview, it.days, now).await?,
            None => None,
        };
        let count = u64::from(mail.is_some());
        // Together, so that no crash between the two sends it twice, or never.
        let mut changes = vec![Change::Warned(it.idle.id, it.times)];
        changes.extend(mail.map(Change::Mail));
        self.store().commit(changes).await?;
        Ok(count)
    }

    async fn accounts(&self, periods: &Periods, now: i64, dry: bool) -> Result<u64, StorageError> {
        let unconfirmed = (false, now - i64::from(periods.unconfirmed) * DAY);
        let unused = periods.account.map(|it| (true, now - i64::from(it) * DAY));
        let mut count = 0;
        for (active, before) in [Some(unconfirmed), unused].into_iter().flatten() {
            let idle = self.store().idle_accounts(active, before, ALL).await?;
            for account in idle {
                if !dry {
                    let subject = Subject::Account(account);
                    self.eraser.delete(subject, DeletionReason::Retention, now).await?;
                }
                count += 1;
            }
        }
        Ok(count)
    }

    /// Ends what resets put aside: the secret first, then the rows.
    async fn locked(&self, now: i64) -> Result<u64, StorageError> {
        let over = self.store().expired_locked(now, ALL).await?;
        for (account, epoch) in &over {
            let name = SecretName { kind: SecretKind::Account, id: account.0, epoch: *epoch };
            self.eraser.keys.delete(vec![name]).await?;
            self.store().commit(vec![Change::ForgetLocked(*account, *epoch)]).await?;
        }
        Ok(u64::try_from(over.len()).unwrap_or(u64::MAX))
    }

    async fn trim(&self, periods: &Periods, now: i64, dry: bool) -> Result<u64, StorageError> {
        let before = periods.audit_before.unwrap_or(now - i64::from(periods.audit) * DAY);
        self.eraser.ledger.trim(&**self.store(), before, dry).await
    }
}

/// A session whose owner is to be warned.
struct Warning {
    interview: String,
    idle: IdleRow,
    /// How many warnings there were with this one.
    times: u32,
    /// Days until the session is deleted.
    days: u32,
}

/// Whole days until a session is deleted, at least one: never before a hold ends.
fn days_left(idle: &IdleRow, period: u32, held_until: Option<i64>, now: i64) -> u32 {
    let ends = (idle.touched + i64::from(period) * DAY).max(held_until.unwrap_or(i64::MIN));
    u32::try_from((ends - now + DAY - 1) / DAY).unwrap_or(1).max(1)
}
