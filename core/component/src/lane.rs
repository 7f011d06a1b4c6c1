//! The slow lane: where plugins run that are not known to be quick. A few at a time, each on a thread
//! of its own that the system runs when nothing else wants to run, while the rest waits in a queue
//! that has an end. So whoever uses no plugin, or a quick one, does not notice.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, available_parallelism, scope};
use std::time::{Duration, Instant};

use affiant_wasm::processor_time;
use tokio::runtime::{Handle, RuntimeFlavor};

/// Calls that wait for a turn. Each waits with a thread, of which the runtime has 512.
pub(crate) const MOST_WAITING: usize = 256;

/// Those of them that are one plugin's: as many as may come at once to a quick one that nobody knows yet.
pub(crate) const MOST_OF_ONE: usize = 128;

/// How long a call waits for a turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much less these threads are preferred to others, in the system's steps: where both want to run,
/// they get a tenth.
#[cfg(target_os = "linux")]
const LESS: i32 = 10;

/// There is no turn for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// Gives turns.
pub(crate) struct Lane {
    turns: Mutex<Turns>,
    changed: Condvar,
    /// How many run at once.
    width: usize,
    patience: Duration,
    /// What a thread does before it ends.
    at_rest: fn(),
}

#[derive(Debug, Default)]
struct Turns {
    taken: usize,
    /// Those that gave their turn up for a while, and want it back.
    returning: usize,
    /// Who waits: a number, and the plugin.
    waiting: Vec<(u64, String)>,
    next: u64,
    /// How many turns there were.
    given: u64,
    /// Which was the last one of each plugin that waits.
    last: BTreeMap<String, u64>,
}

impl Turns {
    fn wait(&mut self, plugin: &str) -> u64 {
        self.next += 1;
        self.waiting.push((self.next, plugin.to_owned()));
        self.next
    }

    /// Whose turn is next: the plugin's whose last one is the longest ago, and of its calls the first. So
    /// one that is called often does not keep others waiting.
    fn first(&self) -> Option<u64> {
        let last = |plugin: &str| self.last.get(plugin).copied().unwrap_or(0);
        let first = self.waiting.iter().min_by_key(|(number, plugin)| (last(plugin), *number));
        first.map(|it| it.0)
    }

    fn take(&mut self, number: u64) {
        self.taken += 1;
        self.given += 1;
        if let Some(at) = self.waiting.iter().position(|it| it.0 == number) {
            let (_, plugin) = self.waiting.remove(at);
            self.last.insert(plugin, self.given);
        }
        let waiting: BTreeSet<&str> = self.waiting.iter().map(|it| it.1.as_str()).collect();
        self.last.retain(|it, _| waiting.contains(it.as_str()));
    }
}

/// A turn, given back when it is dropped.
struct Turn<'a>(&'a Lane);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.turns().taken -= 1;
        self.0.changed.notify_all();
    }
}

/// Takes the turn again that was given up for a while, when it is dropped.
struct Back<'a>(&'a Lane);

impl Drop for Back<'_> {
    fn drop(&mut self) {
        let Self(lane) = self;
        let mut turns = lane.turns();
        turns.returning += 1;
        while turns.taken >= lane.width {
            turns = lane.changed.wait(turns).unwrap_or_else(PoisonError::into_inner);
        }
        turns.returning -= 1;
        turns.taken += 1;
    }
}

impl Lane {
    /// One that leaves a processor to everybody else, where there are several. `at_rest` is what its
    /// threads do before they end.
    pub(crate) fn new(at_rest: fn()) -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let width = processors.saturating_sub(1).max(1);
        Self {
            turns: Mutex::default(),
            changed: Condvar::new(),
            width,
            patience: PATIENCE,
            at_rest,
        }
    }

    /// One for so many at once, who wait so long.
    #[cfg(test)]
    pub(crate) fn of(width: usize, patience: Duration) -> Self {
        Self { width, patience, ..Self::new(|| {}) }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something of a plugin's when it is its turn, and tells how much of the processor it took.
    ///
    /// Fails when there is no turn for it in time, or too many wait already: then nothing ran.
    pub(crate) fn run<T: Send>(
        &self,
        plugin: &str,
        work: impl FnOnce() -> T + Send,
    ) -> Result<(T, Duration), Busy> {
        aside(|| {
            let _turn = self.enter(plugin)?;
            scope(|scope| {
                let thread = Builder::new().name("plugin".to_owned()).spawn_scoped(scope, || {
                    step_back();
                    let done = work();
                    (self.at_rest)();
                    (done, processor_time())
                });
                // The system has no threads left.
                let thread = thread.map_err(|_| Busy)?;
                Ok(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            })
        })
    }

    /// Waits for something that is not of this machine, in the middle of a turn: others have it
    /// meanwhile.
    pub(crate) fn outside<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.turns().taken -= 1;
        self.changed.notify_all();
        let _back = Back(self);
        wait()
    }

    fn enter(&self, plugin: &str) -> Result<Turn<'_>, Busy> {
        let until = Instant::now() + self.patience;
        let mut turns = self.turns();
        let own = turns.waiting.iter().filter(|(_, it)| it == plugin).count();
        if turns.waiting.len() >= MOST_WAITING || own >= MOST_OF_ONE {
            return Err(Busy);
        }
        let number = turns.wait(plugin);
        loop {
            if turns.returning == 0 && turns.taken < self.width && turns.first() == Some(number) {
                turns.take(number);
                // Whoever is first now may have room too.
                self.changed.notify_all();
                return Ok(Turn(self));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                turns.waiting.retain(|it| it.0 != number);
                self.changed.notify_all();
                return Err(Busy);
            }
            let waited = self.changed.wait_timeout(turns, left);
            turns = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Lets others go first, as far as the system can be told.
pub(crate) fn step_back() {
    // Elsewhere it would be about the whole program.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(LESS) {
        tracing::debug!(%error, "a thread that runs plugins is preferred as much as any other");
    }
}

/// Does something that makes the thread wait, without keeping it from the tasks of a runtime.
pub(crate) fn aside<T>(wait: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|it| it.runtime_flavor()) {
        // One thread is all that there is.
        Ok(RuntimeFlavor::CurrentThread) => wait(),
        _ => tokio::task::block_in_place(wait),
    }
}

