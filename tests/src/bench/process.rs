//! What the kernel says of a process.

use std::time::Duration;

use anyhow::Context as _;

/// Ticks a second in `/proc/PID/stat`; the kernel promises 100 to programs on every machine we run on.
const TICKS: u64 = 100;

/// Counts the processor time that a process uses.
pub(crate) struct Meter {
    id: u32,
    before: Duration,
}

impl Meter {
    /// Starts to count.
    pub(crate) fn start(id: u32) -> anyhow::Result<Self> {
        Ok(Self { id, before: processor_time(id)? })
    }

    /// What was used since.
    pub(crate) fn read(&self) -> anyhow::Result<Duration> {
        Ok(processor_time(self.id)?.saturating_sub(self.before))
    }
}

/// The processor time that a process has used so far, in its own code and in the kernel.
fn processor_time(id: u32) -> anyhow::Result<Duration> {
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

/// The memory of a process that is in RAM, in MiB.
pub(crate) fn resident_memory(id: u32) -> anyhow::Result<f64> {
    let status = fs_err::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|it| it.split_whitespace().next()).context("no VmRSS")?;
    Ok(kibibytes.parse::<f64>()? / 1_024.0)
}
