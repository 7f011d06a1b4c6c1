//! What an instance has while it runs.

use affiant_guest::Value;

use crate::bindings::host::types as wit;
use crate::convert::{from_guest, to_guest};
use crate::host::{Denial, Denied, Host};
use crate::limits::{Limits, Meter};
use crate::watch::Watch;

/// What an instance has while it runs.
pub(crate) struct State {
    host: Box<dyn Host>,
    pub(crate) meter: Meter,
    pub(crate) watch: Watch,
    nodes: usize,
    calls_left: u32,
    /// Whether a call of the host was one too many, or too large.
    pub(crate) is_over_host: bool,
}

impl State {
    pub(crate) fn new(host: Box<dyn Host>, limits: &Limits) -> Self {
        Self {
            host,
            meter: Meter::new(limits.memory),
            watch: Watch::new(limits),
            nodes: limits.nodes,
            calls_left: limits.host_calls,
            is_over_host: false,
        }
    }

    /// The host, for one more call; traps when there were enough.
    pub(crate) fn host(&mut self) -> wasmtime::Result<&mut dyn Host> {
        match self.calls_left.checked_sub(1) {
            Some(left) => {
                self.calls_left = left;
                Ok(&mut *self.host)
            }
            None => Err(self.over("too many calls of the host")),
        }
    }

    fn over(&mut self, what: &'static str) -> wasmtime::Error {
        self.is_over_host = true;
        wasmtime::Error::msg(what)
    }

    /// A value of the host for the component; traps when it cannot cross.
    pub(crate) fn give(&mut self, value: &Value) -> wasmtime::Result<wit::Value> {
        to_guest(value, self.nodes).map_err(|_| self.over("a value that cannot cross"))
    }

    /// An answer for the component, or why it cannot have it.
    pub(crate) fn answer(&self, value: &Value) -> Result<wit::Value, wit::Failure> {
        let refused = |_| wit::Failure::Other(format!("no plugin is given {}", value.kind()));
        to_guest(value, self.nodes).map_err(refused)
    }

    /// A value of the component for the host; traps when it is none.
    pub(crate) fn take(&mut self, value: wit::Value) -> wasmtime::Result<Value> {
        from_guest(value, self.nodes).map_err(|_| self.over("a value that is none"))
    }
}

/// A denial as components read it.
pub(crate) fn denied(it: Denied) -> wit::Denied {
    let why = match it.why {
        Denial::NotDeclared => wit::Denial::NotDeclared,
        Denial::NotGranted => wit::Denial::NotGranted,
        Denial::NoConsent => wit::Denial::NoConsent,
        Denial::LabelBlocked => wit::Denial::LabelBlocked,
        Denial::OverLimit => wit::Denial::OverLimit,
    };
    wit::Denied { capability: it.capability, why }
}
