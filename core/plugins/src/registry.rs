//! What a running server knows of plugins.

use std::sync::{Arc, PoisonError, RwLock};

use affiant_backend::PluginSecretRow;

use crate::choice::Choice;
use crate::decisions::Decisions;
use crate::shelf::{Package, Shelf};

/// What is installed and what was decided, as of one moment.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What is installed.
    pub shelf: Shelf,
    /// What was decided.
    pub decisions: Decisions,
    /// Secret settings, sealed.
    pub sealed: Vec<PluginSecretRow>,
}

impl Known {
    /// A plugin's package and the choice that is in force, if it is on anywhere at a moment.
    pub fn running(&self, plugin: &str, moment: i64) -> Option<(&Arc<Package>, &Choice)> {
        let choice = self.decisions.at(plugin, moment);
        if !choice.scope.is_on() {
            return None;
        }
        let package = self.shelf.get(choice.digest.as_ref()?)?;
        Some((package, choice))
    }

    /// All plugins that are on anywhere at a moment, by name.
    pub fn all_running(&self, moment: i64) -> Vec<(&Arc<Package>, &Choice)> {
        self.decisions.plugins().filter_map(|it| self.running(it, moment)).collect()
    }

    /// The package that stands for a plugin: the one that is on, else the one that was chosen last,
    /// else the one that was installed last.
    pub fn package_of(&self, plugin: &str, moment: i64) -> Option<&Arc<Package>> {
        let chosen = self.decisions.at(plugin, moment).digest;
        chosen
            .and_then(|it| self.shelf.get(&it))
            .or_else(|| self.shelf.of(plugin).into_iter().next())
    }
}

/// What a running server knows of plugins: read by every step, replaced as a whole.
#[derive(Debug, Default)]
pub struct Registry(RwLock<Arc<Known>>);

impl Registry {
    /// What is known now.
    pub fn known(&self) -> Arc<Known> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts something else in its place.
    pub fn replace(&self, known: Known) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }
}
