//! The plugins of the running server: what runs their components, and what is noted of them.

#[cfg(debug_assertions)]
mod stand_in;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use affiant_backend::{Change, ObservedRow, PluginChange, PluginValueRow, StorageError, Store};
use affiant_broker::{Blocking, Broker, Decision, Log, Record, Refusal, System, Trust};
use affiant_component::{Components, Parts, World};
use affiant_keyring::Keys;
use affiant_plugins::{Registry, Saw, Sighting};
use affiant_runtime::Plugins;
use affiant_vault::{Master, Randomness as _, SettingName};
use affiant_wasm::{Apart, Cache, CompileLimits};
use affiant_web::{App, LetPlugins, Plugboard};
use anyhow::Context as _;
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::news::{Bell, LOOK};
use crate::system::{SystemRandomness, now};
use crate::watch;

/// How many looks pass before what was seen is stored.
const STORE_EVERY: u32 = 30;

/// Days that what was seen of plugins is kept.
const KEPT: i64 = 30;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Plugins as the server has them.
pub(crate) struct Running {
    /// What runs components.
    pub(crate) components: Arc<dyn Plugins>,
    /// What administrators decide with.
    pub(crate) board: Plugboard,
    /// What is noted of them.
    pub(crate) notes: Arc<Notes>,
}

/// What was seen of plugins since it was last stored, and what they are given of the server.
pub(crate) struct Notes {
    registry: Arc<Registry>,
    master: Arc<Master>,
    deployment: [u8; 16],
    seen: Mutex<BTreeMap<(String, String), Count>>,
    kept: Mutex<Kept>,
}

/// What plugins keep, and which of it is not stored yet: by plugin, store and key.
#[derive(Default)]
struct Kept {
    values: BTreeMap<Key, Vec<u8>>,
    changed: BTreeSet<Key>,
}

type Key = (String, String, String);

/// Most values that a plugin keeps.
const MOST_KEPT: usize = 10_000;

/// How often something was seen, and how many bytes went out and came in.
type Count = (i64, i64, i64);

impl Notes {
    fn new(registry: &Arc<Registry>, keys: &Keys, master: &Arc<Master>) -> Self {
        Self {
            registry: Arc::clone(registry),
            master: Arc::clone(master),
            deployment: keys.deployment(),
            seen: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// The name under which a value is sealed.
    fn place<'a>(&self, plugin: &'a str, name: &'a str) -> SettingName<'a> {
        SettingName { deployment: self.deployment, plugin, name }
    }

    /// Reads what plugins kept before, here and on other servers. One that does not open is told, and
    /// forgotten.
    async fn read(&self, store: &dyn Store) -> Result<(), StorageError> {
        let rows = store.plugin_values().await?;
        let mut values = BTreeMap::new();
        for row in rows {
            let name = format!("{}\n{}", row.store, row.key);
            let open = |it: &str| hex::decode(it).ok();
            let opened =
                self.master.open_setting(&self.place(&row.plugin, &name), &row.sealed, open);
            match opened {
                Ok(Some(value)) => {
                    values.insert((row.plugin, row.store, row.key), value);
                }
                Ok(None) | Err(_) => {
                    tracing::error!(
                        plugin = row.plugin,
                        "something that a plugin keeps does not open"
                    );
                }
            }
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { values: before, changed } = &mut *kept;
        // What this server has not stored yet is newer.
        for key in changed.iter() {
            match before.remove(key) {
                Some(value) => drop(values.insert(key.clone(), value)),
                None => drop(values.remove(key)),
            }
        }
        *before = values;
        Ok(())
    }

    /// What changed of what plugins keep, to be stored.
    fn changed(&self) -> (Vec<Change>, BTreeSet<Key>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.registry.known();
        kept.values.retain(|(plugin, ..), _| !known.shelf.of(plugin).is_empty());
        let changed = std::mem::take(&mut kept.changed);
        let changes = changed.iter().filter_map(|key| {
            let (plugin, store, name) = key.clone();
            let Some(value) = kept.values.get(key) else {
                return Some(PluginChange::DeleteValue(plugin, store, name));
            };
            let inside = format!("{store}\n{name}");
            let place = self.place(&plugin, &inside);
            let sealed = self.master.seal_setting(&place, &hex::encode(value), &SystemRandomness);
            let sealed = sealed.ok()?;
            Some(PluginChange::PutValue(PluginValueRow { plugin, store, key: name, sealed }))
        });
        (changes.map(Change::Plugin).collect(), changed)
    }

    fn add(&self, sighting: &Sighting) {
        let signed = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (sighting.plugin.clone(), sighting.saw.text());
        let (count, sent, received) = seen.entry(key).or_default();
        *count = count.saturating_add(1);
        *sent = sent.saturating_add(signed(sighting.sent));
        *received = received.saturating_add(signed(sighting.received));
    }

    /// Stores what was seen; what cannot be stored is tried again with the next.
    pub(crate) async fn store(&self, store: &dyn Store) {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let (mut changes, changed) = self.changed();
        if seen.is_empty() && changes.is_empty() {
            return;
        }
        let day = now().div_euclid(DAY);
        let rows = seen.iter().map(|((plugin, what), (count, sent, received))| {
            Change::Plugin(PluginChange::Observed(ObservedRow {
                plugin: plugin.clone(),
                day,
                what: what.clone(),
                count: *count,
                sent: *sent,
                received: *received,
            }))
        });
        changes.extend(rows);
        changes.push(Change::Plugin(PluginChange::ForgetObserved(day - KEPT)));
        if let Err(error) = store.commit(changes).await {
            tracing::error!(%error, "what plugins did could not be noted; trying again");
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).changed.extend(changed);
            let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, (count, sent, received)) in seen {
                let sum = all.entry(key).or_default();
                *sum = (sum.0 + count, sum.1 + sent, sum.2 + received);
            }
        }
    }
}

impl World for Notes {
    fn seconds(&self) -> i64 {
        now()
    }

