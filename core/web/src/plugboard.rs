//! The plugins of a running server: every package and every decision goes through here.

use std::sync::{Arc, Mutex, PoisonError};

use affiant_backend::{Change, PackageRow, PluginChange, StorageError, Store};
use affiant_manifest::Manifest;
use affiant_package::{MAX_PACKAGE, PackageError};
use affiant_plugins::{
    Choice, Decisions, Happening, Known, Learner, Package, Registry, Runner, Shelf,
};
use affiant_switch::{Asked, Refused, Second};

/// Who stands for the command line among those who decide.
pub const COMMAND_LINE: i64 = affiant_switch::INSTALLATION;

/// Why a package was not installed.
#[derive(Debug, thiserror::Error)]
pub enum NotInstalled {
    /// It is none, or somebody changed it.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Nobody signed it, and the server is not one for trying things out.
    #[error(
        "nobody signed this package: sign it with `affiant plugin sign`, or try it with `affiant serve --dev`"
    )]
    Unsigned,
    /// Somebody else signed the plugin before.
    #[error(
        "version {0} of this plugin was signed by somebody else: remove the plugin first if its new publisher is to be trusted"
    )]
    OtherPublisher(String),
    /// The same version is there with other contents.
    #[error(
        "version {0} of this plugin is installed with other contents: give the new one a new version"
    )]
    SameVersion(String),
    /// The same package is there.
    #[error("this package is installed already")]
    Already,
    /// It does not run here.
    #[error("the plugin does not run here: {0}")]
    DoesNotRun(String),
    /// The store does not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why something was not decided about a plugin.
#[derive(Debug, thiserror::Error)]
pub enum PluginUndecided {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The package is not installed, or its settings do not fit.
    #[error("this version is not installed, or these settings do not fit it")]
    Unfit,
    /// Its manifest does not let it be on there.
    #[error("its manifest does not let this plugin be on in these places")]
    NotThere,
    /// A script of it would be in pages, which the operator does not let it.
    #[error(
        "with these settings a script is in the page itself, where it can read what people type: choose others, or set `plugins_in_pages = true` in the configuration"
    )]
    InPage,
    /// It is on, so that it cannot be removed.
    #[error("the plugin is on: switch it off first")]
    On,
    /// The store does not answer. A conflict means that somebody else was first.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What the operator lets plugins be.
#[derive(Clone, Copy, Debug, Default)]
pub struct LetPlugins {
    /// Packages that nobody signed are taken.
    pub be_unsigned: bool,
    /// Their scripts may be in pages, where they can read what people type.
    pub be_in_pages: bool,
}

/// The plugins of a server.
pub struct Plugboard {
    store: Arc<dyn Store>,
    registry: Arc<Registry>,
    runner: Arc<dyn Runner>,
    lets: LetPlugins,
    /// What the store said when it was last read as a whole.
    stamp: Mutex<[i64; 6]>,
}

impl Plugboard {
    /// Reads what is installed and what was decided. A package that does not run any more is told in
    /// the log, and its plugin is as good as off.
    pub async fn open(
        store: Arc<dyn Store>,
        registry: Arc<Registry>,
        runner: Arc<dyn Runner>,
        lets: LetPlugins,
    ) -> Result<Self, StorageError> {
        let stamp = Mutex::default();
        let board = Self { store, registry, runner, lets, stamp };
        board.reload().await?;
        for unfit in board.registry.known().decisions.unfit() {
            tracing::error!("{unfit}: somebody may have changed the database by other means");
        }
        Ok(board)
    }

    /// What is known now.
    pub fn known(&self) -> Arc<Known> {
        self.registry.known()
    }

    /// Whether scripts of plugins may be in pages.
    pub fn may_be_in_pages(&self) -> bool {
        self.lets.be_in_pages
    }

    /// Something happened that these plugins may learn of, each for a person who agreed.
    pub fn tell(&self, happening: Happening, learners: Vec<Learner>) {
        self.runner.tell(happening, learners);
    }

    /// Somebody took back what they had agreed to: what others hold of their visit is to be erased.
    pub fn unlearn(&self, interview: String, learners: Vec<Learner>) {
        self.runner.unlearn(interview, learners);
    }

