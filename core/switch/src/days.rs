//! Days and moments.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// The day of a moment, in UTC. A moment that no calendar has is the first or last day of it.
pub fn date(moment: i64) -> Date {
    let moment = Timestamp::from_second(moment).unwrap_or(if moment < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    });
    TimeZone::UTC.to_datetime(moment).date()
}

/// The moment at which a day begins, in UTC.
pub(crate) fn start(day: Date) -> i64 {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_or(i64::MAX, Timestamp::as_second)
}
