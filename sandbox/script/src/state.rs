//! What one evaluation carries along.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use affiant_guest::{Budget, Fault, FaultKind, Path, Shared, Stop, Value};
use rhai::{Dynamic, EvalAltResult, EvalContext, NativeCallContext, Position};

use crate::limits::MEMORY;
use crate::script::Parts;
use crate::values;

thread_local! {
    /// The evaluation that runs on this thread. An engine is made once for a script, so that its
    /// callbacks cannot hold what differs between evaluations, and not all are given a context.
    static CURRENT: RefCell<Option<Arc<State>>> = const { RefCell::new(None) };
}

/// The wall clock is read once in this many operations (a power of two).
const CLOCK_EVERY: u64 = 32;

/// How many bytes one evaluation may write into answers.
pub(crate) const MAX_WRITTEN: usize = 16 << 20;

/// Variables are measured after this many were used, and not more often than [`LOOK_AFTER`].
const LOOK_EVERY: u64 = 16;

/// The shortest time between two measurements.
const LOOK_AFTER: Duration = Duration::from_micros(500);

/// A measurement is followed by this many times its own duration without one.
const LOOK_SHARE: u32 = 2;

/// Shared by the closures of one evaluation.
///
/// Counters are atomics because Rhai wants `Sync`; only one thread ever touches them, so plain
/// loads and stores are enough.
pub(crate) struct State {
    pub(crate) script: Arc<Parts>,
    pub(crate) answers: Shared,
    pub(crate) budget: Budget,
    operations: AtomicU64,
    deadline: Instant,
    /// Nanoseconds that plugins took, which have deadlines of their own.
    elsewhere: AtomicU64,
    written: AtomicUsize,
    stopped: AtomicBool,
    stop: Mutex<Option<Stop>>,
    /// What the script reads before anything else, read before it began.
    first: Mutex<Option<Value>>,
    used: AtomicU64,
    held: Mutex<Held>,
}

/// What the variables were found to hold.
#[derive(Debug)]
struct Held {
    next_look: Instant,
    /// Bytes at each level of calls, as of when it was last looked at.
    bytes: BTreeMap<usize, usize>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

/// Makes a state this thread's current one until it is dropped; then the one before is back.
pub(crate) struct Entered(Option<Arc<State>>);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Whether the evaluation that runs on this thread may do one operation more.
pub(crate) fn proceed() -> bool {
    CURRENT.with_borrow(|it| it.as_ref().is_none_or(|state| state.proceed()))
}

/// The evaluation that runs on this thread.
pub(crate) fn current() -> Option<Arc<State>> {
    CURRENT.with_borrow(Clone::clone)
}

impl State {
    pub(crate) fn new(
        script: &Arc<Parts>,
        answers: &Shared,
        budget: &Budget,
        first: Option<Value>,
    ) -> Self {
        let now = Instant::now();
        Self {
            script: Arc::clone(script),
            answers: Arc::clone(answers),
            budget: *budget,
            operations: AtomicU64::new(0),
            deadline: now + Duration::from_millis(budget.milliseconds),
            elsewhere: AtomicU64::new(0),
            written: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            stop: Mutex::new(None),
            first: Mutex::new(first),
            used: AtomicU64::new(0),
            held: Mutex::new(Held { next_look: now, bytes: BTreeMap::new() }),
        }
    }

    /// Makes this what callbacks on this thread find, as long as the result is kept.
    pub(crate) fn enter(self: &Arc<Self>) -> Entered {
        Entered(CURRENT.replace(Some(Arc::clone(self))))
    }

    /// Counts one operation; false when the evaluation has to end.
    fn proceed(&self) -> bool {
        let count = self.operations.load(Ordering::Relaxed) + 1;
        self.operations.store(count, Ordering::Relaxed);
        if self.stopped.load(Ordering::Relaxed) {
            return false;
        }
        if count > self.budget.operations {
            self.over_budget("this takes too many steps", Some("is there a loop without an end?"));
            return false;
        }
        if count.is_multiple_of(CLOCK_EVERY) && Instant::now() >= self.deadline() {
            self.over_budget("this takes too long", None);
            return false;
        }
        true
    }

    fn deadline(&self) -> Instant {
        self.deadline + Duration::from_nanos(self.elsewhere.load(Ordering::Relaxed))
    }

