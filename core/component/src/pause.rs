//! Plugins that fail again and again, or try what they did not declare, are not called for a while.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Failures in a minute that are borne.
pub const TOLERATED: usize = 5;

/// How long a plugin is not called then, in seconds.
pub const PAUSE: i64 = 300;

/// Failures that count, in seconds back from now.
const MINUTE: i64 = 60;

#[derive(Debug, Default)]
struct Failing {
    /// When it failed, within a minute.
    at: Vec<i64>,
    /// Since when it is not called, if it is not, and why.
    paused: Option<(i64, Cause)>,
}

/// Why a plugin is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It failed again and again.
    Failing,
    /// It tried to reach a host that its manifest does not name.
    Undeclared,
}

/// How plugins fail, by name and version: what one version did, the next does not answer for. Moments
/// are seconds of the Unix epoch.
#[derive(Debug, Default)]
pub(crate) struct Pauses(Mutex<BTreeMap<String, Failing>>);

fn key(plugin: &str, version: &str) -> String {
    format!("{plugin} {version}")
}

impl Pauses {
    /// Why a plugin is not called now, if it is not. Something that was decided about it ends its
    /// pause.
    pub(crate) fn paused(
        &self,
        (plugin, version): (&str, &str),
        now: i64,
        decided: Option<i64>,
    ) -> Option<Cause> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, cause) = all.get(&key(plugin, version)).and_then(|it| it.paused)?;
        let holds = now - since < PAUSE && decided.is_none_or(|decided| decided <= since);
        holds.then_some(cause)
    }

    /// It tried what it did not declare: it is not called from now on.
    pub(crate) fn stop(&self, (plugin, version): (&str, &str), now: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key(plugin, version)).or_default().paused = Some((now, Cause::Undeclared));
    }

    /// It failed. Returns whether it is not called from now on.
    pub(crate) fn failed(&self, (plugin, version): (&str, &str), now: i64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failing = all.entry(key(plugin, version)).or_default();
        failing.at.retain(|it| now - it < MINUTE);
        failing.at.push(now);
        if failing.at.len() <= TOLERATED {
            return false;
        }
        failing.at.clear();
        failing.paused = Some((now, Cause::Failing));
        true
    }
}