    /// Installs a package, which changes nothing of what runs. Returns it.
    pub async fn install(
        &self,
        bytes: Vec<u8>,
        by: i64,
        now: i64,
        also: Vec<Change>,
    ) -> Result<Arc<Package>, NotInstalled> {
        let (package, component) = read(&bytes, now)?;
        let known = self.registry.known();
        if package.publisher.is_none() && !self.lets.be_unsigned {
            return Err(NotInstalled::Unsigned);
        }
        if known.shelf.get(&package.digest).is_some() {
            return Err(NotInstalled::Already);
        }
        for other in known.shelf.of(package.plugin()) {
            if other.publisher != package.publisher {
                return Err(NotInstalled::OtherPublisher(other.version().to_owned()));
            }
            if other.version() == package.version() {
                return Err(NotInstalled::SameVersion(other.version().to_owned()));
            }
        }
        let package = self.prepare(package, component).await.map_err(NotInstalled::DoesNotRun)?;
        let row = PackageRow {
            digest: package.digest,
            plugin: package.plugin().to_owned(),
            version: package.version().to_owned(),
            installed: now,
            by,
        };
        let mut changes = vec![Change::Plugin(PluginChange::PutPackage(row, bytes.into()))];
        changes.extend(also);
        self.commit(changes).await?;
        Ok(package)
    }

    /// Removes all packages of a plugin that is off, with its secret settings.
    pub async fn remove(
        &self,
        plugin: &str,
        now: i64,
        also: Vec<Change>,
    ) -> Result<(), PluginUndecided> {
        let known = self.registry.known();
        if known.decisions.at(plugin, now).scope.is_on() {
            return Err(PluginUndecided::On);
        }
        let mut changes =
            vec![Change::Plugin(PluginChange::DeletePluginSecrets(plugin.to_owned()))];
        for package in known.shelf.of(plugin) {
            changes.push(Change::Plugin(PluginChange::DeletePackage(package.digest)));
            self.runner.forget(&package.digest);
        }
        changes.extend(also);
        Ok(self.commit(changes).await?)
    }

    /// What would be stored if an administrator chose something for a plugin now. Everybody who wants
    /// something asks here, and nothing is decided that was not.
    pub fn consider(
        &self,
        plugin: &str,
        to: &Choice,
        why: &str,
        by: i64,
        now: i64,
    ) -> Result<Asked, PluginUndecided> {
        let known = self.registry.known();
        let package = to.digest.and_then(|it| known.shelf.get(&it));
        let fits = package.is_some_and(|package| {
            package.plugin() == plugin
                && package.manifest.open_declaration(to.installation.clone()).is_ok()
        });
        if to.scope.is_on() && !fits {
            return Err(PluginUndecided::Unfit);
        }
        if package.is_some_and(|it| !it.may_be_on(&to.scope)) {
            return Err(PluginUndecided::NotThere);
        }
        if !self.lets.be_in_pages && package.is_some_and(|it| it.puts_script_in_pages(to)) {
            return Err(PluginUndecided::InPage);
        }
        Ok(known.decisions.ask(plugin, to, why, by, now, &known.shelf)?)
    }

    /// An administrator chooses something for a plugin. What weakens privacy waits; then the number
    /// of the decision is returned. `also` is done in the same transaction, sealed settings too.
    pub async fn ask(
        &self,
        plugin: &str,
        to: &Choice,
        why: &str,
        by: i64,
        now: i64,
        also: Vec<Change>,
    ) -> Result<Option<i64>, PluginUndecided> {
        let asked = self.consider(plugin, to, why, by, now)?;
        let mut changes: Vec<Change> =
            asked.cancels.map(|id| Change::CancelSwitch { id, at: now }).into_iter().collect();
        changes.push(Change::DecideSwitch(asked.row));
        changes.extend(also);
        self.commit(changes).await?;
        Ok(self.registry.known().decisions.waiting(plugin, now).map(|it| it.id))
    }

    /// A second administrator agrees to what waits.
    pub async fn agree(
        &self,
        id: i64,
        second: Second,
        now: i64,
        also: Vec<Change>,
    ) -> Result<(), PluginUndecided> {
        self.registry.known().decisions.agree(id, second, now)?;
        let mut changes = vec![Change::AgreeSwitch { id, second: second.number, effective: now }];
        changes.extend(also);
        Ok(self.commit(changes).await?)
    }

