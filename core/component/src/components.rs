//! The components that are ready to run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use affiant_backend::PluginSecretRow;
use affiant_broker::{Access, Blocking, Entry, Limits as Traffic, Secrets};
use affiant_engine::{Custom, Moment};
use affiant_manifest::{Located, Manifest, check_binary};
use affiant_plugins::{Choice, Gate, Happening, Learner, Package, Registry, Runner, Sighting};
use affiant_runtime::{Calls, PluginFunction, Plugins};
use affiant_wasm::{
    Apart, Cache, CompileError, Compiled, Engine, Evaluation, Function, Grant, Host, Identity,
    Kind, Limits, Plugin,
};
use zeroize::Zeroizing;

use crate::lane::{Lane, step_back};
use crate::learning::{Learning, News, learn};
use crate::pace::Pace;
use crate::pause::Pauses;
use crate::step::Step;

/// What the host has of the world around it.
pub trait World: Send + Sync {
    /// Seconds of the Unix epoch.
    fn seconds(&self) -> i64;
    /// Fills a buffer with random bytes; false when there are none.
    fn fill(&self, buffer: &mut [u8]) -> bool;
    /// The secret settings of a plugin, by name.
    fn secrets(&self, plugin: &str) -> BTreeMap<String, Zeroizing<String>>;
    /// A value that a plugin keeps.
    fn kept(&self, plugin: &str, store: &str, key: &str) -> Option<Vec<u8>>;
    /// Keeps a value for a plugin, or drops it; false when it keeps too many.
    fn keep(&self, plugin: &str, store: &str, key: &str, value: Option<Vec<u8>>) -> bool;
    /// At most `most` keys that begin with `prefix` and come behind `after`, in their order.
    fn keys(
        &self,
        plugin: &str,
        store: &str,
        prefix: &str,
        after: &str,
        most: usize,
    ) -> Vec<String>;
    /// Takes note of something that a plugin did. Must not wait.
    fn seen(&self, sighting: Sighting);
}

/// What components run with.
pub struct Parts {
    /// What is installed and decided.
    pub registry: Arc<Registry>,
    /// What the host has of the world around it.
    pub world: Arc<dyn World>,
    /// Compiles in a process apart; without one, in this one.
    pub apart: Option<Apart>,
    /// Keeps what was compiled.
    pub cache: Option<Cache>,
    /// Sends requests, where the server does at all.
    pub broker: Option<Blocking>,
    /// Called on a thread of plugins before it ends: overwrites what is left of values on its stack.
    pub at_rest: fn(),
}

/// The components that are ready to run. Cloning is cheap.
#[derive(Clone)]
pub struct Components(pub(crate) Arc<Inside>);

pub(crate) struct Inside {
    engine: Engine,
    pub(crate) parts: Parts,
    ready: RwLock<BTreeMap<[u8; 32], Arc<Ready>>>,
    access: RwLock<BTreeMap<String, (Told, Arc<Access>)>>,
    pub(crate) pauses: Pauses,
    pub(crate) lane: Lane,
    learning: Learning,
}

/// What an access was made from.
#[derive(PartialEq)]
struct Told {
    choice: Choice,
    sealed: Vec<PluginSecretRow>,
}

/// A component that is ready.
pub(crate) struct Ready {
    plugin: Plugin,
    functions: Vec<PluginFunction>,
    datatypes: Vec<Custom>,
    sources: Vec<String>,
    /// What it makes documents of, if it does.
    templates: Option<Vec<String>>,
    limits: Limits,
    /// How quick it is.
    pub(crate) pace: Pace,
    /// Hosts that stand in the component and not in its manifest.
    unlisted: BTreeSet<String>,
}

impl fmt::Debug for Components {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Components").finish_non_exhaustive()
    }
}

impl Ready {
    pub(crate) fn evaluation(&self, host: Box<dyn Host>) -> Evaluation {
        self.plugin.evaluation(host, self.limits)
    }

