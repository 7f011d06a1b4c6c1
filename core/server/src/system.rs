//! The system's clock and randomness: the only place that asks for them.

use affiant_vault::{NoRandomness, Randomness};
use affiant_web::Clock;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The system's clock, in the system's time zone.
pub(crate) struct LocalClock;

impl LocalClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is given")]
    fn now() -> Timestamp {
        Timestamp::now()
    }
}

impl Clock for LocalClock {
    fn local(&self) -> DateTime {
        TimeZone::system().to_datetime(Self::now())
    }

    fn seconds(&self) -> i64 {
        Self::now().as_second()
    }
}

/// The system's random bytes.
pub(crate) struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(buffer).map_err(|_| NoRandomness)
    }
}
