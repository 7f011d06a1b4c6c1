//! Retention in the running server: how long the configuration keeps what, and the task that sees to
//! it.

use std::sync::Arc;
use std::time::Duration;

use affiant_account::AccountError;
use affiant_backend::AuditEnd;
use affiant_retention::{Moment, Periods, Reconciled, Schedule};
use affiant_switch::{Class, History, Hold};
use affiant_web::{App, Catalogue};
use anyhow::Context as _;
use tokio::time::Instant;

use crate::config::Config;
use crate::turns::Turns;

/// How often it is looked for what is due.
const EVERY: Duration = Duration::from_mins(15);

/// Runs after which rows and keys are compared as a whole: once a day.
const WHOLE: u32 = 24 * 4;

/// How long things are kept: by what administrators decided, by the configuration, and by what
/// interviews say of themselves.
pub(crate) fn periods(
    config: &Config,
    catalogue: &Catalogue,
    history: &History,
    now: i64,
) -> Periods {
    let in_force = history.in_force(now);
    let own = catalogue.all().into_iter().filter_map(|(name, entry)| {
        entry.loaded?.interview().metadata.keep_days.map(|days| (name, days))
    });
    Periods {
        session: in_force.keep_days(Class::Sessions),
        visitor: in_force.keep_days(Class::Visitors),
        session_before: Some(history.idle_before(Class::Sessions, now)),
        visitor_before: Some(history.idle_before(Class::Visitors, now)),
        audit: in_force.keep_days(Class::Audit),
        audit_before: Some(history.idle_before(Class::Audit, now)),
        interviews: own.collect(),
        account: config.keep_accounts,
        held_until: in_force.hold().map(Hold::moment),
        ..Periods::default()
    }
}

/// Ends what a crash or a restore left undone. To be done before the first request is answered.
pub(crate) async fn catch_up(app: &App) -> anyhow::Result<()> {
    let now = app.clock.seconds();
    let revived = app.eraser.replay(now).await.context("deletions could not be done again")?;
    if revived > 0 {
        tracing::warn!(revived, "what had been deleted was there again, and is deleted again");
    }
    app.end_reading().await.context("what administrators could read before is still there")?;
    app.store.free_jobs(now).await.context("what a crash interrupted cannot be read")?;
    if let Err(error) = app.eraser.resume(now).await {
        tracing::error!(%error, "a deletion could not be finished; trying again later");
    }
    Ok(())
}

/// What only one of several servers does.
const RETENTION: &str = "retention";

/// Deletes what was kept as long as promised, for ever.
pub(crate) async fn keep_on(app: Arc<App>, config: Config, schedule: Schedule, turns: Arc<Turns>) {
    let mut due = tokio::time::interval(EVERY);
    let mut told = AuditEnd::default();
    let mut keeper = Keeper { app, config, schedule, last: None, runs: 0 };
    loop {
        let at = due.tick().await;
        told = note(&keeper.app, told).await;
        match turns.take(RETENTION, keeper.run(at)).await {
            Ok(Some(())) => {}
            // Another server does: what passed since our last run tells nothing of its last.
            Ok(None) => keeper.last = None,
            Err(error) => {
                tracing::error!(%error, "which server deletes what is not known; trying again later");
            }
        }
    }
}

/// Does what is due, on the one server that does.
struct Keeper {
    app: Arc<App>,
    config: Config,
    schedule: Schedule,
    /// When it last did.
    last: Option<Instant>,
    runs: u32,
}

impl Keeper {
    async fn run(&mut self, at: Instant) {
        let passed = self.last.map(|it| at.duration_since(it).as_secs());
        let since = passed.map(|it| i64::try_from(it).unwrap_or(i64::MAX));
        self.last = Some(at);
        let app = &self.app;
        if let Err(error) = app.end_hold().await {
            tracing::error!(%error, "what waited for the end of a hold could not be deleted; trying again later");
        }
        if let Err(error) = app.end_reading().await {
            tracing::error!(%error, "what administrators could read before could not be deleted; trying again later");
        }
        if let Err(error) = note_since_last(app).await {
            tracing::error!(%error, "the audit log could not be told what came by itself; trying again later");
        }
        let moment = Moment { now: app.clock.seconds(), since };
        let periods = periods(&self.config, &app.catalogue, &app.switches.history(), moment.now);
        match self.schedule.tick(moment, &periods).await {
            Ok(report) if report.is_empty() => {}
            Ok(report) => tracing::info!(
                sessions = report.session_count(),
                accounts = report.accounts,
                warned = report.warned,
                resumed = report.resumed,
                "what was kept as long as promised is deleted"
            ),
            Err(error) => {
                tracing::error!(%error, "retention failed; trying again later");
            }
        }
        self.runs += 1;
        if self.runs.is_multiple_of(WHOLE) {
            compare(app).await;
        }
    }
}

async fn note_since_last(app: &App) -> Result<(), AccountError> {
    let last = app.store.watch().await?.map_or_else(|| app.clock.seconds(), |it| it.last);
    app.note_since(last).await
}

/// Tells the audit log of tries that failed, and this log how far the audit log goes: who can write
/// the database and makes all its entries anew cannot change what a log elsewhere says of them.
pub(crate) async fn note(app: &App, told: AuditEnd) -> AuditEnd {
    let done = async {
        app.note_failures().await?;
        Ok::<_, AccountError>(app.store.audit_end().await?)
    };
    match done.await {
        Ok(end) if end == told => told,
        Ok(end) => {
            tracing::info!(
                entry = end.seq,
                hash = hex::encode(end.hash),
                "the audit log ends here"
            );
            end
        }
        Err(error) => {
            tracing::error!(%error, "the audit log could not be told what happened; trying again later");
            told
        }
    }
}

/// Compares all rows with all keys.
async fn compare(app: &App) {
    match app.eraser.reconcile(app.clock.seconds()).await {
        Ok(found) if found == Reconciled::default() => {}
        Ok(found) => tracing::warn!(
            rows = found.revived,
            keys = found.orphans,
            objects = found.objects,
            "rows without a key, keys without a row or objects without a row were found and deleted"
        ),
        Err(error) => tracing::error!(%error, "rows and keys could not be compared"),
    }
}
