//! Whether a plugin is quick, by its last calls.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use affiant_wasm::TICK;

/// A call that takes longer, of the processor, is slow.
const QUICK: Duration = Duration::from_millis(2);

/// A call that was seen to work so long was slow in truth; one that seemed slow and ended before may
/// have been kept waiting by the system.
const CERTAIN: Duration = TICK.saturating_mul(2);

/// How many of the last 64 calls of a quick plugin may have been slow.
const BORNE: u32 = 4;

/// How the last 64 calls of a plugin went, a bit for each: set for a slow one. What was not called yet
/// counts as slow, so that strangers show first that they are not.
#[derive(Debug)]
pub(crate) struct Pace(AtomicU64);

impl Default for Pace {
    fn default() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }
}

impl Pace {
    /// Whether its calls may run where other people's requests do.
    pub(crate) fn is_quick(&self) -> bool {
        self.0.load(Ordering::Relaxed).count_ones() <= BORNE
    }

    /// A call took so much of the processor. What two calls tell at once may be lost: others follow.
    pub(crate) fn note(&self, took: Duration) {
        let calls = if took >= CERTAIN {
            u64::MAX
        } else {
            (self.0.load(Ordering::Relaxed) << 1) | u64::from(took > QUICK)
        };
        self.0.store(calls, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_micros(40);

    fn noted(pace: &Pace, took: Duration, times: u32) -> bool {
        for _ in 0..times {
            pace.note(took);
        }
        pace.is_quick()
    }

    #[test]
    fn a_plugin_is_quick_after_many_quick_calls_and_no_more_after_a_long_one() {
        let pace = Pace::default();
        assert!(!pace.is_quick());
        assert!(!noted(&pace, SHORT, 59));
        assert!(noted(&pace, SHORT, 1));
        assert!(!noted(&pace, CERTAIN, 1));
        assert!(!noted(&pace, SHORT, 59));
        assert!(noted(&pace, SHORT, 1));
    }

    #[test]
    fn a_few_calls_that_seem_slow_are_borne() {
        let pace = Pace::default();
        assert!(noted(&pace, SHORT, 64));
        assert!(noted(&pace, QUICK * 2, BORNE));
        assert!(!noted(&pace, QUICK * 2, 1));
    }
}
