//! Calls of a component during one step of one person.

use std::fmt;
use std::time::Duration;

use affiant_guest::{Path, Value};
use wasmtime::{Store, UpdateDeadline};

use crate::bindings::host::types as wit;
use crate::convert::from_guest;
use crate::fault::{Fault, FaultKind};
use crate::host::{Denial, Denied, Host};
use crate::kind::{Exports, Instance};
use crate::limits::Limits;
use crate::plugin::{Plugin, State};
use crate::watch::{FIRST_LOOK, LOOK};

/// Why a call ended without a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Stopped {
    /// A variable is needed and not known: find it, then evaluate again from the start.
    Missing(Path),
    /// The component failed.
    Fault(Box<Fault>),
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

/// One evaluation: an instance that nobody else had before, and nobody will have after.
///
/// Its methods are those of all kinds of plugins; one that is not of the plugin's kind ends in
/// [`FaultKind::OtherKind`].
pub struct Evaluation {
    plugin: Plugin,
    limits: Limits,
    phase: Phase,
    /// The processor's time of the last call, roughly.
    took: Duration,
}

enum Phase {
    /// Nothing was called yet.
    Fresh(Box<dyn Host>),
    /// The instance that answers.
    Running(Box<(Store<State>, Instance)>),
    /// It failed; what is left of it is gone.
    Failed,
}

impl fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluation").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}

impl Evaluation {
    pub(crate) fn new(plugin: Plugin, host: Box<dyn Host>, limits: Limits) -> Self {
        Self { plugin, limits, phase: Phase::Fresh(host), took: Duration::ZERO }
    }

    pub(crate) fn fault(&self, kind: FaultKind) -> Fault {
        Fault { who: (*self.plugin.who).clone(), kind }
    }

    /// The processor's time that the last call took, making the instance included. Told apart in
    /// steps of [`crate::TICK`] when it is longer than one; then it may be one less.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// How many nodes a value may have.
    pub(crate) fn nodes(&self) -> usize {
        self.limits.nodes
    }

    /// A value that the component returned.
    pub(crate) fn taken(&self, value: wit::Value) -> Result<Value, Stopped> {
        from_guest(value, self.limits.nodes).map_err(|it| self.fault(it).into())
    }

    /// A variable that the component named.
    pub(crate) fn path(&self, text: &str) -> Result<Path, Stopped> {
        let bad = |_| self.fault(FaultKind::BadValue("what it names is no variable"));
        Ok(Path::parse(text).map_err(bad)?)
    }

    /// What a call returned, or what its failure means.
    pub(crate) fn settled<T>(&self, answered: Result<T, wit::Failure>) -> Result<T, Stopped> {
        let kind = match answered {
            Ok(it) => return Ok(it),
            Err(wit::Failure::Missing(name)) => return Err(Stopped::Missing(self.path(&name)?)),
            Err(wit::Failure::BadArgument(it)) => FaultKind::RefusedArgument(it),
            Err(wit::Failure::Denied(it)) => FaultKind::Denied(denied(it)),
            Err(wit::Failure::Other(it)) => FaultKind::Failed(it),
        };
        Err(self.fault(kind).into())
    }

    /// Runs something in the instance, which is made first if there is none. Whatever fails in it
    /// ends it: after a trap nobody knows what state it is in.
    pub(crate) fn run<E: Exports, T>(
        &mut self,
        call: impl FnOnce(&mut Store<State>, &E) -> wasmtime::Result<T>,
    ) -> Result<T, Fault> {
        self.took = Duration::ZERO;
        let phase = std::mem::replace(&mut self.phase, Phase::Failed);
        let mut running = match phase {
            Phase::Failed => return Err(self.fault(FaultKind::FailedBefore)),
            Phase::Running(mut running) => {
                if !begin(&mut running.0) {
                    return Err(self.fault(FaultKind::OutOfTime));
                }
                running
            }
            Phase::Fresh(host) => Box::new(self.start(host)?),
        };
        let (store, instance) = &mut *running;
        let Some(exports) = E::of(instance) else {
            return Err(self.fault(FaultKind::OtherKind));
        };
        let called = call(store, exports);
        self.took = store.data_mut().watch.end();
        match called {
            Ok(done) => {
                self.phase = Phase::Running(running);
                Ok(done)
            }
            Err(error) => Err(self.fault(kind(&error, store.data()))),
        }
    }

    fn start(&self, host: Box<dyn Host>) -> Result<(Store<State>, Instance), Fault> {
        let engine = self.plugin.ready.engine();
        let mut store = Store::new(engine, State::new(host, &self.limits));
        store.limiter(|it| &mut it.meter);
        store.epoch_deadline_callback(|mut it| {
            let goes_on = it.data_mut().watch.look();
            Ok(if goes_on { UpdateDeadline::Continue(LOOK) } else { UpdateDeadline::Interrupt })
        });
        store.set_hostcall_fuel(self.limits.copied);
        store.set_fuel(self.limits.fuel).expect("the engine counts fuel");
        if !begin(&mut store) {
            return Err(self.fault(FaultKind::OutOfTime));
        }
        match self.plugin.ready.instantiate(&mut store) {
            Ok(instance) => Ok((store, instance)),
            Err(error) => Err(self.fault(kind(&error, store.data()))),
        }
    }
}

/// A call begins. False if no time is left for it.
fn begin(store: &mut Store<State>) -> bool {
    store.set_epoch_deadline(FIRST_LOOK);
    store.data_mut().watch.begin()
}

fn kind(error: &wasmtime::Error, state: &State) -> FaultKind {
    FaultKind::of(error, state.meter.is_over, state.is_over_host)
}

fn denied(it: wit::Denied) -> Denied {
    let why = match it.why {
        wit::Denial::NotDeclared => Denial::NotDeclared,
        wit::Denial::NotGranted => Denial::NotGranted,
        wit::Denial::NoConsent => Denial::NoConsent,
        wit::Denial::LabelBlocked => Denial::LabelBlocked,
        wit::Denial::OverLimit => Denial::OverLimit,
    };
    Denied { capability: it.capability, why }
}
