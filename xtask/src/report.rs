//! What the commands say, to the terminal and to CI's log.

use std::io::Write as _;
use std::time::Duration;

/// Writes one line to standard output.
///
/// A closed pipe is no reason to fail a test run, so the outcome of the write is dropped.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// Writes one line to standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Returns a duration as a person reads it, such as `3 min 04 s` or `12.3 s`.
pub(crate) fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
