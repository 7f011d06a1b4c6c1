//! The host as one plugin sees it during one step: everything through its gate.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use affiant_broker::{Call, Problem, Refusal, Request as Sent, registered};
use affiant_engine::Notebook;
use affiant_guest::{Path, Value};
use affiant_manifest::{CapabilityId, Method as Verb, Scheme, SubjectKey, Value as Setting};
use affiant_plugins::{Agreed, Effect, Gate, Mark, Package, Saw, Sighting, Sink, Why};
use affiant_runtime::Template;
use affiant_wasm::{
    Denial, Denied, Grant, Header, Host, Level, Method, NetworkProblem, Request, Response,
    Unanswered,
};
use jiff::civil::Date;

use crate::components::Inside;
use crate::kept::{self, Place};
use crate::lane::aside;

/// Most keys that are given at once.
const MOST_KEYS: usize = 1_000;

/// Most bytes of a file that are given at once.
const LARGEST_PART: usize = 1 << 20;

/// Longest line of the log, in characters.
const LONGEST_LINE: usize = 500;

/// What is known of an instance on both sides of its border.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Seen>>);

/// What an instance has seen so far, and whether it tried what it did not declare.
#[derive(Debug, Default)]
struct Seen {
    mark: Mark,
    is_stopped: bool,
    /// What it fills at the moment.
    filled: Option<Filled>,
    /// What it delivers at the moment, by the ids of its files.
    enclosed: Vec<Arc<[u8]>>,
    /// Whether something was denied because the person has not agreed.
    lacks_consent: bool,
    /// Whether the call under way has a turn in the slow lane.
    is_in_lane: bool,
}

/// A template that is filled, and the answers that it names.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) template: Template,
    pub(crate) values: Vec<(Path, Value)>,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn raise(&self, mark: &Mark) {
        self.seen().mark.raise(mark);
    }

    fn mark(&self) -> Mark {
        self.seen().mark.clone()
    }

    /// Hands it what it fills, or takes that back.
    pub(crate) fn fill(&self, filled: Option<Filled>) {
        self.seen().filled = filled;
    }

    /// Hands it the files that it delivers, whose ids are their places, or takes them back.
    pub(crate) fn enclose(&self, files: Vec<Arc<[u8]>>) {
        self.seen().enclosed = files;
    }

    fn enclosed(&self, id: &str) -> Option<Arc<[u8]>> {
        self.seen().enclosed.get(id.parse::<usize>().ok()?).cloned()
    }

    /// An answer that the template which is filled names.
    fn named(&self, path: &Path) -> Option<Value> {
        let seen = self.seen();
        let values = seen.filled.iter().flat_map(|it| &it.values);
        values.into_iter().find(|(named, _)| named == path).map(|(_, it)| it.clone())
    }

    fn template(&self, name: &str) -> Option<Arc<[u8]>> {
        let seen = self.seen();
        let template = seen.filled.as_ref().map(|it| &it.template);
        template.filter(|it| it.name == name).map(|it| Arc::clone(&it.content))
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.seen().is_stopped
    }

    pub(crate) fn lacks_consent(&self) -> bool {
        self.seen().lacks_consent
    }

    fn is_in_lane(&self) -> bool {
        self.seen().is_in_lane
    }

    pub(crate) fn set_in_lane(&self, is_in_lane: bool) {
        self.seen().is_in_lane = is_in_lane;
    }
}

/// The host behind one plugin's gate.
pub(crate) struct Behind {
    pub(crate) inside: Arc<Inside>,
    pub(crate) package: Arc<Package>,
    pub(crate) interview: Arc<str>,
    pub(crate) agreed: Agreed,
    pub(crate) shared: Shared,
    pub(crate) notebook: Option<Notebook>,
    pub(crate) now: i64,
    pub(crate) today: Date,
}

impl Behind {
    fn allow(&self, grant: Grant, sink: Sink<'_>) -> Result<(), Denied> {
        self.ask(grant, sink).map_err(|why| self.denied(grant, why))
    }

