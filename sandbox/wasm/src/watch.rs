//! How long the calls of an evaluation take, by the clock and of the processor.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::engine::TICK;
use crate::limits::Limits;

/// Ticks between two looks at a call that goes on.
pub(crate) const LOOK: u64 = 1;

/// Ticks until the first look: the one under way, and a whole one.
pub(crate) const FIRST_LOOK: u64 = 2;

/// The processor's time that this thread has used.
pub fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// Watches the calls of one evaluation.
///
/// Asking for the processor's time costs as much as a call of a plugin does, so a call that is over
/// before the first look is taken to have worked all the while.
#[derive(Debug)]
pub(crate) struct Watch {
    /// How long one call may take.
    deadline: Duration,
    /// What is left of the processor's time for all calls together.
    left: Duration,
    started: Instant,
    /// The processor's time of the thread at the first look.
    first: Option<Duration>,
    /// The same at the last one.
    last: Duration,
}

impl Watch {
    pub(crate) fn new(limits: &Limits) -> Self {
        let (started, last) = (Instant::now(), Duration::ZERO);
        Self { deadline: limits.deadline, left: limits.cpu, started, first: None, last }
    }

    /// A call begins. False if no time is left for it.
    pub(crate) fn begin(&mut self) -> bool {
        self.started = Instant::now();
        self.first = None;
        !self.left.is_zero()
    }

    /// Looks at the call under way; false when it took too long.
    pub(crate) fn look(&mut self) -> bool {
        let now = processor_time();
        self.last = now;
        let worked = now.saturating_sub(*self.first.get_or_insert(now));
        worked < self.left && self.started.elapsed() < self.deadline
    }

    /// The call is over. Gives the processor's time that it took, roughly.
    pub(crate) fn end(&mut self) -> Duration {
        let took = match self.first {
            None => self.started.elapsed().min(TICK),
            Some(first) => self.last.saturating_sub(first) + TICK,
        };
        self.left = self.left.saturating_sub(took);
        took
    }
}