    fn fill(&self, buffer: &mut [u8]) -> bool {
        SystemRandomness.fill(buffer).is_ok()
    }

    fn secrets(&self, plugin: &str) -> BTreeMap<String, Zeroizing<String>> {
        let known = self.registry.known();
        let sealed = known.sealed.iter().filter(|it| it.plugin == plugin);
        let opened = sealed.filter_map(|row| {
            let name = SettingName { deployment: self.deployment, plugin, name: &row.name };
            let open = |it: &str| Zeroizing::new(it.to_owned());
            let Ok(value) = self.master.open_setting(&name, &row.sealed, open) else {
                tracing::error!(plugin, setting = row.name, "a secret setting does not open");
                return None;
            };
            Some((row.name.clone(), value))
        });
        opened.collect()
    }

    fn kept(&self, plugin: &str, store: &str, key: &str) -> Option<Vec<u8>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.values.get(&(plugin.to_owned(), store.to_owned(), key.to_owned())).cloned()
    }

    fn keep(&self, plugin: &str, store: &str, key: &str, value: Option<Vec<u8>>) -> bool {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (plugin.to_owned(), store.to_owned(), key.to_owned());
        match value {
            None => {
                kept.values.remove(&place);
            }
            Some(value) => {
                let own = kept.values.keys().filter(|it| it.0 == plugin).count();
                if own >= MOST_KEPT && !kept.values.contains_key(&place) {
                    return false;
                }
                kept.values.insert(place.clone(), value);
            }
        }
        kept.changed.insert(place);
        true
    }

    fn keys(
        &self,
        plugin: &str,
        store: &str,
        prefix: &str,
        after: &str,
        most: usize,
    ) -> Vec<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let from = (plugin.to_owned(), store.to_owned(), prefix.max(after).to_owned());
        let all = kept.values.range(from..).map(|(key, _)| key);
        let own = all.take_while(|it| it.0 == plugin && it.1 == store && it.2.starts_with(prefix));
        own.filter(|it| it.2 != after || after.is_empty())
            .take(most)
            .map(|it| it.2.clone())
            .collect()
    }

    fn seen(&self, sighting: Sighting) {
        self.add(&sighting);
    }
}

impl Log for Notes {
    fn note(&self, record: Record) {
        let Some(host) = record.host else { return };
        let saw = match record.decision {
            Decision::Refused(Refusal::Host(_)) => Saw::Undeclared(host),
            Decision::Answered(_)
            | Decision::Refused(_)
            | Decision::Unreachable(_)
            | Decision::TooSlow
            | Decision::TooLarge => Saw::Reached(host),
        };
        let (sent, received) = (record.sent, record.received);
        self.add(&Sighting { plugin: record.plugin, saw, sent, received });
    }
}

/// Starts what runs components, and reads what is installed.
pub(crate) async fn open(
    config: &Config,
    store: Arc<dyn Store>,
    keys: &Keys,
    master: &Arc<Master>,
) -> anyhow::Result<Running> {
    let registry = Arc::new(Registry::default());
    let notes = Arc::new(Notes::new(&registry, keys, master));
    notes.read(&*store).await.context("what plugins keep cannot be read")?;
    let log = Arc::clone(&notes) as Arc<dyn Log>;
    let broker = Blocking::new(Arc::new(broker(config, log)?), Handle::current());
    let parts = parts(config, &registry, &notes, master, Some(broker))?;
    let components = Components::new(parts).context("plugins cannot run on this machine")?;
    let runner = Arc::new(components.clone());
    let lets = LetPlugins { be_unsigned: config.dev, be_in_pages: config.plugins_in_pages };
    let board = Plugboard::open(store, registry, runner, lets)
        .await
        .context("what is installed of plugins cannot be read")?;
    Ok(Running { components: Arc::new(components), board, notes })
}

