//! Packages of plugins for commands that load interviews without a server.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use affiant_backend::SwitchRow;
use affiant_component::{Components, Parts, World};
use affiant_manifest::{Installation, Manifest};
use affiant_plugins::{
    Choice, Decisions, Known, Package, Registry, Runner as _, Scope, Shelf, Sighting,
};
use affiant_runtime::{NoPlugins, Plugins};
use affiant_switch::{INSTALLATION, PLUGIN, WAIT};
use affiant_vault::Randomness as _;
use anyhow::{Context as _, bail};
use zeroize::Zeroizing;

use crate::plugins::apart;
use crate::system::{SystemRandomness, now};

/// The plugins that an author works with.
#[derive(Debug, clap::Args)]
pub(crate) struct WithPlugins {
    /// The package of a plugin that the interviews use; can be given several times. Its functions run
    /// as on a server where it is on, and reach no network.
    #[arg(long = "plugin", value_name = "FILE")]
    packages: Vec<PathBuf>,
}

impl WithPlugins {
    /// The plugins, on and ready. Fails for what is no package, and for one that does not run.
    pub(crate) fn ready(&self) -> anyhow::Result<Arc<dyn Plugins>> {
        if self.packages.is_empty() {
            return Ok(Arc::new(NoPlugins));
        }
        let registry = Arc::new(Registry::default());
        let components = Components::new(Parts {
            registry: Arc::clone(&registry),
            world: Arc::new(Desk),
            apart: Some(apart()?),
            cache: None,
            broker: None,
            at_rest: || {},
        });
        let components = components.context("plugins cannot run on this machine")?;
        let mut found = Vec::new();
        for file in &self.packages {
            let (package, component) =
                read(&fs_err::read(file)?).with_context(|| file.display().to_string())?;
            if let Err(why) = components.prepare(&package, &component) {
                bail!("{}: {why}", file.display());
            }
            found.push(Arc::new(package));
        }
        let rows = found.iter().map(|it| on(it)).collect();
        let shelf: Shelf = found.into_iter().collect();
        let decisions = Decisions::read(rows, &shelf);
        registry.replace(Known { shelf, decisions, ..Known::default() });
        Ok(Arc::new(components))
    }
}

fn read(bytes: &[u8]) -> anyhow::Result<(Package, Vec<u8>)> {
    let read = affiant_package::Package::read(bytes)?;
    let manifest = Manifest::parse(&read.package.manifest).manifest;
    let package = Package {
        digest: read.digest,
        publisher: read.publisher.map(affiant_package::PublisherKey::to_bytes),
        installed: now(),
        manifest: manifest.context("it has no manifest")?,
        text: read.package.manifest,
        script: read.package.script,
    };
    Ok((package, read.package.component))
}

/// A decision that switches a plugin on everywhere, made so long ago that it holds.
fn on(package: &Package) -> SwitchRow {
    let choice = Choice {
        digest: Some(package.digest),
        scope: Scope::Site,
        installation: Installation::default(),
    };
    let effective = now() - 1;
    SwitchRow {
        id: 1,
        name: format!("{PLUGIN}{}", package.plugin()),
        value: choice.text(),
        reason: "An author works with it.".to_owned(),
        by: INSTALLATION,
        second: None,
        asked: effective - WAIT,
        effective,
        cancelled: None,
    }
}

/// The world of an author: nothing is kept, and nothing is secret.
struct Desk;

impl World for Desk {
    fn seconds(&self) -> i64 {
        now()
    }

    fn fill(&self, buffer: &mut [u8]) -> bool {
        SystemRandomness.fill(buffer).is_ok()
    }

    fn secrets(&self, _: &str) -> BTreeMap<String, Zeroizing<String>> {
        BTreeMap::new()
    }

    fn kept(&self, _: &str, _: &str, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn keep(&self, _: &str, _: &str, _: &str, _: Option<Vec<u8>>) -> bool {
        true
    }

    fn keys(&self, _: &str, _: &str, _: &str, _: &str, _: usize) -> Vec<String> {
        Vec::new()
    }

    fn seen(&self, _: Sighting) {}
}
