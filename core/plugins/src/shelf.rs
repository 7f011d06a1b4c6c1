//! The packages that are installed.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_manifest::{Manifest, Placement, ScopeLevel};

use crate::choice::{Choice, Scope};

/// A package that is installed.
#[derive(Clone, Debug)]
pub struct Package {
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// Who signed it, if somebody did.
    pub publisher: Option<[u8; 32]>,
    /// When it was installed, in seconds of the Unix epoch.
    pub installed: i64,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The text of that, which places point into.
    pub text: String,
    /// What runs in browsers, if something does.
    pub script: Option<String>,
}

impl Package {
    /// Name of the plugin, as in `org.example.shouting`.
    pub fn plugin(&self) -> &str {
        self.manifest.plugin.id.as_str()
    }

    /// Its version.
    pub fn version(&self) -> &str {
        self.manifest.plugin.version.as_str()
    }

    /// Whether what is chosen switches it on with a script in pages, where that can read what people
    /// type.
    pub fn puts_script_in_pages(&self, choice: &Choice) -> bool {
        let declaration = self.manifest.open_declaration(choice.installation.clone());
        let placement = declaration.ok().and_then(|it| it.placement());
        choice.scope.is_on() && placement == Some(Placement::Page)
    }

    /// Whether its manifest lets it be on in these places; when that says nothing, anywhere. Off it can
    /// always be.
    pub fn may_be_on(&self, scope: &Scope) -> bool {
        let level = match scope {
            Scope::Off => return true,
            Scope::Interviews(_) => ScopeLevel::Interview,
            Scope::Site => ScopeLevel::Site,
        };
        let levels = self.manifest.scope.as_ref().map(|it| &it.levels);
        levels.is_none_or(|it| it.is_empty() || it.contains(&level))
    }
}

/// All packages that are installed, by digest.
#[derive(Clone, Debug, Default)]
pub struct Shelf(BTreeMap<[u8; 32], Arc<Package>>);

impl Shelf {
    /// The package of this digest.
    pub fn get(&self, digest: &[u8; 32]) -> Option<&Arc<Package>> {
        self.0.get(digest)
    }

    /// All of them, by plugin, the one that was installed last first.
    pub fn all(&self) -> Vec<&Arc<Package>> {
        let mut all: Vec<&Arc<Package>> = self.0.values().collect();
        all.sort_by(|a, b| {
            (a.plugin(), b.installed, &a.digest).cmp(&(b.plugin(), a.installed, &b.digest))
        });
        all
    }

    /// The packages of a plugin, the one that was installed last first.
    pub fn of(&self, plugin: &str) -> Vec<&Arc<Package>> {
        self.all().into_iter().filter(|it| it.plugin() == plugin).collect()
    }
}

impl FromIterator<Arc<Package>> for Shelf {
    fn from_iter<T: IntoIterator<Item = Arc<Package>>>(packages: T) -> Self {
        Self(packages.into_iter().map(|it| (it.digest, it)).collect())
    }
}