    /// Whether a host that the manifest does not name stands in the component.
    pub(crate) fn writes_host(&self, host: &str) -> bool {
        self.unlisted.contains(host)
    }
}

impl Components {
    /// Starts. Fails when this machine cannot run components.
    pub fn new(parts: Parts) -> Result<Self, affiant_wasm::EngineError> {
        let (learning, receiver) = Learning::channel();
        let engine = Engine::new()?;
        if let Some(why) = engine.why_no_pool() {
            tracing::warn!(
                why,
                "plugins answer more slowly, since no memory can be kept ready for them: lift the limit \
                 on the addresses of this process (ulimit -v)"
            );
        }
        let inside = Arc::new(Inside {
            engine,
            lane: Lane::new(parts.at_rest),
            parts,
            ready: RwLock::default(),
            access: RwLock::default(),
            pauses: Pauses::default(),
            learning,
        });
        let weak = Arc::downgrade(&inside);
        let learner = std::thread::Builder::new().name("plugins learn".to_owned());
        if let Err(error) = learner.spawn(move || {
            step_back();
            learn(&weak, &receiver);
        }) {
            tracing::error!(%error, "plugins learn nothing of what happens in interviews");
        }
        Ok(Self(inside))
    }
}

impl Inside {
    pub(crate) fn ready(&self, digest: &[u8; 32]) -> Option<Arc<Ready>> {
        self.ready.read().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }

    fn compiled(&self, component: &[u8]) -> Result<Compiled, String> {
        let compile = |component: &[u8]| match &self.parts.apart {
            Some(apart) => apart.compile(component),
            None => self.engine.precompile(component).map_err(CompileError::Refused),
        };
        let compiled = match &self.parts.cache {
            Some(cache) => cache.compiled(&self.engine, component, compile),
            None => compile(component),
        };
        compiled.map_err(|it| it.to_string())
    }

    /// How a plugin reaches the network by a choice, with its limits and what it used of them.
    pub(crate) fn access(&self, package: &Package, choice: &Choice) -> Option<Arc<Access>> {
        let name = package.plugin();
        let sealed = self.parts.registry.known().sealed.clone();
        let told = Told { choice: choice.clone(), sealed };
        let known = |all: &BTreeMap<String, (Told, Arc<Access>)>| {
            all.get(name).filter(|(it, _)| *it == told).map(|(_, it)| Arc::clone(it))
        };
        if let Some(known) = known(&self.access.read().unwrap_or_else(PoisonError::into_inner)) {
            return Some(known);
        }
        let gate = Gate::of(package, choice)?;
        let entries = Entry::of(gate.declaration(), &package.text);
        let secrets = Secrets::new(self.parts.world.secrets(name));
        let limits = package.manifest.limits.as_ref().map(Traffic::of).unwrap_or_default();
        let made = Arc::new(Access::new(name.to_owned(), entries, secrets, limits));
        let mut all = self.access.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(name.to_owned(), (told, Arc::clone(&made)));
        Some(made)
    }
}

impl Runner for Components {
    fn prepare(&self, package: &Package, component: &[u8]) -> Result<(), String> {
        let who =
            Identity { plugin: package.plugin().to_owned(), version: package.version().to_owned() };
        let compiled = self.0.compiled(component)?;
        let grants = grants(&package.manifest);
        let plugin = Plugin::load_compiled(&self.0.engine, who, &compiled, &grants)
            .map_err(|it| it.to_string())?;
        let limits = limits(&package.manifest);
        let functions = match plugin.kind() {
            Kind::Functions => functions(&plugin, limits)?,
            Kind::Logic
            | Kind::Field
            | Kind::Analytics
            | Kind::Lookup
            | Kind::Delivery
            | Kind::Assembly => Vec::new(),
        };
        let datatypes = match plugin.kind() {
            Kind::Field => datatypes(&plugin, limits)?,
            _ => Vec::new(),
        };
        let sources = match plugin.kind() {
            Kind::Lookup => sources(&plugin, limits)?,
            _ => Vec::new(),
        };
        let templates = match plugin.kind() {
            Kind::Assembly => Some(templates(&plugin, limits)?),
            _ => None,
        };
        let unlisted = check_binary(&package.manifest, &[], component).unlisted_hosts;
        let ready = Arc::new(Ready {
            plugin,
            functions,
            datatypes,
            sources,
            templates,
            limits,
            pace: Pace::default(),
            unlisted,
        });
        let mut all = self.0.ready.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(package.digest, ready);
        Ok(())
    }

