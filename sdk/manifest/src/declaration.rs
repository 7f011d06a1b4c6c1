//! What a manifest says for the settings chosen.

use std::collections::BTreeMap;

use crate::combination::Combination;
use crate::model::{
    BrowserStorage, Capability, Consent, DataItem, Encryption, Host, KeyCustody, Manifest, Network,
    NoEgress, Recipient, ServerStorage, TakenFrom, Value, When,
};
use crate::settings::Installation;
use crate::vocabulary::{CapabilityId, Category, CategoryRef, Gate};

/// What a plugin does with the settings chosen: those items of its manifest whose condition holds.
#[derive(Clone, Debug)]
pub struct Declaration<'m> {
    /// The whole manifest.
    pub manifest: &'m Manifest,
    /// The settings that decided.
    pub combination: Combination,
    /// What the administrator said of this installation.
    pub installation: Installation,
    /// What it may do.
    pub capabilities: Vec<&'m Capability>,
    /// Who gets data.
    pub recipients: Vec<&'m Recipient>,
    /// Which data it handles.
    pub data: Vec<&'m DataItem>,
    /// Whom it connects to.
    pub network: Vec<&'m Network>,
    /// What it leaves in browsers.
    pub browser_storage: Vec<&'m BrowserStorage>,
    /// What the host keeps for it.
    pub server_storage: Vec<&'m ServerStorage>,
    /// What it does to encryption.
    pub encryption: Vec<&'m Encryption>,
    /// What it does to who holds a key.
    pub key_custody: Vec<&'m KeyCustody>,
    /// Why nothing leaves.
    pub no_egress: Option<&'m NoEgress>,
    /// What people must agree to.
    pub consent: Vec<&'m Consent>,
}

/// Where a script runs in browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In a frame of an origin of its own, which sees nothing of the page.
    Frame,
    /// In the page, where it can read what people type.
    Page,
}

impl<'m> Declaration<'m> {
    /// What holds for this combination of settings, with nothing known of the installation.
    pub fn of(manifest: &'m Manifest, combination: Combination) -> Self {
        Self::at(manifest, combination, Installation::default())
    }

    pub(crate) fn at(
        manifest: &'m Manifest,
        combination: Combination,
        installation: Installation,
    ) -> Self {
        fn held<'m, T>(
            combination: &Combination,
            items: &'m [T],
            when: impl Fn(&T) -> Option<&When>,
        ) -> Vec<&'m T> {
            items.iter().filter(|it| combination.holds(when(it))).collect()
        }
        let by = &combination;
        Self {
            manifest,
            capabilities: held(by, &manifest.capabilities, |it| it.when.as_ref()),
            recipients: held(by, &manifest.recipients, |it| it.when.as_ref()),
            data: held(by, &manifest.data, |it| it.when.as_ref()),
            network: held(by, &manifest.network, |it| it.when.as_ref()),
            browser_storage: held(by, &manifest.browser_storage, |it| it.when.as_ref()),
            server_storage: held(by, &manifest.server_storage, |it| it.when.as_ref()),
            encryption: held(by, &manifest.encryption, |it| it.when.as_ref()),
            key_custody: held(by, &manifest.key_custody, |it| it.when.as_ref()),
            no_egress: manifest.no_egress.as_ref().filter(|it| by.holds(it.when.as_ref())),
            consent: held(by, &manifest.consent, |it| it.when.as_ref()),
            combination,
            installation,
        }
    }

    /// The capability of this name, if the plugin has it.
    pub fn capability(&self, id: CapabilityId) -> Option<&'m Capability> {
        self.capabilities.iter().copied().find(|it| it.id.value == id)
    }

    /// The recipient of this name, if there is one with these settings.
    pub fn recipient(&self, id: &str) -> Option<&'m Recipient> {
        self.recipients.iter().copied().find(|it| it.id.value.as_str() == id)
    }

    /// The data item of this name, if there is one with these settings.
    pub fn data_item(&self, id: &str) -> Option<&'m DataItem> {
        self.data.iter().copied().find(|it| it.id.value.as_str() == id)
    }

    /// Those who get a data item, among the recipients that there are with these settings.
    pub fn recipients_of(&self, item: &DataItem) -> Vec<&'m Recipient> {
        item.recipients.iter().filter_map(|it| self.recipient(it.value.as_str())).collect()
    }

    /// The data items that a connection may carry.
    pub fn carried_by(&self, network: &Network) -> Vec<&'m DataItem> {
        network.carries.iter().filter_map(|it| self.data_item(it.value.as_str())).collect()
    }

    /// The strictest consent that is asked for.
    pub fn gate(&self) -> Gate {
        self.consent.iter().map(|it| it.gate).max().unwrap_or(Gate::None)
    }

    /// What a setting is set to: what decides, then what the administrator said.
    pub(crate) fn setting(&self, from: &TakenFrom) -> Option<&Value> {
        let TakenFrom::Setting(name) = from else { return None };
        self.combination.get(name).or_else(|| self.installation.values.get(name))
    }

    /// Where its script runs in browsers, if it has one with these settings.
    pub fn placement(&self) -> Option<Placement> {
        let capability = self.capability(CapabilityId::PageInjectScript)?;
        let said = capability.placement_from.as_ref().and_then(|it| self.setting(&it.value));
        // What does not say that it stays apart, is in the page.
        let is_apart = said.is_some_and(|it| it.to_string() == "frame");
        Some(if is_apart { Placement::Frame } else { Placement::Page })
    }

    /// What is set, or holds without being set, and is no secret; by the settings' names.
    pub fn open_settings(&self) -> BTreeMap<&'m str, Value> {
        let open = self.manifest.settings.0.iter().filter(|(_, it)| !it.secret);
        let held = open.filter_map(|(name, setting)| {
            let set = self.combination.get(&name.value);
            let set = set.or_else(|| self.installation.values.get(&name.value));
            let value = set.or_else(|| setting.default.as_ref().map(|it| &it.value))?;
            Some((name.value.as_str(), value.clone()))
        });
        held.collect()
    }

    /// The name of the host that a connection goes to, when it is known.
    ///
    /// A setting's address gives away its host alone: the rest can be a secret.
    pub fn host_name(&self, network: &Network) -> Option<String> {
        if let Some(host) = &network.host {
            return Some(host.value.as_str().to_owned());
        }
        let from = &network.host_from.as_ref()?.value;
        let Value::Text(address) = self.setting(from)? else { return None };
        let parsed = url::Url::parse(address).ok()?;
        parsed.host_str().map(str::to_owned)
    }

    /// Whether a connection may go to this host.
    pub fn allows_host(&self, network: &Network, name: &str) -> bool {
        match &network.host {
            Some(host) => Host::covers(&host.value, name),
            None => self.host_name(network).is_some_and(|it| it == name),
        }
    }

    /// The term of the vocabulary that a category is, or is a part of. `None` stands for whatever the
    /// interview's fields are.
    pub fn known_category(&self, category: &CategoryRef) -> Option<Category> {
        match category {
            CategoryRef::Inherit => None,
            CategoryRef::Known(category) => Some(*category),
            CategoryRef::Extension(id) => {
                let term = self.manifest.terms.iter().find(|it| it.id.value == *id);
                term.map(|it| it.broader.value)
            }
        }
    }
}
