//! How much a component may use.

use std::time::Duration;

use wasmtime::ResourceLimiter;

/// How much a component may use in one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Its memory, in bytes.
    pub memory: usize,
    /// Its work, in instructions or so: the same call always uses the same.
    pub fuel: u64,
    /// The time of one call, which waiting counts to. Told apart in steps of [`crate::TICK`].
    pub deadline: Duration,
    /// The processor's time of all calls together, in such steps too: one call has two of them more.
    pub cpu: Duration,
    /// How many values one value may hold, in either direction.
    pub nodes: usize,
    /// How much one call of the host may copy out of the component, in bytes.
    pub copied: usize,
    /// How often it may call the host.
    pub host_calls: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            fuel: 200_000_000,
            deadline: Duration::from_secs(1),
            cpu: Duration::from_secs(1),
            nodes: 10_000,
            copied: 4 << 20,
            host_calls: 1_000,
        }
    }
}

/// Most entries of all tables of a component together.
pub(crate) const MAX_TABLE: usize = 100_000;

/// Counts memory, and remembers that it ran out.
#[derive(Debug)]
pub(crate) struct Meter {
    most: usize,
    used: usize,
    table: usize,
    /// Whether something was refused.
    pub(crate) is_over: bool,
}

impl Meter {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, used: 0, table: 0, is_over: false }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // Several memories share what there is.
        let used = self.used.saturating_add(desired.saturating_sub(current));
        if used > self.most {
            self.is_over = true;
            return Err(wasmtime::Error::msg("out of memory"));
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let table = self.table.saturating_add(desired.saturating_sub(current));
        if table > MAX_TABLE {
            self.is_over = true;
            return Err(wasmtime::Error::msg("out of table entries"));
        }
        self.table = table;
        Ok(true)
    }

    fn instances(&self) -> usize {
        16
    }

    fn tables(&self) -> usize {
        16
    }

    fn memories(&self) -> usize {
        4
    }
}
