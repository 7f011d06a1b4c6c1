//! From a declaration to its facts.

use super::{Fact, Facts, Scale};
use crate::declaration::Declaration;
use crate::model::{DataItem, Network, Recipient, Retention, TakenFrom};
use crate::vocabulary::{
    AtRest, CapabilityId, EncryptionEffect, Gate, Holder, IfDenied, InTransit, RightSupport,
    Scheme, ScopeDefault, Sees, Signal, Source,
};

/// Stands for what a manifest does not say, where that is no word of its own.
const UNSAID: &str = "unsaid";

pub(super) fn collect(declaration: &Declaration<'_>) -> Facts {
    let mut facts = Facts::default();
    capabilities(declaration, &mut facts);
    declaration.recipients.iter().for_each(|it| recipient(declaration, it, &mut facts));
    declaration.data.iter().for_each(|it| data(declaration, it, &mut facts));
    declaration.network.iter().for_each(|it| network(declaration, it, &mut facts));
    storage(declaration, &mut facts);
    encryption(declaration, &mut facts);
    custody(declaration, &mut facts);
    consent(declaration, &mut facts);
    rights(declaration, &mut facts);
    rest(declaration, &mut facts);
    facts
}

fn capabilities(declaration: &Declaration<'_>, facts: &mut Facts) {
    for capability in &declaration.capabilities {
        facts.held.insert(Fact::Capability(capability.id.value));
        facts.held.extend(capability.events.iter().map(|it| Fact::Event(it.value)));
    }
}

/// The name that people see: the administrator's, else the author's.
fn name(declaration: &Declaration<'_>, recipient: &Recipient) -> String {
    let said = declaration.installation.recipients.get(recipient.id.value.as_str());
    let name = said.and_then(|it| it.name.as_ref()).unwrap_or(&recipient.name);
    name.as_str().to_owned()
}

fn recipient(declaration: &Declaration<'_>, recipient: &Recipient, facts: &mut Facts) {
    let name = name(declaration, recipient);
    let roles = [Some(&recipient.role), recipient.also_role.as_ref()];
    facts.held.extend(
        roles
            .into_iter()
            .flatten()
            .map(|it| Fact::Recipient { name: name.clone(), role: it.value }),
    );
    let said = declaration.installation.recipients.get(recipient.id.value.as_str());
    let country = said.and_then(|it| it.country.as_ref()).or(recipient.country.as_ref());
    if let Some(country) = country {
        let country = country.as_str().to_owned();
        facts.held.insert(Fact::Country { name: name.clone(), country });
    }
    facts.raise(Scale::Onward(name), recipient.onward as u64, recipient.onward.as_str());
}

fn source(declaration: &Declaration<'_>, source: &Source) -> String {
    match source {
        Source::Origin(origin) => format!("source.{origin}"),
        Source::Recipient(id) => {
            declaration.recipient(id).map_or_else(|| id.clone(), |it| name(declaration, it))
        }
    }
}

fn data(declaration: &Declaration<'_>, item: &DataItem, facts: &mut Facts) {
    let source = source(declaration, &item.source.value);
    for category in &item.categories {
        let category = category.value.to_string();
        let both = || (source.clone(), category.clone());
        facts.held.insert(Fact::Data { source: source.clone(), category: category.clone() });
        let (a, b) = both();
        facts.raise(Scale::Form(a, b), item.form as u64, item.form.as_str());
        let (a, b) = both();
        facts.raise(Scale::Linkage(a, b), item.linkage as u64, item.linkage.as_str());
        let (a, b) = both();
        facts.raise(Scale::Exposure(a, b), item.exposure as u64, item.exposure.as_str());
        let (a, b) = both();
        let (order, word) = retention(&item.retention);
        facts.raise(Scale::Retention(a, b), order, word);
        for recipient in declaration.recipients_of(item) {
            let name = name(declaration, recipient);
            facts.held.insert(Fact::Sent { name, category: category.clone() });
        }
    }
    facts.held.extend(item.fields.iter().map(|it| Fact::Field(it.value.as_str().to_owned())));
    facts.held.extend(item.purposes.iter().map(|it| Fact::Purpose(it.value)));
    facts.held.extend(item.processing.iter().map(|it| Fact::Processing(*it)));
}

/// First by what decides, then by how long.
fn retention(retention: &Retention) -> (u64, String) {
    const FOR_EVER: u64 = (1 << 40) - 1;
    let longest = retention.max.as_ref().map_or(FOR_EVER, |it| it.seconds().min(FOR_EVER - 1));
    let kind = retention.kind;
    let word = retention
        .max
        .as_ref()
        .map_or_else(|| kind.as_str().to_owned(), |it| format!("{kind} {}", it.as_str()));
    (((kind as u64) << 40) + longest, word)
}

