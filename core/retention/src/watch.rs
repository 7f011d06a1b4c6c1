//! Whether the clock can be trusted, and whether so much may go at once.

use affiant_backend::WatchRow;

/// Seconds by which the clock may differ from what the time that passed makes of it.
const JUMP: i64 = 25 * 3_600;

/// Seconds for which a deletion of many waits, for somebody to look at the clock.
const DELAY: i64 = 12 * 3_600;

/// How few are never too many at once.
const FEW: u64 = 20;

/// The share of all sessions, in percent, above which they are many at once.
const SHARE: u64 = 5;

/// What may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything.
    Go,
    /// Nothing: the clock jumped.
    Jumped,
}

/// Compares the clock with the last run. `since` is the time that passed since then by a clock that
/// cannot be set, if this process saw the last run; all in seconds.
pub(crate) fn verdict(before: Option<WatchRow>, now: i64, since: Option<i64>) -> Verdict {
    let Some(before) = before else { return Verdict::Go };
    let expected = before.last + since.unwrap_or(0);
    if (now - expected).abs() <= JUMP { Verdict::Go } else { Verdict::Jumped }
}

/// What is known after the run, and whether the sessions that are due may be deleted in it.
pub(crate) fn decide(
    before: Option<WatchRow>,
    verdict: Verdict,
    now: i64,
    due: u64,
    all: u64,
) -> (WatchRow, bool) {
    if verdict == Verdict::Jumped {
        return (WatchRow { last: now, not_before: Some(now + DELAY) }, false);
    }
    let not_before = before.and_then(|it| it.not_before);
    if not_before.is_some_and(|it| now < it) {
        return (WatchRow { last: now, not_before }, false);
    }
    let many = due > FEW && due * 100 > all * SHARE;
    if many && not_before.is_none() {
        return (WatchRow { last: now, not_before: Some(now + DELAY) }, false);
    }
    (WatchRow { last: now, not_before: None }, true)
}
