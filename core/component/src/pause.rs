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
    /// Until when it is not called.
    until: Option<i64>,
}

/// How plugins fail, by name. Moments are seconds of the Unix epoch.
#[derive(Debug, Default)]
pub(crate) struct Pauses(Mutex<BTreeMap<String, Failing>>);

impl Pauses {
    /// Until when a plugin is not called; `None` when it is.
    pub(crate) fn until(&self, plugin: &str, now: i64) -> Option<i64> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(plugin)?.until.filter(|it| *it > now)
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
        failing.until = Some(now + PAUSE);
        true
    }

    /// Forgets how it failed: something was decided about it.
    pub(crate) fn forgive(&self, plugin: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(plugin);
    }
}
