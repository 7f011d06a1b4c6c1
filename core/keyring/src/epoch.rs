//! Which epoch a moment is in.

use jiff::Timestamp;
use jiff::tz::Offset;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

const HOUR: i64 = 3_600;

/// The day of a moment: seconds of the Unix epoch, cut to the day.
pub fn day(now: i64) -> i64 {
    now - now.rem_euclid(DAY)
}

/// A count of spans since 1970. A clock before that is in the first one.
fn count(now: i64, span: i64) -> u32 {
    u32::try_from(now.max(0) / span).unwrap_or(u32::MAX)
}

/// The epoch of sign-ins that are made now: a day.
pub fn sign_in_epoch(now: i64) -> u32 {
    count(now, DAY)
}

/// The epoch of jobs that are started now: an hour.
pub fn job_epoch(now: i64) -> u32 {
    count(now, HOUR)
}

/// The epoch of pseudonyms that are used now: a month of the calendar, counted from the year 0.
pub fn audit_epoch(now: i64) -> u32 {
    let moment = Timestamp::from_second(now.max(0)).unwrap_or(Timestamp::MAX);
    let date = Offset::UTC.to_datetime(moment);
    let (year, month) = (i32::from(date.year()), i32::from(date.month()));
    u32::try_from(year * 12 + month - 1).unwrap_or(0)
}
