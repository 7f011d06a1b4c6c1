//! Calls of a component during one step of one person.

use std::fmt;

use affiant_guest::{Path, Value};
use wasmtime::Store;

use crate::bindings::Functions;
use crate::bindings::affiant::host::types as wit;
use crate::convert::{from_guest, to_guest};
use crate::engine::TICK;
use crate::fault::{Fault, FaultKind};
use crate::host::{Denial, Denied, Host};
use crate::limits::Limits;
use crate::plugin::{Plugin, State};

/// A function of a component, for authors of interviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The names of its parameters, in order.
    pub parameters: Vec<String>,
    /// What it does, in a sentence.
    pub summary: String,
}

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
pub struct Evaluation {
    plugin: Plugin,
    limits: Limits,
    phase: Phase,
}

enum Phase {
    /// Nothing was called yet.
    Fresh(Box<dyn Host>),
    /// The instance that answers.
    Running(Box<(Store<State>, Functions)>),
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
        Self { plugin, limits, phase: Phase::Fresh(host) }
    }

    /// The functions that the component has.
    pub fn describe(&mut self) -> Result<Vec<Function>, Fault> {
        let described =
            self.run(|store, functions| functions.affiant_functions_calls().call_describe(store))?;
        let functions = described.into_iter().map(|it| Function {
            name: it.name,
            parameters: it.parameters,
            summary: it.summary,
        });
        Ok(functions.collect())
    }

    /// Calls one of them.
    pub fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, Stopped> {
        let most = self.limits.nodes;
        let given = arguments.iter().map(|it| to_guest(it, most)).collect::<Result<Vec<_>, _>>();
        let given = given.map_err(|it| self.fault(it))?;
        let answered = self.run(|store, functions| {
            functions.affiant_functions_calls().call_call(store, name, &given)
        });
        let stopped = |it| Stopped::from(self.fault(it));
        match answered? {
            Ok(value) => from_guest(value, most).map_err(stopped),
            Err(wit::Failure::Missing(name)) => Err(match Path::parse(&name) {
                Ok(path) => Stopped::Missing(path),
                Err(_) => stopped(FaultKind::BadValue("what it misses is no variable")),
            }),
            Err(wit::Failure::BadArgument(it)) => Err(stopped(FaultKind::RefusedArgument(it))),
            Err(wit::Failure::Denied(it)) => Err(stopped(FaultKind::Denied(denied(it)))),
            Err(wit::Failure::Other(it)) => Err(stopped(FaultKind::Failed(it))),
        }
    }

    fn fault(&self, kind: FaultKind) -> Fault {
        Fault { who: (*self.plugin.who).clone(), kind }
    }

    /// Runs something in the instance, which is made first if there is none. Whatever fails in it
    /// ends it: after a trap nobody knows what state it is in.
    fn run<T>(
        &mut self,
        call: impl FnOnce(&mut Store<State>, &Functions) -> wasmtime::Result<T>,
    ) -> Result<T, Fault> {
        let phase = std::mem::replace(&mut self.phase, Phase::Failed);
        let mut running = match phase {
            Phase::Failed => return Err(self.fault(FaultKind::FailedBefore)),
            Phase::Running(running) => running,
            Phase::Fresh(host) => Box::new(self.start(host)?),
        };
        let (store, functions) = &mut *running;
        store.set_epoch_deadline(self.ticks());
        match call(store, functions) {
            Ok(done) => {
                self.phase = Phase::Running(running);
                Ok(done)
            }
            Err(error) => Err(self.fault(kind(&error, store.data()))),
        }
    }

    fn start(&self, host: Box<dyn Host>) -> Result<(Store<State>, Functions), Fault> {
        let engine = self.plugin.ready.engine();
        let mut store = Store::new(engine, State::new(host, &self.limits));
        store.limiter(|it| &mut it.meter);
        store.set_epoch_deadline(self.ticks());
        store.set_hostcall_fuel(self.limits.copied);
        store.set_fuel(self.limits.fuel).expect("the engine counts fuel");
        match self.plugin.ready.instantiate(&mut store) {
            Ok(functions) => Ok((store, functions)),
            Err(error) => Err(self.fault(kind(&error, store.data()))),
        }
    }

    /// The deadline in ticks, at least one whole one.
    fn ticks(&self) -> u64 {
        let ticks = self.limits.deadline.as_millis().div_ceil(TICK.as_millis());
        u64::try_from(ticks).unwrap_or(u64::MAX / 2).max(1) + 1
    }
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
