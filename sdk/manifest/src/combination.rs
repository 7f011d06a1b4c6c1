//! Every combination of settings that changes what a manifest says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::{Manifest, Setting, TakenFrom, Value, When};
use crate::vocabulary::SettingType;

/// Most combinations that a manifest can have: all are checked.
pub const MAX_COMBINATIONS: usize = 1_024;

/// What each setting that a condition asks for is set to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination(BTreeMap<String, Value>);

impl Combination {
    pub(crate) fn new(values: BTreeMap<String, Value>) -> Self {
        Self(values)
    }

    /// What a setting is set to, if conditions ask for it.
    pub fn get(&self, setting: &str) -> Option<&Value> {
        self.0.get(setting)
    }

    pub(crate) fn values(&self) -> &BTreeMap<String, Value> {
        &self.0
    }

    /// Whether an item with this condition holds. A condition on something that is not set does not.
    pub(crate) fn holds(&self, when: Option<&When>) -> bool {
        let Some(when) = when else { return true };
        let value = self.0.get(&when.setting.value);
        value.is_some_and(|value| when.is.0.iter().any(|it| it.value == *value))
    }
}

impl fmt::Display for Combination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (name, value)) in self.0.iter().enumerate() {
            let between = if number == 0 { "" } else { ", " };
            write!(f, "{between}`{name}` is `{value}`")?;
        }
        Ok(())
    }
}

impl Setting {
    /// All values, when there are few enough to name.
    pub(crate) fn finite_values(&self) -> Option<Vec<Value>> {
        match self.kind.value {
            SettingType::Bool => Some(vec![Value::Bool(false), Value::Bool(true)]),
            SettingType::Enum => {
                Some(self.values.iter().map(|it| Value::Text(it.value.clone())).collect())
            }
            _ => None,
        }
    }
}

impl Manifest {
    /// Every condition of every item.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &When> {
        let items = [
            self.capabilities.iter().map(|it| &it.when).collect::<Vec<_>>(),
            self.recipients.iter().map(|it| &it.when).collect(),
            self.data.iter().map(|it| &it.when).collect(),
            self.network.iter().map(|it| &it.when).collect(),
            self.browser_storage.iter().map(|it| &it.when).collect(),
            self.server_storage.iter().map(|it| &it.when).collect(),
            self.encryption.iter().map(|it| &it.when).collect(),
            self.key_custody.iter().map(|it| &it.when).collect(),
            self.no_egress.iter().map(|it| &it.when).collect(),
            self.consent.iter().map(|it| &it.when).collect(),
        ];
        items.into_iter().flatten().flatten()
    }

    /// The settings that change what the manifest says, each with its values, in the order of names.
    pub(crate) fn deciding_settings(&self) -> Vec<(&str, Vec<Value>)> {
        let placements = self.capabilities.iter().filter_map(|it| it.placement_from.as_ref());
        let ways = self.network.iter().filter_map(|it| it.tls_from.as_ref());
        let named = placements.chain(ways).filter_map(|it| match &it.value {
            TakenFrom::Setting(name) => Some(name.as_str()),
            TakenFrom::Admin => None,
        });
        let asked: BTreeSet<&str> =
            self.conditions().map(|it| it.setting.value.as_str()).chain(named).collect();
        let settings = self.settings.0.iter();
        settings
            .filter(|(name, _)| asked.contains(name.value.as_str()))
            .filter_map(|(name, it)| Some((name.value.as_str(), it.finite_values()?)))
            .collect()
    }

    /// How many combinations of settings there are.
    pub(crate) fn combination_count(&self) -> usize {
        let counts = self.deciding_settings().into_iter().map(|(_, values)| values.len());
        counts.fold(1, usize::saturating_mul)
    }

    /// Every combination of settings; at most [`MAX_COMBINATIONS`], since no more are allowed.
    pub fn combinations(&self) -> Vec<Combination> {
        let mut all = vec![BTreeMap::new()];
        for (name, values) in self.deciding_settings() {
            let longer = all.iter().flat_map(|known| {
                values.iter().map(move |value| {
                    let mut longer: BTreeMap<String, Value> = known.clone();
                    longer.insert(name.to_owned(), value.clone());
                    longer
                })
            });
            all = longer.take(MAX_COMBINATIONS).collect();
        }
        all.into_iter().map(Combination).collect()
    }
}
