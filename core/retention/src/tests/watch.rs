//! Whether the clock can be trusted, and whether so much may go at once.

use affiant_backend::WatchRow;

use crate::Verdict;
use crate::watch::{decide, verdict};

const HOUR: i64 = 3_600;

#[expect(clippy::unnecessary_wraps, reason = "what is asked for is an option")]
fn ran(last: i64) -> Option<WatchRow> {
    Some(WatchRow { last, not_before: None })
}

#[test]
fn a_clock_that_moves_as_time_passes_is_trusted() {
    for (before, now, since, expected) in [
        (None, 0, None, Verdict::Go),
        (ran(1000), 1000 + 900, Some(900), Verdict::Go),
        (ran(1000), 1000 + 900 + 25 * HOUR, Some(900), Verdict::Go),
        (ran(1000), 1000 + 901 + 25 * HOUR, Some(900), Verdict::Jumped),
        (ran(200_000), 200_000 - 25 * HOUR - 1, Some(0), Verdict::Jumped),
        // The server was off for a day, or for longer.
        (ran(1000), 1000 + 24 * HOUR, None, Verdict::Go),
        (ran(1000), 1000 + 26 * HOUR, None, Verdict::Jumped),
        // The machine slept: so much time did pass.
        (ran(1000), 1000 + 50 * HOUR, Some(50 * HOUR), Verdict::Go),
    ] {
        assert_eq!(verdict(before, now, since), expected, "{before:?} {now} {since:?}");
    }
}

#[test]
fn many_at_once_wait_for_twelve_hours_and_few_do_not() {
    let may = |before, now, due, all| decide(before, Verdict::Go, now, due, all);
    assert_eq!(may(ran(0), 900, 20, 20), (WatchRow { last: 900, not_before: None }, true));
    assert_eq!(may(ran(0), 900, 50, 1000), (WatchRow { last: 900, not_before: None }, true));
    let waits = WatchRow { last: 900, not_before: Some(900 + 12 * HOUR) };
    assert_eq!(may(ran(0), 900, 51, 1000), (waits, false));
    let later = WatchRow { last: 1800, ..waits };
    assert_eq!(may(Some(waits), 1800, 51, 1000), (later, false));
    let then = 900 + 12 * HOUR;
    let done = WatchRow { last: then, not_before: None };
    assert_eq!(may(Some(waits), then, 51, 1000), (done, true));
}

#[test]
fn after_a_jump_nothing_goes_for_twelve_hours() {
    let (after, may) = decide(ran(0), Verdict::Jumped, 900, 1, 1000);
    assert_eq!((after.not_before, may), (Some(900 + 12 * HOUR), false));
    assert!(!decide(Some(after), Verdict::Go, 1800, 1, 1000).1);
    assert!(decide(Some(after), Verdict::Go, 900 + 12 * HOUR, 1, 1000).1);
}