    /// Asks the gate, by what is in force now: a switch that was turned off in the middle counts.
    fn ask(&self, grant: Grant, sink: Sink<'_>) -> Result<(), Why> {
        let capability = capability(grant);
        let mark = self.shared.mark();
        let known = self.inside.parts.registry.known();
        let plugin = self.package.plugin();
        let running = known.running(plugin, self.inside.parts.world.seconds());
        let gate = running.and_then(|(_, choice)| Gate::of(&self.package, choice));
        let effect = Effect {
            capability,
            interview: Some(&self.interview),
            agreed: &self.agreed,
            mark: &mark,
            sink,
        };
        let gate = gate.ok_or(Why::NotGranted)?;
        gate.allow(&effect).map(|_| ()).map_err(|no| no.why)
    }

    /// Whether the manifest names a host, with the settings chosen.
    fn names(&self, host: &str) -> bool {
        let known = self.inside.parts.registry.known();
        let running = known.running(self.package.plugin(), self.inside.parts.world.seconds());
        let gate = running.and_then(|(package, choice)| Gate::of(package, choice));
        gate.is_some_and(|it| it.names_host(host))
    }

    /// The plugin tried to reach a host that its manifest does not name: it is stopped, and
    /// administrators are told.
    fn undeclared(&self, host: &str) -> Denied {
        let plugin = self.package.plugin();
        let ready = self.inside.ready(&self.package.digest);
        // A name can be made of what the call has seen; one that stands in the component is not.
        let told = if ready.is_some_and(|it| it.writes_host(host)) {
            host.to_owned()
        } else if self.shared.mark().is_empty() {
            registered(host)
        } else {
            String::new()
        };
        let (version, world) = (self.package.version(), &self.inside.parts.world);
        tracing::error!(
            plugin,
            version,
            host = told,
            "a plugin tried to reach a host that its manifest does not name: it is stopped"
        );
        world.seen(Sighting::once(plugin, Saw::Undeclared(told)));
        world.seen(Sighting::once(plugin, Saw::Paused));
        self.inside.pauses.stop((plugin, version), world.seconds());
        self.shared.seen().is_stopped = true;
        Denied::new(Grant::Http, Denial::NotDeclared)
    }

    fn denied(&self, grant: Grant, why: Why) -> Denied {
        self.shared.seen().lacks_consent |= why == Why::NoConsent;
        let what = Saw::Denied(grant.capability(), why);
        self.inside.parts.world.seen(Sighting::once(self.package.plugin(), what));
        Denied::new(grant, denial(why))
    }