#[cfg(test)]
use std::sync::mpsc::channel;

#[cfg(test)]
impl Lane {
    /// Does something while all turns are taken.
    pub(crate) fn while_full<T>(&self, act: impl FnOnce() -> T) -> T {
        scope(|scope| {
            let mut ends = Vec::new();
            for _ in 0..self.width {
                let ((say, began), (end, ended)) = (channel(), channel::<()>());
                // Dropped when this is over, one way or another.
                ends.push(end);
                let wait = move || {
                    say.send(()).expect("it is waited for");
                    let _ = ended.recv();
                };
                scope.spawn(move || self.run("slow", wait).expect("there is a turn"));
                began.recv().expect("it begins");
            }
            let done = act();
            drop(ends);
            done
        })
    }

    /// As if a plugin waited as often as it may.
    pub(crate) fn crowd(&self, plugin: &str) {
        let mut turns = self.turns();
        for _ in 0..MOST_OF_ONE {
            turns.wait(plugin);
        }
    }

    /// As if nobody waited.
    pub(crate) fn clear(&self) {
        self.turns().waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_no_turn_in_time_is_told_and_nothing_of_it_runs() {
        let lane = Lane::of(1, Duration::ZERO);
        lane.while_full(|| {
            let late = lane.run("other", || unreachable!("it is nobody's turn"));
            assert_eq!(late.err(), Some(Busy));
        });
        assert!(lane.run("other", || ()).is_ok());
    }

    #[test]
    fn one_plugin_cannot_fill_the_queue_and_the_queue_has_an_end() {
        let lane = Lane::of(1, Duration::from_mins(1));
        lane.while_full(|| {
            lane.crowd("greedy");
            assert_eq!(lane.enter("greedy").err(), Some(Busy));
            for number in 1..MOST_WAITING / MOST_OF_ONE {
                lane.crowd(&number.to_string());
            }
            assert_eq!(lane.enter("other").err(), Some(Busy));
            lane.clear();
        });
    }

    #[test]
    fn who_waits_for_others_gives_the_turn_up_and_gets_it_back() {
        let lane = Lane::of(1, Duration::from_mins(1));
        let ran = lane.run("waits", || lane.outside(|| lane.run("other", || 7).map(|it| it.0)));
        assert_eq!(ran.map(|it| it.0), Ok(Ok(7)));
        assert_eq!(lane.turns().taken, 0);
    }

    #[test]
    fn a_plugin_that_is_called_often_does_not_keep_others_waiting() {
        let mut turns = Turns::default();
        let often: Vec<u64> = (0..3).map(|_| turns.wait("often")).collect();
        let once = turns.wait("once");
        let mut order = Vec::new();
        while let Some(number) = turns.first() {
            turns.take(number);
            order.push(number);
        }
        assert_eq!(order, [often[0], once, often[1], often[2]]);
        assert!(turns.last.is_empty());
    }

    #[test]
    fn turns_go_to_who_came_first() {
        let lane = Lane::of(1, Duration::from_mins(1));
        let order = Mutex::new(Vec::new());
        scope(|scope| {
            lane.while_full(|| {
                for number in 0..4 {
                    let (lane, order) = (&lane, &order);
                    scope.spawn(move || lane.run("other", || order.lock().unwrap().push(number)));
                    // The next one comes when this one waits.
                    while lane.turns().waiting.len() <= number {
                        std::thread::yield_now();
                    }
                }
            });
        });
        // Some have had their turn, maybe all.
        let order = order.into_inner().unwrap();
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(order.len(), 4);
    }
}
