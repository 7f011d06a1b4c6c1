//! How the calls of a component reach the host: one block for each interface.

use affiant_guest::Path;

use crate::bindings::host::{
    account, answers, clock, documents, http, log, mail, proposals, random, settings, store,
    templates, types as wit,
};
use crate::convert::day;
use crate::grant::Grant;
use crate::host::{
    Denial, Denied, Header, Letter, Level, Method, NetworkProblem, Request, Response, Unanswered,
};
use crate::plugin::state::{State, denied};

/// Most random bytes of one call.
const MAX_RANDOM: u32 = 64 << 10;

/// Most bytes of a file that are read at once.
const MAX_PART: u32 = 1 << 20;

/// Longest line of the log, in bytes.
const MAX_LINE: usize = 8 << 10;

/// What a call of a component gets: an outer error traps it, an inner one is its answer.
type Given<T> = wasmtime::Result<Result<T, wit::Denied>>;

/// The same where there are more reasons to get nothing.
type Asked<T> = wasmtime::Result<Result<T, wit::Failure>>;

fn over_limit(grant: Grant) -> wit::Denied {
    denied(Denied::new(grant, Denial::OverLimit))
}

fn no_path() -> wit::Failure {
    wit::Failure::BadArgument("that is no variable, such as `client.name.first`".to_owned())
}

impl wit::Host for State {}

impl settings::Host for State {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<wit::Value>> {
        let value = self.host()?.setting(&name);
        value.map(|it| self.give(&it)).transpose()
    }
}

impl answers::Host for State {
    fn get(&mut self, path: String) -> Asked<wit::Value> {
        let host = self.host()?;
        let Ok(path) = Path::parse(&path) else { return Ok(Err(no_path())) };
        Ok(match host.answer(&path) {
            Ok(value) => self.answer(&value),
            Err(Unanswered::Missing(path)) => Err(wit::Failure::Missing(path.to_string())),
            Err(Unanswered::Denied(it)) => Err(wit::Failure::Denied(denied(it))),
        })
    }

    fn is_known(&mut self, path: String) -> Asked<bool> {
        let host = self.host()?;
        let Ok(path) = Path::parse(&path) else { return Ok(Err(no_path())) };
        Ok(host.is_known(&path).map_err(|it| wit::Failure::Denied(denied(it))))
    }
}

impl proposals::Host for State {
    fn propose(&mut self, path: String, value: wit::Value) -> Asked<()> {
        let value = self.take(value)?;
        let host = self.host()?;
        let Ok(path) = Path::parse(&path) else { return Ok(Err(no_path())) };
        Ok(host.propose(&path, value).map_err(|it| wit::Failure::Denied(denied(it))))
    }
}

impl templates::Host for State {
    fn read(&mut self, name: String) -> Given<Vec<u8>> {
        Ok(self.host()?.template(&name).map_err(denied))
    }
}

impl documents::Host for State {
    fn read(&mut self, id: String, offset: u64, length: u32) -> Given<Vec<u8>> {
        let length = length.min(MAX_PART);
        Ok(self.host()?.document(&id, offset, length).map_err(denied))
    }
}

impl account::Host for State {
    fn get(&mut self, field: String) -> Given<wit::Value> {
        match self.host()?.account(&field) {
            Ok(value) => Ok(Ok(self.give(&value)?)),
            Err(it) => Ok(Err(denied(it))),
        }
    }
}

impl store::Host for State {
    fn get(&mut self, store: String, key: String) -> Given<Option<wit::Value>> {
        match self.host()?.get(&store, &key) {
            Ok(Some(value)) => Ok(Ok(Some(self.give(&value)?))),
            Ok(None) => Ok(Ok(None)),
            Err(it) => Ok(Err(denied(it))),
        }
    }

    fn set(&mut self, store: String, key: String, value: wit::Value) -> Given<()> {
        let value = self.take(value)?;
        Ok(self.host()?.set(&store, &key, value).map_err(denied))
    }

    fn remove(&mut self, store: String, key: String) -> Given<()> {
        Ok(self.host()?.remove(&store, &key).map_err(denied))
    }

    fn keys(
        &mut self,
        store: String,
        prefix: String,
        after: String,
        most: u32,
    ) -> Given<Vec<String>> {
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

fn response(it: Response) -> http::Response {
    let headers = it.headers.into_iter();
    let headers = headers.map(|it| http::Header { name: it.name, value: it.value }).collect();
    http::Response { status: it.status, headers, body: it.body }
}

impl mail::Host for State {
    fn send(&mut self, it: mail::Letter) -> Given<()> {
        let letter = Letter { to: it.to, subject: it.subject, body: it.body };
        Ok(self.host()?.send(letter).map_err(denied))
    }
}

impl clock::Host for State {
    fn now(&mut self) -> Given<u64> {
        Ok(self.host()?.now().map_err(denied))
    }

    fn today(&mut self) -> Given<wit::Date> {
        Ok(self.host()?.today().map(day).map_err(denied))
    }
}

impl random::Host for State {
    fn bytes(&mut self, count: u32) -> Given<Vec<u8>> {
        let host = self.host()?;
        if count > MAX_RANDOM {
            return Ok(Err(over_limit(Grant::Random)));
        }
        let mut bytes = vec![0; usize::try_from(count)?];
        Ok(host.random(&mut bytes).map(|()| bytes).map_err(denied))
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> Given<()> {
        let level = match level {
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warning => Level::Warning,
            log::Level::Error => Level::Error,
        };
        let host = self.host()?;
        if message.len() > MAX_LINE {
            return Ok(Err(over_limit(Grant::Log)));
        }
        Ok(host.log(level, &message).map_err(denied))
    }
}
