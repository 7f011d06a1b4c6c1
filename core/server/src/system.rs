//! The system's clock and randomness: the only place that asks for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use affiant_guard::Blind;
use affiant_vault::{Cost, Master, NoRandomness, Randomness};
use affiant_web::Clock;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The system's clock, in the system's time zone.
pub(crate) struct LocalClock;

#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is given")]
fn timestamp() -> Timestamp {
    Timestamp::now()
}

/// Seconds of the Unix epoch.
pub(crate) fn now() -> i64 {
    timestamp().as_second()
}

impl Clock for LocalClock {
    fn local(&self) -> DateTime {
        TimeZone::system().to_datetime(timestamp())
    }

    fn seconds(&self) -> i64 {
        now()
    }
}

/// The system's random bytes.
pub(crate) struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(buffer).map_err(|_| NoRandomness)
    }
}

/// Names of counters, under the master key.
pub(crate) struct Names(pub(crate) Arc<Master>);

impl Blind for Names {
    fn blind(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.0.tag("tries", parts)
    }
}

/// What hashing a password is to cost on this machine.
pub(crate) fn calibrate(master: &Master) -> Cost {
    let once = |cost: &Cost| {
        let began = Instant::now();
        let hashed = master.measure(cost);
        // Without the memory for it, no time is short enough.
        hashed.map_or(Duration::MAX, |()| began.elapsed())
    };
    // The better of two: what else the machine does right now must not make passwords cheap.
    Cost::calibrate(|cost| once(cost).min(once(cost)))
}

/// Cores that this program may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