/// What sends the requests of plugins.
fn broker(config: &Config, log: Arc<dyn Log>) -> anyhow::Result<Broker> {
    #[cfg(debug_assertions)]
    if let Some(stand_in) = stand_in::StandIn::of_environment()? {
        return stand_in.broker(log);
    }
    let trust = Trust::new(Vec::new()).context("the authorities of TLS cannot be used")?;
    Ok(Broker::new(Arc::new(System), trust, log, config.plugins_reach_own_network))
}

/// The plugins that are installed, for a command that loads interviews and answers nobody.
pub(crate) async fn installed(
    config: &Config,
    store: Arc<dyn Store>,
    keys: &Keys,
    master: &Arc<Master>,
) -> anyhow::Result<Arc<dyn Plugins>> {
    let (components, registry) = runner(config, keys, master)?;
    let lets = LetPlugins { be_unsigned: true, be_in_pages: config.plugins_in_pages };
    Plugboard::open(store, registry, Arc::new(components.clone()), lets)
        .await
        .context("what is installed of plugins cannot be read")?;
    Ok(Arc::new(components))
}

/// What makes components ready for the command line: nothing of them is called for anybody.
pub(crate) fn runner(
    config: &Config,
    keys: &Keys,
    master: &Arc<Master>,
) -> anyhow::Result<(Components, Arc<Registry>)> {
    let registry = Arc::new(Registry::default());
    let notes = Notes::new(&registry, keys, master);
    let parts = parts(config, &registry, &Arc::new(notes), master, None)?;
    let components = Components::new(parts).context("plugins cannot run on this machine")?;
    Ok((components, registry))
}

fn parts(
    config: &Config,
    registry: &Arc<Registry>,
    notes: &Arc<Notes>,
    master: &Master,
    broker: Option<Blocking>,
) -> anyhow::Result<Parts> {
    let folder = config.data.join("compiled");
    let key = master.tag("compiled", &[]);
    Ok(Parts {
        registry: Arc::clone(registry),
        world: Arc::clone(notes) as Arc<dyn World>,
        apart: Some(apart()?),
        cache: Some(Cache::open(&folder, key).context("the folder of compiled plugins")?),
        broker,
        at_rest: crate::memory::overwrite_stack,
    })
}

/// Components of strangers are compiled by this program, in a process of its own.
pub(crate) fn apart() -> anyhow::Result<Apart> {
    let program = std::env::current_exe().context("this program does not know where it is")?;
    Ok(Apart::new(program, CompileLimits::default()))
}

/// Follows what is installed and decided, for ever: the command line and other servers write beside
/// this one, and what waited comes into force.
pub(crate) async fn keep_on(
    app: Arc<App>,
    config: Config,
    running: Arc<Followed>,
    bell: Arc<Bell>,
) {
    let mut due = tokio::time::interval(LOOK);
    let mut looks = 0_u32;
    loop {
        let is_due = tokio::select! {
            _ = due.tick() => true,
            () = bell.of_plugins() => false,
        };
        looks = looks.wrapping_add(u32::from(is_due));
        if let Err(error) = app.plugins.follow().await {
            tracing::error!(%error, "plugins could not be looked for; trying again");
        }
        running.follow(&app, &config);
        if is_due && looks.is_multiple_of(STORE_EVERY) {
            running.notes.store(&*app.store).await;
        }
        if bell.of_values()
            && let Err(error) = running.notes.read(&*app.store).await
        {
            tracing::error!(%error, "what plugins keep on other servers could not be read");
        }
    }
}

/// What interviews were loaded with.
pub(crate) struct Followed {
    pub(crate) components: Arc<dyn Plugins>,
    pub(crate) notes: Arc<Notes>,
    versions: Mutex<Vec<(String, [u8; 32])>>,
}

impl Followed {
    pub(crate) fn new(components: Arc<dyn Plugins>, notes: Arc<Notes>, app: &App) -> Self {
        let versions = Mutex::new(versions(app));
        Self { components, notes, versions }
    }

    /// Loads interviews again when another version of a plugin counts for them.
    fn follow(&self, app: &App, config: &Config) {
        let found = versions(app);
        let mut known = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == found {
            return;
        }
        *known = found;
        let names = app.catalogue.all().into_iter().map(|(name, _)| name).collect();
        match watch::load_all(&config.interviews, &app.catalogue, &names, &self.components) {
            Ok(()) => tracing::info!("plugins changed: interviews were loaded again"),
            Err(error) => tracing::error!("interviews could not be loaded again: {error:#}"),
        }
    }
}

/// Which package counts for each plugin now.
fn versions(app: &App) -> Vec<(String, [u8; 32])> {
    let known = app.plugins.known();
    let mut found: Vec<(String, [u8; 32])> = Vec::new();
    for package in known.shelf.all() {
        let name = package.plugin();
        if found.last().is_none_or(|(it, _)| it != name)
            && let Some(counts) = known.package_of(name, now())
        {
            found.push((name.to_owned(), counts.digest));
        }
    }
    found
}
