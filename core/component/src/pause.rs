//! Plugins that fail again and again are not called for a while.

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
    /// Since when it is not called, if it is not.
    paused: Option<i64>,
}

/// How plugins fail, by name. Moments are seconds of the Unix epoch.
#[derive(Debug, Default)]
pub(crate) struct Pauses(Mutex<BTreeMap<String, Failing>>);

impl Pauses {
    /// Whether a plugin is not called now. Something that was decided about it ends its pause.
    pub(crate) fn is_paused(&self, plugin: &str, now: i64, decided: Option<i64>) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let paused = all.get(plugin).and_then(|it| it.paused);
        paused.is_some_and(|it| now - it < PAUSE && decided.is_none_or(|decided| decided <= it))
    }

    /// It failed. Returns whether it is not called from now on.
    pub(crate) fn failed(&self, plugin: &str, now: i64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failing = all.entry(plugin.to_owned()).or_default();
        failing.at.retain(|it| now - it < MINUTE);
        failing.at.push(now);
        if failing.at.len() <= TOLERATED {
            return false;
        }
        failing.at.clear();
        failing.paused = Some(now);
        true
    }
}
