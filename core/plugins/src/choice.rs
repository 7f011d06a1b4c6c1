//! What a decision about a plugin decides, and how it is stored.

use std::collections::{BTreeMap, BTreeSet};

use affiant_manifest::{
    Country, Installation, RecipientFacts, Sentence, TransferBasis, Url, Value,
};
use serde::{Deserialize, Serialize};

/// Where a plugin is switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Nowhere.
    #[default]
    Off,
    /// In the interviews of these names.
    Interviews(BTreeSet<String>),
    /// In all interviews of the site.
    Site,
}

impl Scope {
    /// Whether it is on in an interview.
    pub fn covers(&self, interview: &str) -> bool {
        match self {
            Self::Off => false,
            Self::Interviews(names) => names.contains(interview),
            Self::Site => true,
        }
    }

    /// Whether it is on anywhere.
    pub fn is_on(&self) -> bool {
        match self {
            Self::Off => false,
            Self::Interviews(names) => !names.is_empty(),
            Self::Site => true,
        }
    }

    /// Whether it is on wherever another one is.
    pub fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Site, _) | (_, Self::Off) => true,
            (Self::Interviews(these), Self::Interviews(those)) => these.is_superset(those),
            (Self::Interviews(_), Self::Site) => false,
            (Self::Off, other) => !other.is_on(),
        }
    }
}

/// What a decision decides: which version of a plugin, where, with which settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// The package, by the SHA-256 of its bytes. Nothing is decided about any when it is off from
    /// the beginning.
    pub digest: Option<[u8; 32]>,
    /// Where it is on.
    pub scope: Scope,
    /// Its settings but the secret ones, and what the administrator knows of recipients.
    pub installation: Installation,
}

/// The same as it is stored.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    package: Option<String>,
    #[serde(rename = "where")]
    scope: StoredScope,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, StoredValue>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    recipients: BTreeMap<String, StoredRecipient>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum StoredScope {
    Off,
    Interviews(BTreeSet<String>),
    Site,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum StoredValue {
    Bool(bool),
    Int(u32),
    Text(String),
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct StoredRecipient {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy_policy: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transfer_basis: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    onward: Vec<String>,
}

impl Choice {
    /// As it is stored.
    pub fn text(&self) -> String {
        let scope = match &self.scope {
            Scope::Off => StoredScope::Off,
            Scope::Interviews(names) => StoredScope::Interviews(names.clone()),
            Scope::Site => StoredScope::Site,
        };
        let settings = self.installation.values.iter().map(|(name, value)| {
            let value = match value {
                Value::Bool(it) => StoredValue::Bool(*it),
                Value::Int(it) => StoredValue::Int(*it),
                Value::Text(it) => StoredValue::Text(it.clone()),
            };
            (name.clone(), value)
        });
        let recipients = self.installation.recipients.iter();
        let stored = Stored {
            package: self.digest.map(hex::encode),
            scope,
            settings: settings.collect(),
            recipients: recipients.map(|(id, it)| (id.clone(), stored_recipient(it))).collect(),
        };
        // Maps with text keys and plain values always have a form.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what is stored; `None` when it means nothing to this version.
    pub fn read(text: &str) -> Option<Self> {
        let stored: Stored = serde_json::from_str(text).ok()?;
        let digest = match stored.package {
            Some(text) => Some(hex::decode(text).ok()?.try_into().ok()?),
            None => None,
        };
        let scope = match stored.scope {
            StoredScope::Off => Scope::Off,
            StoredScope::Interviews(names) => Scope::Interviews(names),
            StoredScope::Site => Scope::Site,
        };
        if digest.is_none() && scope.is_on() {
            return None;
        }
        let values = stored.settings.into_iter().map(|(name, value)| {
            let value = match value {
                StoredValue::Bool(it) => Value::Bool(it),
                StoredValue::Int(it) => Value::Int(it),
                StoredValue::Text(it) => Value::Text(it),
            };
            (name, value)
        });
        let recipients = stored.recipients.into_iter();
        let recipients = recipients.map(|(id, it)| Some((id, read_recipient(&it)?)));
        let installation = Installation {
            values: values.collect(),
            recipients: recipients.collect::<Option<_>>()?,
        };
        Some(Self { digest, scope, installation })
    }

    /// The same, switched off.
    #[must_use]
    pub fn off(&self) -> Self {
        Self { scope: Scope::Off, ..self.clone() }
    }
}

fn stored_recipient(facts: &RecipientFacts) -> StoredRecipient {
    StoredRecipient {
        name: facts.name.as_ref().map(ToString::to_string),
        country: facts.country.as_ref().map(ToString::to_string),
        privacy_policy: facts.privacy_policy.as_ref().map(ToString::to_string),
        transfer_basis: facts.transfer_basis.iter().map(ToString::to_string).collect(),
        onward: facts.onward.iter().map(ToString::to_string).collect(),
    }
}

fn read_recipient(stored: &StoredRecipient) -> Option<RecipientFacts> {
    let sentence = |it: &str| Sentence::parse(it).ok();
    let StoredRecipient { name, country, privacy_policy, .. } = &stored;
    let facts = RecipientFacts {
        name: name.as_deref().and_then(sentence),
        country: country.as_deref().and_then(|it| Country::parse(it).ok()),
        privacy_policy: privacy_policy.as_deref().and_then(|it| Url::parse(it).ok()),
        transfer_basis: stored
            .transfer_basis
            .iter()
            .map(|it| TransferBasis::named(it))
            .collect::<Option<_>>()?,
        onward: stored.onward.iter().map(|it| sentence(it)).collect::<Option<_>>()?,
    };
    // What is there and means nothing is no reason to forget it.
    let is_whole = facts.name.is_some() == name.is_some()
        && facts.country.is_some() == country.is_some()
        && facts.privacy_policy.is_some() == privacy_policy.is_some();
    is_whole.then_some(facts)
}