    /// An administrator takes back what waits.
    pub async fn cancel(
        &self,
        id: i64,
        now: i64,
        also: Vec<Change>,
    ) -> Result<(), PluginUndecided> {
        self.registry.known().decisions.cancel(id, now)?;
        let mut changes = vec![Change::CancelSwitch { id, at: now }];
        changes.extend(also);
        Ok(self.commit(changes).await?)
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<(), StorageError> {
        let done = self.store.commit(changes).await;
        // After a conflict too: what was known is out of date then.
        self.reload().await?;
        done
    }

    /// Reads what others stored, if they did: the command line installs beside a running server.
    ///
    /// An idle server reads numbers and nothing else: no word of a decision passes its memory.
    pub async fn follow(&self) -> Result<(), StorageError> {
        let stamp = self.store.plugin_stamp().await?;
        if *self.stamp.lock().unwrap_or_else(PoisonError::into_inner) == stamp {
            return Ok(());
        }
        self.reload().await
    }

    /// Reads all that is stored.
    pub async fn reload(&self) -> Result<(), StorageError> {
        let stamp = self.store.plugin_stamp().await?;
        let known = self.registry.known();
        let (mut shelf, mut missing) = (Vec::new(), Vec::new());
        for row in self.store.packages().await? {
            match known.shelf.get(&row.digest) {
                Some(package) => shelf.push(Arc::clone(package)),
                None => missing.push(row),
            }
        }
        // Making a package ready takes time: what is off on another server is off here meanwhile.
        self.replace(shelf.clone()).await?;
        if !missing.is_empty() {
            for row in &missing {
                shelf.extend(self.fetch(row).await?);
            }
            self.replace(shelf).await?;
        }
        *self.stamp.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
        Ok(())
    }

    /// What counts from now on, of these packages.
    async fn replace(&self, shelf: Vec<Arc<Package>>) -> Result<(), StorageError> {
        let shelf: Shelf = shelf.into_iter().collect();
        let decisions = Decisions::read(self.store.switches().await?, &shelf);
        let sealed = self.store.plugin_secrets().await?;
        self.registry.replace(Known { shelf, decisions, sealed });
        Ok(())
    }

    /// A package of the store, made ready; `None` if it does not run.
    async fn fetch(&self, row: &PackageRow) -> Result<Option<Arc<Package>>, StorageError> {
        let Some(bytes) = self.store.package_bytes(row.digest).await? else { return Ok(None) };
        let told = |why: String| {
            tracing::error!(plugin = row.plugin, version = row.version, "not used: {why}");
            None
        };
        let (package, component) = match read(&bytes, row.installed) {
            Ok((package, component)) if package.digest == row.digest => (package, component),
            Ok(_) => return Ok(told("its bytes are not those that were installed".to_owned())),
            Err(error) => return Ok(told(error.to_string())),
        };
        Ok(self.prepare(package, component).await.map_or_else(told, Some))
    }

    async fn prepare(&self, package: Package, component: Vec<u8>) -> Result<Arc<Package>, String> {
        let (runner, package) = (Arc::clone(&self.runner), Arc::new(package));
        let prepared = Arc::clone(&package);
        let work = move || runner.prepare(&prepared, &component);
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done.map(|()| package),
            Err(_) => Err("making it ready broke off".to_owned()),
        }
    }
}

/// Reads a package: what it says of itself, and its component.
fn read(bytes: &[u8], installed: i64) -> Result<(Package, Vec<u8>), PackageError> {
    let read = affiant_package::Package::read(bytes)?;
    // What was read has a manifest that can be used.
    let manifest = Manifest::parse(&read.package.manifest).manifest;
    let manifest = manifest.ok_or(PackageError::NoComponent)?;
    let package = Package {
        digest: read.digest,
        publisher: read.publisher.map(affiant_package::PublisherKey::to_bytes),
        installed,
        manifest,
        text: read.package.manifest,
        script: read.package.script,
    };
    Ok((package, read.package.component))
}

/// Most bytes of a package, for what takes one in.
pub const LARGEST_PACKAGE: usize = MAX_PACKAGE;