    /// Runs something whose time is bounded elsewhere.
    pub(crate) fn elsewhere<T>(&self, run: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = run();
        let took = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let before = self.elsewhere.load(Ordering::Relaxed);
        self.elsewhere.store(before.saturating_add(took), Ordering::Relaxed);
        done
    }

    /// Now and then measures what the variables in scope hold, and ends the evaluation when it is
    /// too much. Rhai only measures a list when it is used, not when its elements are assigned.
    pub(crate) fn watch(
        &self,
        context: &EvalContext<'_, '_, '_, '_, '_, '_>,
    ) -> Result<(), Box<EvalAltResult>> {
        let used = self.used.load(Ordering::Relaxed) + 1;
        self.used.store(used, Ordering::Relaxed);
        if !used.is_multiple_of(LOOK_EVERY) {
            return Ok(());
        }
        let start = Instant::now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if start < held.next_look {
            return Ok(());
        }
        held.bytes.split_off(&context.call_level());
        let others: usize = held.bytes.values().sum();
        let mut left = MEMORY.saturating_sub(others);
        let mut variables = context.scope().iter_raw().filter(|(_, _, it)| !it.is_locked());
        let all_fit = variables.all(|(_, _, it)| values::fits(it, &mut left));
        let bytes = MEMORY.saturating_sub(others).saturating_sub(left);
        held.bytes.insert(context.call_level(), bytes);
        let end = Instant::now();
        held.next_look = end + LOOK_AFTER.max((end - start) * LOOK_SHARE);
        if all_fit {
            return Ok(());
        }
        Err(self.raise(Stop::fault(FaultKind::OverBudget, "the variables hold too much at once")))
    }

    fn over_budget(&self, message: &str, hint: Option<&str>) {
        self.keep(Stop::Fault(Box::new(Fault {
            kind: FaultKind::OverBudget,
            message: message.to_owned(),
            position: None,
            hint: hint.map(str::to_owned),
        })));
    }

    /// Ends the evaluation with `stop`, whatever the script does; the first one counts.
    fn keep(&self, stop: Stop) {
        let mut kept = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            *kept = Some(stop);
        }
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// What ended the evaluation for good, if anything has.
    pub(crate) fn take_stop(&self) -> Option<Stop> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Turns `stop` into Rhai's error. A fault can be caught by the script's `try`, unless it is
    /// about the budget; everything else ends the evaluation.
    #[expect(clippy::unnecessary_box_returns, reason = "the type of error Rhai takes")]
    pub(crate) fn raise(&self, stop: Stop) -> Box<EvalAltResult> {
        match stop {
            Stop::Fault(fault) if fault.kind != FaultKind::OverBudget => {
                Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(Caught(fault)), Position::NONE))
            }
            stop => {
                self.keep(stop);
                Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE))
            }
        }
    }

    /// What was read before the script began, for the one place that reads it first.
    pub(crate) fn take_first(&self) -> Option<Value> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The answer at `path` as a Rhai value.
    pub(crate) fn read(self: &Arc<Self>, path: &Path) -> Result<Dynamic, Box<EvalAltResult>> {
        match self.answers.read(path) {
            Ok(value) => Ok(values::to_dynamic(value, self)),
            Err(stop) => Err(self.raise(stop)),
        }
    }

    /// Defines the answer at `path`.
    pub(crate) fn write(&self, path: &Path, value: Dynamic) -> Result<(), Box<EvalAltResult>> {
        values::to_value(value)
            .and_then(|value| {
                self.charge(&value)?;
                self.answers.write(path, value)
            })
            .map_err(|stop| self.raise(stop))
    }

    /// Counts the bytes of a value on its way into answers.
    pub(crate) fn charge(&self, value: &Value) -> Result<(), Stop> {
        let total = self.written.load(Ordering::Relaxed).saturating_add(values::weight(value));
        self.written.store(total, Ordering::Relaxed);
        if total > MAX_WRITTEN {
            return Err(Stop::fault(FaultKind::OverBudget, "this writes too much into answers"));
        }
        Ok(())
    }
}

/// The state of the evaluation that calls a native function; its context shows that there is one.
pub(crate) fn of(_: &NativeCallContext<'_>) -> Result<Arc<State>, Box<EvalAltResult>> {
    current().ok_or_else(|| Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE)))
}

/// A fault on its way through the script, where `catch` may find it.
#[derive(Clone, Debug)]
pub(crate) struct Caught(pub(crate) Box<Fault>);
