//! What one plugin may do.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use affiant_manifest::Limits as Declared;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::entry::Entry;
use crate::problem::Refusal;
use crate::secrets::Secrets;

/// Longest time of a request, whatever a manifest asks for.
const LONGEST: Duration = Duration::from_secs(30);

/// Largest body of an answer, in bytes, whatever a manifest asks for.
const LARGEST: usize = 10 << 20;

/// How much a plugin may use of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time of a request, from the look-up of the name to the last byte.
    pub time: Duration,
    /// Largest body of an answer, in bytes.
    pub response: usize,
    /// How many requests at once. Another one is refused, not kept waiting.
    pub at_once: usize,
    /// How many requests in a minute.
    pub per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let time = Duration::from_secs(10);
        Self { time, response: 1 << 20, at_once: 8, per_minute: 600 }
    }
}

impl Limits {
    /// What a manifest asks for, where it does, and never above the host's own.
    pub fn of(declared: &Declared) -> Self {
        let own = Self::default();
        let time = declared.wall_ms.as_ref().map(|it| Duration::from_millis(it.value.into()));
        let kib = declared.response_kib.as_ref().and_then(|it| usize::try_from(it.value).ok());
        let per_minute = declared.calls_per_minute.as_ref().map(|it| it.value);
        Self {
            time: time.unwrap_or(own.time).min(LONGEST),
            response: kib.map_or(own.response, |it| it.saturating_mul(1024).min(LARGEST)),
            at_once: own.at_once,
            per_minute: per_minute.unwrap_or(own.per_minute).min(own.per_minute),
        }
    }
}

/// What one plugin may do, with the settings chosen. Lives as long as these hold: it counts.
#[derive(Debug)]
pub struct Access {
    pub(crate) plugin: String,
    pub(crate) entries: Vec<Entry>,
    pub(crate) secrets: Secrets,
    pub(crate) limits: Limits,
    slots: Semaphore,
    minute: Mutex<Minute>,
}

/// The requests of the minute that runs.
#[derive(Debug)]
struct Minute {
    began: Option<Instant>,
    count: u32,
}

impl Access {
    /// What the plugin of this name may do.
    pub fn new(plugin: String, entries: Vec<Entry>, secrets: Secrets, limits: Limits) -> Self {
        let slots = Semaphore::new(limits.at_once);
        let minute = Mutex::new(Minute { began: None, count: 0 });
        Self { plugin, entries, secrets, limits, slots, minute }
    }

    /// Counts a request, and holds its place.
    pub(crate) fn admit(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        let place = self.slots.try_acquire().map_err(|_| Refusal::AtOnce)?;
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let is_over = minute.began.is_none_or(|it| now - it >= Duration::from_mins(1));
        if is_over {
            *minute = Minute { began: Some(now), count: 0 };
        }
        if minute.count >= self.limits.per_minute {
            return Err(Refusal::PerMinute);
        }
        minute.count += 1;
        Ok(place)
    }
}
