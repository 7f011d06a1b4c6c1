//! The page of what is done in the background.

use affiant_backend::{JobCount, JobState};
use minijinja::{Value, context};

use crate::page::admin::Desk;

/// What there is.
pub(crate) struct Jobs {
    /// By interview, kind, state and cause.
    pub(crate) counts: Vec<JobCount>,
    /// Whether this server looks for what there is to do.
    pub(crate) works: bool,
    /// The time, in seconds of the Unix epoch.
    pub(crate) now: i64,
}

impl Jobs {
    fn sum(&self, state: JobState) -> u64 {
        self.counts.iter().filter(|it| it.state == state).map(|it| it.count).sum()
    }

    /// Minutes that the oldest job has waited.
    fn oldest(&self) -> Option<i64> {
        let waits = |it: &&JobCount| matches!(it.state, JobState::Waiting | JobState::Running);
        let oldest = self.counts.iter().filter(waits).map(|it| it.oldest).min()?;
        Some((self.now - oldest).max(0) / 60)
    }
}

impl Desk<'_> {
    pub(crate) fn jobs(&self, jobs: &Jobs) -> Value {
        let failed = jobs.counts.iter().filter(|it| it.state == JobState::Failed);
        let failed = failed.filter_map(|it| {
            let (cause, kind) = (it.cause?.word(), it.kind.word());
            Some(context! {
                interview => it.interview.as_str(),
                kind,
                cause,
                kind_words => format!("admin_jobs_kind_{kind}"),
                cause_words => format!("admin_jobs_cause_{}", cause.replace('-', "_")),
                count => it.count,
                open => it.open,
            })
        });
        context! {
            works => jobs.works,
            waiting => jobs.sum(JobState::Waiting),
            running => jobs.sum(JobState::Running),
            done => jobs.sum(JobState::Done),
            aside => jobs.sum(JobState::Aside),
            oldest => jobs.oldest(),
            failed => failed.collect::<Vec<Value>>(),
            ..self.context("jobs")
        }
    }
}
