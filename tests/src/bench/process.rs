//! What the kernel says of a process.

use std::time::Duration;

use anyhow::Context as _;

/// Ticks a second in `/proc/PID/stat`; the kernel promises 100 to programs on every machine we run on.
const TICKS: u64 = 100;

/// How far the two ways to count may be apart: each end of a count in ticks is off by up to one.
const APART: Duration = Duration::from_millis(3 * 1_000 / TICKS);

/// Counts the processor time that a process uses.
pub(crate) struct Meter {
    id: u32,
    before: Used,
}

impl Meter {
    /// Starts to count.
    pub(crate) fn start(id: u32) -> anyhow::Result<Self> {
        Ok(Self { id, before: Used::by(id)? })
    }

    /// What was used since.
    pub(crate) fn read(&self) -> anyhow::Result<Duration> {
        let now = Used::by(self.id)?;
        let ticks = now.ticks.saturating_sub(self.before.ticks);
        let exact = now.exact.saturating_sub(self.before.exact);
        Ok(if exact.abs_diff(ticks) <= APART { exact } else { ticks })
    }
}

/// The processor time that a process has used so far, in its own code and in the kernel.
struct Used {
    /// Of all its threads, those that ended among them.
    ticks: Duration,
    /// To the nanosecond, of the threads that there are.
    exact: Duration,
}

impl Used {
    fn by(id: u32) -> anyhow::Result<Self> {
        Ok(Self { ticks: in_ticks(id)?, exact: of_threads(id)? })
    }
}

fn in_ticks(id: u32) -> anyhow::Result<Duration> {
    let stat = fs_err::read_to_string(format!("/proc/{id}/stat"))?;
    // The second field is the name, in parentheses, and may hold spaces.
    let (_, fields) = stat.rsplit_once(')').context("the line has no name")?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|it| it.parse::<u64>().unwrap_or_default())
        .sum();
    Ok(Duration::from_millis(ticks * 1_000 / TICKS))
}

/// The first number of `schedstat` is the time that a thread ran, in nanoseconds.
fn of_threads(id: u32) -> anyhow::Result<Duration> {
    let mut nanoseconds = 0;
    for thread in fs_err::read_dir(format!("/proc/{id}/task"))? {
        // A thread may end meanwhile, and a kernel may not tell: the ticks count for both.
        let told = fs_err::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        nanoseconds +=
            told.split_whitespace().next().map_or(0, |it| it.parse().unwrap_or_default());
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// The memory of a process that is in RAM, in MiB.
pub(crate) fn resident_memory(id: u32) -> anyhow::Result<f64> {
    let status = fs_err::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|it| it.split_whitespace().next()).context("no VmRSS")?;
    Ok(kibibytes.parse::<f64>()? / 1_024.0)
}