fn address(declaration: &Declaration<'_>, network: &Network) -> String {
    let host = declaration.host_name(network).unwrap_or_else(|| {
        match network.host_from.as_ref().map(|it| &it.value) {
            Some(TakenFrom::Setting(name)) => format!("{{{name}}}"),
            Some(TakenFrom::Admin) | None => String::new(),
        }
    });
    let scheme = network.scheme.as_ref().map_or("tcp", |it| it.value.as_str());
    let path = network.path_prefix.as_ref().map_or("/", |it| it.as_str());
    if network.scheme.is_some() {
        format!("{scheme}://{host}{path}")
    } else {
        format!("{scheme}://{host}")
    }
}

fn network(declaration: &Declaration<'_>, network: &Network, facts: &mut Facts) {
    let address = address(declaration, network);
    facts.held.insert(Fact::Host { used: network.used.value, address: address.clone() });
    if network.methods.is_empty() {
        facts.held.insert(Fact::Method { address: address.clone(), method: None });
    }
    let methods = network.methods.iter().map(|it| Some(*it));
    facts.held.extend(methods.map(|method| Fact::Method { address: address.clone(), method }));
    if network.private_address.is_some() {
        facts.held.insert(Fact::PrivateAddress(address));
    }
    // A connection gives what it carries to whose host it is, whatever the items say.
    let Some(recipient) = declaration.recipient(network.recipient.value.as_str()) else { return };
    for category in declaration.carried_by(network).into_iter().flat_map(|it| &it.categories) {
        let name = name(declaration, recipient);
        facts.held.insert(Fact::Sent { name, category: category.value.to_string() });
    }
}

fn storage(declaration: &Declaration<'_>, facts: &mut Facts) {
    for storage in &declaration.browser_storage {
        let name = storage.name.as_str().to_owned();
        let is_third = storage.party == crate::vocabulary::Party::Third;
        let kind = storage.kind.value;
        facts.held.insert(Fact::BrowserStorage { kind, name: name.clone(), is_third });
        if let Some(from) = &storage.restored_from {
            let from = from.as_str().to_owned();
            facts.held.insert(Fact::Restored { name: name.clone(), from });
        }
        facts.held.insert(Fact::Purpose(storage.purpose));
        let duration = &storage.duration.value;
        let scale = Scale::StorageDuration(name.clone());
        facts.raise(scale, duration.seconds(), duration.as_str());
        yes_or_no(facts, Scale::Refreshed(name), storage.refreshed, true);
    }
    for store in &declaration.server_storage {
        let held = store.contains.iter().filter_map(|it| declaration.data_item(it.value.as_str()));
        for item in held {
            let source = source(declaration, &item.source.value);
            for category in item.categories.iter().map(|it| it.value.to_string()) {
                let (order, word) = retention(&store.retention);
                facts.raise(Scale::Retention(source.clone(), category.clone()), order, word);
                facts.held.insert(Fact::ServerStorage { kind: store.kind, category });
            }
        }
    }
}

/// A scale of two: the worse of them is the last.
fn yes_or_no(facts: &mut Facts, scale: Scale, is_so: bool, worse: bool) {
    facts.raise(scale, u64::from(is_so == worse), if is_so { "yes" } else { "no" });
}

fn encryption(declaration: &Declaration<'_>, facts: &mut Facts) {
    let all = &declaration.encryption;
    let effect = all.iter().map(|it| it.effect).max().unwrap_or(EncryptionEffect::Unchanged);
    facts.raise(Scale::Encryption, effect as u64, effect.as_str());
    // Who says nothing of encryption and handles data sees it.
    let unsaid = if declaration.data.is_empty() { Sees::Nothing } else { Sees::Plaintext };
    let sees = all.iter().map(|it| it.sees).max().unwrap_or(unsaid);
    facts.raise(Scale::Sees, sees as u64, sees.as_str());
    if !declaration.network.is_empty() {
        let (order, word) = in_transit(declaration);
        facts.raise(Scale::InTransit, order, word);
    }
    let rest = all.iter().filter_map(|it| it.at_rest).max();
    let leaves = declaration.data.iter().any(|it| !declaration.recipients_of(it).is_empty());
    match rest {
        Some(rest) => facts.raise(Scale::AtRest, rest as u64, rest.as_str()),
        // What lies here lies sealed; what somebody else does with it is not said.
        None if leaves => facts.raise(Scale::AtRest, AtRest::None as u64 + 1, UNSAID),
        None => {
            let rest = AtRest::HostEnvelope;
            facts.raise(Scale::AtRest, rest as u64, rest.as_str());
        }
    }
    let visible = all.iter().flat_map(|it| &it.metadata_visible);
    facts.held.extend(visible.map(|it| Fact::Visible(it.as_str().to_owned())));
}