    /// Where one of the plugin's stores is kept, if the plugin may use it.
    fn place(&self, store: &str) -> Result<Place<'_>, Denied> {
        self.allow(Grant::Store, Sink::Store(store))?;
        let known = self.inside.parts.registry.known();
        let running = known.running(self.package.plugin(), self.inside.parts.world.seconds());
        let gate = running.and_then(|(package, choice)| Gate::of(package, choice));
        let place = match gate.and_then(|it| kept::subject(it.declaration(), store)) {
            Some(SubjectKey::None) => Some(Place::World(&*self.inside.parts.world)),
            Some(SubjectKey::Session) => self.notebook.as_ref().map(Place::Notebook),
            // What is about an account would have to be sealed under its keys, not a session's.
            Some(SubjectKey::Account) | None => None,
        };
        place.ok_or_else(|| self.denied(Grant::Store, Why::NotGranted))
    }

    fn forward(&self, request: Request) -> Result<Response, NetworkProblem> {
        let over = |why| NetworkProblem::Denied(self.denied(Grant::Http, why));
        let (scheme, host, path) =
            taken_apart(&request.url).ok_or_else(|| over(Why::NotDeclared))?;
        let method = verb(request.method);
        let sink = Sink::Network { scheme, host: &host, path: &path, method };
        match self.ask(Grant::Http, sink) {
            Ok(()) => {}
            Err(Why::NotDeclared) if !self.names(&host) => {
                return Err(NetworkProblem::Denied(self.undeclared(&host)));
            }
            Err(why) => return Err(over(why)),
        }
        let parts = &self.inside.parts;
        let known = parts.registry.known();
        let running = known.running(self.package.plugin(), parts.world.seconds());
        let access = running.and_then(|(package, it)| self.inside.access(package, it));
        let (Some(broker), Some(access)) = (&parts.broker, access) else {
            return Err(over(Why::NotGranted));
        };
        let headers = request.headers.into_iter();
        let headers =
            headers.map(|it| affiant_broker::Header { name: it.name, value: it.value }).collect();
        let sent = Sent { method, url: request.url, headers, body: request.body };
        let call = Call { name: "fetch", has_seen_data: !self.shared.mark().is_empty() };
        // Others go on with their requests while this one waits.
        let fetch = || broker.fetch(&access, call, sent);
        let fetched =
            if self.shared.is_in_lane() { self.inside.lane.outside(fetch) } else { aside(fetch) };
        match fetched {
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
        let gate = Gate::of(package, choice)?;
        Some(match gate.declaration().installation.values.get(name)? {
            Setting::Text(it) => Value::Text(it.clone()),
            Setting::Int(it) => Value::Int((*it).into()),
            Setting::Bool(it) => Value::Bool(*it),
        })
    }

    fn answer(&mut self, path: &Path) -> Result<Value, Unanswered> {
        self.allow(Grant::Answers, Sink::Within)?;
        let Some(value) = self.shared.named(path) else {
            return Err(self.denied(Grant::Answers, Why::NotDeclared).into());
        };
        // Where the values come from is not followed through interviews: they may be anything.
        self.shared.raise(&Mark::unclassified());
        Ok(value)
    }

    fn is_known(&mut self, path: &Path) -> Result<bool, Denied> {
        self.allow(Grant::Answers, Sink::Within)?;
        Ok(self.shared.named(path).is_some_and(|it| !matches!(it, Value::Null | Value::Empty)))
    }

    fn template(&mut self, name: &str) -> Result<Vec<u8>, Denied> {
        self.allow(Grant::Templates, Sink::Within)?;
        let found = self.shared.template(name).map(|it| it.to_vec());
        found.ok_or_else(|| self.denied(Grant::Templates, Why::NotDeclared))
    }

    fn document(&mut self, id: &str, offset: u64, length: u32) -> Result<Vec<u8>, Denied> {
        self.allow(Grant::Documents, Sink::Within)?;
        let Some(file) = self.shared.enclosed(id) else {
            return Err(self.denied(Grant::Documents, Why::NotDeclared));
        };
        self.shared.raise(&Mark::unclassified());
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(file.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(LARGEST_PART);
        let to = from.saturating_add(length).min(file.len());
        Ok(file[from..to].to_vec())
    }

    fn get(&mut self, store: &str, key: &str) -> Result<Option<Value>, Denied> {
        let found = self.place(store)?.get(self.package.plugin(), store, key);
        Ok(found.and_then(|it| kept::read(&it)))
    }

    fn set(&mut self, store: &str, key: &str, value: Value) -> Result<(), Denied> {
        let place = self.place(store)?;
        let bytes = kept::stored(key, &value).map_err(|why| self.denied(Grant::Store, why))?;
        if place.put(self.package.plugin(), store, key, bytes) {
            return Ok(());
        }
        Err(self.denied(Grant::Store, Why::OverLimit))
    }

    fn remove(&mut self, store: &str, key: &str) -> Result<(), Denied> {
        self.place(store)?.remove(self.package.plugin(), store, key);
        Ok(())
    }

    fn keys(
        &mut self,
        store: &str,
        prefix: &str,
        after: &str,
        most: u32,
    ) -> Result<Vec<String>, Denied> {
        let place = self.place(store)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(MOST_KEYS);
        Ok(place.keys(self.package.plugin(), store, prefix, after, most))
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