    fn forget(&self, digest: &[u8; 32]) {
        self.0.ready.write().unwrap_or_else(PoisonError::into_inner).remove(digest);
    }

    fn tell(&self, happening: Happening, learners: Vec<Learner>) {
        self.0.learning.tell(News::Happened(happening, learners));
    }

    fn unlearn(&self, interview: String, learners: Vec<Learner>) {
        self.0.learning.tell(News::TakenBack(interview, learners));
    }
}

/// Denies everything: who asks a component what it has, asks nobody else anything.
struct Nobody;

impl Host for Nobody {}

/// The functions that a component says it has; each can be called by its name.
fn functions(plugin: &Plugin, limits: Limits) -> Result<Vec<PluginFunction>, String> {
    let described = plugin.evaluation(Box::new(Nobody), limits).describe();
    let described = described.map_err(|it| it.to_string())?;
    let mut names = BTreeSet::new();
    for Function { name, .. } in &described {
        if !affiant_guest::is_identifier(name) {
            return Err("the name of one of its functions is none that scripts can call".to_owned());
        }
        if !names.insert(name.clone()) {
            return Err(format!("it has the function `{name}` twice"));
        }
    }
    let functions = described.into_iter().map(|it| PluginFunction {
        name: it.name,
        parameters: it.parameters,
        summary: it.summary,
    });
    Ok(functions.collect())
}

/// The datatypes that a component says it has; each has a name that authors can write.
fn datatypes(plugin: &Plugin, limits: Limits) -> Result<Vec<Custom>, String> {
    let described = plugin.evaluation(Box::new(Nobody), limits).datatypes();
    let described = described.map_err(|it| it.to_string())?;
    can_be_written(described.iter().map(|it| it.name.as_str()), "datatype")?;
    let custom = |it: affiant_wasm::field::Datatype| Custom {
        plugin: plugin.who().plugin.clone(),
        name: it.name,
        keys: it.hints.input_mode.name(),
        autocomplete: it.hints.autocomplete,
        width: it.hints.width,
        longest: it.hints.longest,
        prefix: it.hints.prefix,
        suffix: it.hints.suffix,
        example: it.example,
    };
    Ok(described.into_iter().map(custom).collect())
}

/// The lists that a component says it has; each has a name that authors can write.
fn sources(plugin: &Plugin, limits: Limits) -> Result<Vec<String>, String> {
    let described = plugin.evaluation(Box::new(Nobody), limits).sources();
    let described = described.map_err(|it| it.to_string())?;
    can_be_written(described.iter().map(String::as_str), "list")?;
    Ok(described)
}

/// The media types of templates that a component says it makes documents of.
fn templates(plugin: &Plugin, limits: Limits) -> Result<Vec<String>, String> {
    plugin.evaluation(Box::new(Nobody), limits).templates().map_err(|it| it.to_string())
}

/// Fails unless authors can write each of these names, and each is there once.
fn can_be_written<'a>(all: impl Iterator<Item = &'a str>, what: &str) -> Result<(), String> {
    let is_fit = |it: char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_');
    let mut names = BTreeSet::new();
    for name in all {
        if name.is_empty() || name.trim() != name || !name.chars().all(is_fit) {
            return Err(format!("the name of one of its {what}s is none that authors can write"));
        }
        if !names.insert(name) {
            return Err(format!("it has the {what} `{name}` twice"));
        }
    }
    Ok(())
}