/// How well the worst of the connections is protected. The host sees to it that `https` is; what a
/// raw connection does is the plugin's to say.
fn in_transit(declaration: &Declaration<'_>) -> (u64, &'static str) {
    let said = declaration.encryption.iter().filter_map(|it| it.in_transit).max();
    let known = |it: InTransit| (it as u64, it.as_str());
    let ways = declaration.network.iter().map(|it| match it.scheme.as_ref().map(|it| it.value) {
        Some(Scheme::Http) => known(InTransit::None),
        Some(Scheme::Https) => known(said.unwrap_or(InTransit::Tls12)),
        None => said.map_or((InTransit::None as u64 + 1, UNSAID), known),
    });
    ways.max().unwrap_or(known(InTransit::LocalProcess))
}

fn custody(declaration: &Declaration<'_>, facts: &mut Facts) {
    for custody in &declaration.key_custody {
        let applies_to = custody.applies_to;
        let after = custody.after;
        facts.raise(Scale::Custody(applies_to), after as u64 + 1, after.as_str());
        for holder in custody.can_decrypt.iter().filter(|it| !it.value.is_no_change()) {
            let holder = match &holder.value {
                Holder::Known(holder) => format!("holder.{holder}"),
                Holder::Recipient(id) => {
                    declaration.recipient(id).map_or_else(|| id.clone(), |it| name(declaration, it))
                }
            };
            facts.held.insert(Fact::Opens { holder, applies_to });
        }
    }
    if declaration.capability(CapabilityId::KeysProvideAccountKey).is_some() {
        let applies_to = crate::vocabulary::AppliesTo::AccountsUsingThisPlugin;
        facts.held.insert(Fact::Opens { holder: "holder.server-operator".to_owned(), applies_to });
    }
}

fn consent(declaration: &Declaration<'_>, facts: &mut Facts) {
    // The strictest gate is the best for people.
    let gate = declaration.gate();
    facts.raise(Scale::Gate, Gate::Marketing as u64 - gate as u64, gate.as_str());
    let asked: Vec<_> = declaration.consent.iter().filter(|it| it.gate > Gate::None).collect();
    yes_or_no(facts, Scale::Explicit, asked.iter().any(|it| it.explicit), false);
    let denied = asked.iter().map(|it| it.if_denied).min().unwrap_or(IfDenied::Degrade);
    facts.raise(Scale::IfDenied, denied as u64, denied.as_str());
    for signal in Signal::ALL {
        let is_honoured = asked.iter().any(|it| it.honours.contains(signal));
        yes_or_no(facts, Scale::Signal(*signal), is_honoured, false);
    }
}

fn rights(declaration: &Declaration<'_>, facts: &mut Facts) {
    let worst = RightSupport::NotSupported;
    let rights = declaration.manifest.rights.as_ref();
    for (scale, support) in [
        (Scale::Locate, rights.map_or(worst, |it| it.locate)),
        (Scale::Export, rights.map_or(worst, |it| it.export)),
        (Scale::Erase, rights.map_or(worst, |it| it.erase)),
        (Scale::Rectify, rights.map_or(worst, |it| it.rectify)),
    ] {
        facts.raise(scale, support as u64, support.as_str());
    }
    let Some(rights) = rights else { return };
    if let Some(deadline) = &rights.erase_deadline {
        facts.raise(Scale::EraseDeadline, deadline.seconds(), deadline.as_str());
    }
    for right in &rights.third_party {
        if let Some(recipient) = declaration.recipient(right.recipient.value.as_str()) {
            let scale = Scale::ThirdPartyErase(name(declaration, recipient));
            facts.raise(scale, right.erase as u64, right.erase.as_str());
        }
    }
}

fn rest(declaration: &Declaration<'_>, facts: &mut Facts) {
    let manifest = declaration.manifest;
    if let Some(automation) = &manifest.automation {
        facts.raise(Scale::Automation, automation.level as u64, automation.level.as_str());
        yes_or_no(facts, Scale::AffectsOutcome, automation.affects_outcome, true);
    }
    if let Some(backups) = &manifest.backups {
        // What cannot be opened any more is as good as gone.
        let order = if backups.crypto_erase { 0 } else { backups.erasure as u64 };
        facts.raise(Scale::BackupErasure, order, backups.erasure.as_str());
    }
    let scope = manifest.scope.as_ref().map_or(ScopeDefault::Off, |it| it.default);
    let order = match scope {
        ScopeDefault::Off => 0,
        ScopeDefault::Interview => 1,
        ScopeDefault::Site => 2,
    };
    facts.raise(Scale::Scope, order, scope.as_str());
}
