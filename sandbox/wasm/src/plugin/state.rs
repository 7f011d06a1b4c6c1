//! What an instance has while it runs, and how its calls reach the host.

use affiant_guest::Value;

use crate::bindings::affiant::host::{clock, http, log, random, store, types as wit};
use crate::convert::{day, from_guest, to_guest};
use crate::host::{Denial, Denied, Header, Host, Level, Method, NetworkProblem, Request};
use crate::limits::{Limits, Meter};

/// Most random bytes of one call.
const MAX_RANDOM: u32 = 64 << 10;

/// What an instance has while it runs.
pub(crate) struct State {
    host: Box<dyn Host>,
    pub(crate) meter: Meter,
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
            nodes: limits.nodes,
            calls_left: limits.host_calls,
            is_over_host: false,
        }
    }

    /// The host, for one more call; traps when there were enough.
    fn host(&mut self) -> wasmtime::Result<&mut dyn Host> {
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
    fn give(&mut self, value: &Value) -> wasmtime::Result<wit::Value> {
        to_guest(value, self.nodes).map_err(|_| self.over("a value that cannot cross"))
    }

    /// A value of the component for the host; traps when it is none.
    fn take(&mut self, value: wit::Value) -> wasmtime::Result<Value> {
        from_guest(value, self.nodes).map_err(|_| self.over("a value that is none"))
    }
}

fn denied(it: Denied) -> wit::Denied {
    let why = match it.why {
        Denial::NotDeclared => wit::Denial::NotDeclared,
        Denial::NotGranted => wit::Denial::NotGranted,
        Denial::NoConsent => wit::Denial::NoConsent,
        Denial::LabelBlocked => wit::Denial::LabelBlocked,
        Denial::OverLimit => wit::Denial::OverLimit,
    };
    wit::Denied { capability: it.capability, why }
}

impl wit::Host for State {}

type Kept<T> = wasmtime::Result<Result<T, wit::Denied>>;

impl store::Host for State {
    fn get(&mut self, store: String, key: String) -> Kept<Option<wit::Value>> {
        match self.host()?.get(&store, &key) {
            Ok(Some(value)) => Ok(Ok(Some(self.give(&value)?))),
            Ok(None) => Ok(Ok(None)),
            Err(it) => Ok(Err(denied(it))),
        }
    }

    fn set(&mut self, store: String, key: String, value: wit::Value) -> Kept<()> {
        let value = self.take(value)?;
        Ok(self.host()?.set(&store, &key, value).map_err(denied))
    }

    fn remove(&mut self, store: String, key: String) -> Kept<()> {
        Ok(self.host()?.remove(&store, &key).map_err(denied))
    }

    fn keys(
        &mut self,
        store: String,
        prefix: String,
        after: String,
        most: u32,
    ) -> Kept<Vec<String>> {
        Ok(self.host()?.keys(&store, &prefix, &after, most).map_err(denied))
    }
}

impl http::Host for State {
    fn fetch(
        &mut self,
        request: http::Request,
    ) -> wasmtime::Result<Result<http::Response, http::Problem>> {
        let method = match request.method {
            http::Method::Get => Method::Get,
            http::Method::Head => Method::Head,
            http::Method::Post => Method::Post,
            http::Method::Put => Method::Put,
            http::Method::Patch => Method::Patch,
            http::Method::Delete => Method::Delete,
        };
        let headers = request.headers.into_iter();
        let headers = headers.map(|it| Header { name: it.name, value: it.value }).collect();
        let request = Request { method, url: request.url, headers, body: request.body };
        Ok(self.host()?.fetch(request).map(response).map_err(|it| match it {
            NetworkProblem::Denied(it) => http::Problem::Denied(denied(it)),
            NetworkProblem::Unreachable => http::Problem::Unreachable,
            NetworkProblem::TooSlow => http::Problem::TooSlow,
            NetworkProblem::TooLarge => http::Problem::TooLarge,
        }))
    }
}

fn response(it: crate::host::Response) -> http::Response {
    let headers = it.headers.into_iter();
    let headers = headers.map(|it| http::Header { name: it.name, value: it.value }).collect();
    http::Response { status: it.status, headers, body: it.body }
}

impl clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.host()?.now())
    }

    fn today(&mut self) -> wasmtime::Result<wit::Date> {
        Ok(day(self.host()?.today()))
    }
}

impl random::Host for State {
    fn bytes(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        if count > MAX_RANDOM {
            return Err(self.over("too many random bytes"));
        }
        let mut bytes = vec![0; usize::try_from(count)?];
        self.host()?.random(&mut bytes);
        Ok(bytes)
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warning => Level::Warning,
            log::Level::Error => Level::Error,
        };
        self.host()?.log(level, &message);
        Ok(())
    }
}
