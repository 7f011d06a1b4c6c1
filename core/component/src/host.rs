//! The host as one plugin sees it during one step: everything through its gate.

use std::sync::{Arc, Mutex, PoisonError};

use affiant_broker::{Call, Problem, Refusal, Request as Sent};
use affiant_guest::Value;
use affiant_manifest::{CapabilityId, Method as Verb, Scheme, Value as Setting};
use affiant_plugins::{
    Agreed, Denied as No, Effect, Gate, Mark, Package, Saw, Sighting, Sink, Why,
};
use affiant_wasm::{
    Denial, Denied, Grant, Header, Host, Level, Method, NetworkProblem, Request, Response,
};
use jiff::civil::Date;

use crate::components::Inside;
use crate::kept;

/// Most keys that are given at once.
const MOST_KEYS: usize = 1_000;

/// Longest line of the log, in characters.
const LONGEST_LINE: usize = 500;

/// What a call has seen so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Mark>>);

impl Shared {
    pub(crate) fn raise(&self, mark: &Mark) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).raise(mark);
    }

    fn mark(&self) -> Mark {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The host behind one plugin's gate.
pub(crate) struct Behind {
    pub(crate) inside: Arc<Inside>,
    pub(crate) package: Arc<Package>,
    pub(crate) interview: Arc<str>,
    pub(crate) agreed: Agreed,
    pub(crate) shared: Shared,
    pub(crate) now: i64,
    pub(crate) today: Date,
}

impl Behind {
    /// Asks the gate, by what is in force now: a switch that was turned off in the middle counts.
    fn allow(&self, grant: Grant, sink: Sink<'_>) -> Result<(), Denied> {
        let capability = capability(grant);
        let mark = self.shared.mark();
        let known = self.inside.parts.registry.known();
        let plugin = self.package.plugin();
        let running = known.running(plugin, self.inside.parts.world.seconds());
        let choice = running.as_ref().map(|(_, choice)| choice);
        let gate = choice.and_then(|choice| Gate::of(&self.package, choice));
        let not_granted = || No { capability, why: Why::NotGranted };
        let effect = Effect {
            capability,
            interview: Some(&self.interview),
            agreed: &self.agreed,
            mark: &mark,
            sink,
        };
        let said = gate.ok_or_else(not_granted).and_then(|it| it.allow(&effect).map(|_| ()));
        said.map_err(|no| self.denied(grant, no.why))
    }

    fn denied(&self, grant: Grant, why: Why) -> Denied {
        let what = Saw::Denied(grant.capability(), why);
        self.inside.parts.world.seen(Sighting::once(self.package.plugin(), what));
        Denied::new(grant, denial(why))
    }

    /// Whether the plugin may use one of its stores.
    fn allow_store(&self, store: &str) -> Result<(), Denied> {
        self.allow(Grant::Store, Sink::Store(store))?;
        let known = self.inside.parts.registry.known();
        let running = known.running(self.package.plugin(), self.inside.parts.world.seconds());
        let gate = running.as_ref().and_then(|(package, choice)| Gate::of(package, choice));
        if gate.is_some_and(|it| kept::is_about_nobody(it.declaration(), store)) {
            return Ok(());
        }
        Err(self.denied(Grant::Store, Why::NotGranted))
    }

    fn forward(&self, request: Request) -> Result<Response, NetworkProblem> {
        let over = |why| NetworkProblem::Denied(self.denied(Grant::Http, why));
        let (scheme, host, path) =
            taken_apart(&request.url).ok_or_else(|| over(Why::NotDeclared))?;
        let method = verb(request.method);
        let sink = Sink::Network { scheme, host: &host, path: &path, method };
        self.allow(Grant::Http, sink).map_err(NetworkProblem::Denied)?;
        let parts = &self.inside.parts;
        let known = parts.registry.known();
        let running = known.running(self.package.plugin(), parts.world.seconds());
        let access = running.and_then(|(package, it)| self.inside.access(package, &it));
        let (Some(broker), Some(access)) = (&parts.broker, access) else {
            return Err(over(Why::NotGranted));
        };
        let headers = request.headers.into_iter();
        let headers =
            headers.map(|it| affiant_broker::Header { name: it.name, value: it.value }).collect();
        let sent = Sent { method, url: request.url, headers, body: request.body };
        let call = Call { name: "fetch", has_seen_data: !self.shared.mark().is_empty() };
        // Others go on with their requests while this one waits.
        match tokio::task::block_in_place(|| broker.fetch(&access, call, sent)) {
            Ok(response) => Ok(Response {
                status: response.status,
                headers: response
                    .headers
                    .into_iter()
                    .map(|it| Header { name: it.name, value: it.value })
                    .collect(),
                body: response.body,
            }),
            Err(Problem::Refused(refused)) => Err(over(match refused.why {
                Refusal::AtOnce | Refusal::PerMinute | Refusal::TooLarge => Why::OverLimit,
                _ => Why::NotDeclared,
            })),
            Err(Problem::Unreachable(_)) => Err(NetworkProblem::Unreachable),
            Err(Problem::TooSlow) => Err(NetworkProblem::TooSlow),
            Err(Problem::TooLarge) => Err(NetworkProblem::TooLarge),
        }
    }
}

impl Host for Behind {
    fn setting(&mut self, name: &str) -> Option<Value> {
        let known = self.inside.parts.registry.known();
        let (package, choice) =
            known.running(self.package.plugin(), self.inside.parts.world.seconds())?;
        // A default counts, and a secret is in no choice.
        let gate = Gate::of(package, &choice)?;
        Some(match gate.declaration().installation.values.get(name)? {
            Setting::Text(it) => Value::Text(it.clone()),
            Setting::Int(it) => Value::Int((*it).into()),
            Setting::Bool(it) => Value::Bool(*it),
        })
    }

    fn get(&mut self, store: &str, key: &str) -> Result<Option<Value>, Denied> {
        self.allow_store(store)?;
        let found = self.inside.parts.world.kept(self.package.plugin(), store, key);
        Ok(found.and_then(|it| kept::read(&it)))
    }

    fn set(&mut self, store: &str, key: &str, value: Value) -> Result<(), Denied> {
        self.allow_store(store)?;
        let bytes = kept::stored(key, &value).map_err(|why| self.denied(Grant::Store, why))?;
        if self.inside.parts.world.keep(self.package.plugin(), store, key, Some(bytes)) {
            return Ok(());
        }
        Err(self.denied(Grant::Store, Why::OverLimit))
    }

    fn remove(&mut self, store: &str, key: &str) -> Result<(), Denied> {
        self.allow_store(store)?;
        self.inside.parts.world.keep(self.package.plugin(), store, key, None);
        Ok(())
    }

    fn keys(
        &mut self,
        store: &str,
        prefix: &str,
        after: &str,
        most: u32,
    ) -> Result<Vec<String>, Denied> {
        self.allow_store(store)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let plugin = self.package.plugin();
        Ok(self.inside.parts.world.keys(plugin, store, prefix, after, most.min(MOST_KEYS)))
    }

    fn fetch(&mut self, request: Request) -> Result<Response, NetworkProblem> {
        self.forward(request)
    }

    fn now(&mut self) -> Result<u64, Denied> {
        self.allow(Grant::Clock, Sink::Within)?;
        Ok(u64::try_from(self.now).unwrap_or(0).saturating_mul(1000))
    }

    fn today(&mut self) -> Result<Date, Denied> {
        self.allow(Grant::Clock, Sink::Within)?;
        Ok(self.today)
    }

    fn random(&mut self, buffer: &mut [u8]) -> Result<(), Denied> {
        self.allow(Grant::Random, Sink::Within)?;
        if self.inside.parts.world.fill(buffer) {
            return Ok(());
        }
        Err(self.denied(Grant::Random, Why::OverLimit))
    }

    fn log(&mut self, level: Level, message: &str) -> Result<(), Denied> {
        self.allow(Grant::Log, Sink::Log)?;
        let plugin = self.package.plugin();
        let line: String =
            message.chars().filter(|it| !it.is_control()).take(LONGEST_LINE).collect();
        match level {
            Level::Debug => tracing::debug!(plugin, "{line}"),
            Level::Info => tracing::info!(plugin, "{line}"),
            Level::Warning => tracing::warn!(plugin, "{line}"),
            Level::Error => tracing::error!(plugin, "{line}"),
        }
        Ok(())
    }
}

/// Scheme, host and path of an address, for the gate. The broker reads the whole of it again, by
/// stricter rules, before anything is sent.
fn taken_apart(address: &str) -> Option<(Scheme, String, String)> {
    let url = url::Url::parse(address).ok()?;
    let scheme = match url.scheme() {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        _ => return None,
    };
    Some((scheme, url.host_str()?.to_owned(), url.path().to_owned()))
}

fn capability(grant: Grant) -> CapabilityId {
    match grant {
        Grant::Answers => CapabilityId::AnswersRead,
        Grant::Proposals => CapabilityId::AnswersPropose,
        Grant::Templates => CapabilityId::TemplateRead,
        Grant::Documents => CapabilityId::DocumentsRead,
        Grant::Account => CapabilityId::AccountRead,
        Grant::Store => CapabilityId::KvPrivate,
        Grant::Http => CapabilityId::HttpFetch,
        Grant::Mail => CapabilityId::MailSend,
        Grant::Clock => CapabilityId::Clock,
        Grant::Random => CapabilityId::Random,
        Grant::Log => CapabilityId::Log,
    }
}

fn denial(why: Why) -> Denial {
    match why {
        Why::NotDeclared => Denial::NotDeclared,
        Why::NotGranted => Denial::NotGranted,
        Why::NoConsent => Denial::NoConsent,
        Why::LabelBlocked => Denial::LabelBlocked,
        Why::OverLimit => Denial::OverLimit,
    }
}

fn verb(method: Method) -> Verb {
    match method {
        Method::Get => Verb::Get,
        Method::Head => Verb::Head,
        Method::Post => Verb::Post,
        Method::Put => Verb::Put,
        Method::Patch => Verb::Patch,
        Method::Delete => Verb::Delete,
    }
}