/// What is linked: whatever the manifest asks for with any settings. What holds with those chosen is
/// asked of the gate at each call.
fn grants(manifest: &Manifest) -> BTreeSet<Grant> {
    let asked = |grant: &Grant| {
        manifest.capabilities.iter().any(|it| it.id.value.as_str() == grant.capability())
    };
    Grant::ALL.into_iter().filter(asked).collect()
}

/// What a manifest asks for, within what the host gives at most.
fn limits(manifest: &Manifest) -> Limits {
    let most = Limits::default();
    let Some(declared) = &manifest.limits else { return Limits { cpu: USUAL, ..most } };
    let memory = declared.memory_mib.as_ref().and_then(|it| usize::try_from(it.value).ok());
    let time = |it: &Option<Located<u32>>| {
        it.as_ref().map(|it| Duration::from_millis(it.value.into()).min(LONGEST))
    };
    let cpu = time(&declared.cpu_ms).unwrap_or(USUAL);
    // Who may work for long may wait for a processor meanwhile.
    let deadline = time(&declared.wall_ms).unwrap_or(most.deadline).max(cpu * 2).min(LONGEST);
    let fuel = u64::try_from(cpu.as_millis()).unwrap_or(u64::MAX).saturating_mul(FUEL);
    Limits {
        memory: memory.map_or(most.memory, |it| it.saturating_mul(1 << 20).min(most.memory)),
        fuel: fuel.max(most.fuel),
        deadline,
        cpu,
        ..most
    }
}

/// The processor's time in a step of a plugin that asks for none.
const USUAL: Duration = Duration::from_millis(200);

/// Fuel for a millisecond of the processor: more than any processor burns, so that the time decides.
const FUEL: u64 = 4_000_000;

/// Longest time of a call that may wait for the network.
const LONGEST: Duration = Duration::from_secs(10);

impl Plugins for Components {
    fn functions(&self, plugin: &str) -> Option<Vec<PluginFunction>> {
        let known = self.0.parts.registry.known();
        let package = known.package_of(plugin, self.0.parts.world.seconds())?;
        Some(self.0.ready(&package.digest)?.functions.clone())
    }

    fn decides(&self, plugin: &str) -> bool {
        let known = self.0.parts.registry.known();
        let package = known.package_of(plugin, self.0.parts.world.seconds());
        let ready = package.and_then(|it| self.0.ready(&it.digest));
        ready.is_some_and(|it| it.plugin.kind() == Kind::Logic)
    }

    fn datatypes(&self, plugin: &str) -> Vec<Custom> {
        let known = self.0.parts.registry.known();
        let package = known.package_of(plugin, self.0.parts.world.seconds());
        let ready = package.and_then(|it| self.0.ready(&it.digest));
        ready.map(|it| it.datatypes.clone()).unwrap_or_default()
    }

    fn sources(&self, plugin: &str) -> Vec<String> {
        let known = self.0.parts.registry.known();
        let package = known.package_of(plugin, self.0.parts.world.seconds());
        let ready = package.and_then(|it| self.0.ready(&it.digest));
        ready.map(|it| it.sources.clone()).unwrap_or_default()
    }

    fn templates(&self, plugin: &str) -> Option<Vec<String>> {
        let known = self.0.parts.registry.known();
        let package = known.package_of(plugin, self.0.parts.world.seconds())?;
        self.0.ready(&package.digest)?.templates.clone()
    }

    fn delivers(&self, plugin: &str) -> bool {
        let known = self.0.parts.registry.known();
        let package = known.package_of(plugin, self.0.parts.world.seconds());
        let ready = package.and_then(|it| self.0.ready(&it.digest));
        ready.is_some_and(|it| it.plugin.kind() == Kind::Delivery)
    }

    fn begin(&self, interview: &str, moment: &Moment) -> Box<dyn Calls> {
        Box::new(Step::of(Arc::clone(&self.0), interview, moment))
    }
}
