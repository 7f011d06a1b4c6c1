//! Names lead somewhere, and none is given twice.

use std::collections::BTreeSet;

use super::plugin::unknown_setting;
use crate::finding::{Finding, Place, nearest, short};
use crate::model::{Id, Manifest, Setting, TakenFrom, When};
use crate::read::Located;
use crate::vocabulary::{CategoryRef, Holder, SettingType, Source, bad_extension, is_extension};

pub(crate) fn check(manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    duplicates(manifest.recipients.iter().map(|it| &it.id), &mut findings);
    duplicates(manifest.data.iter().map(|it| &it.id), &mut findings);
    duplicates(manifest.server_storage.iter().map(|it| &it.id), &mut findings);
    terms(manifest, &mut findings);
    recipients(manifest, &mut findings);
    data_items(manifest, &mut findings);
    manifest.conditions().for_each(|it| condition(manifest, it, &mut findings));
    taken_from(manifest, &mut findings);
    runs_without(manifest, &mut findings);
    findings
}

/// What a version can live without is something that it asks for.
fn runs_without(manifest: &Manifest, findings: &mut Vec<Finding>) {
    for id in manifest.upgrade.iter().flat_map(|it| &it.runs_without) {
        if !manifest.capabilities.iter().any(|it| it.id.value == id.value) {
            let message = format!("`{}` is not asked for", id.value);
            let hint = "name a capability of this manifest, or leave it out";
            findings.push(Finding::error("unknown-capability", id.place, message, hint));
        }
    }
}

fn duplicates<'m>(ids: impl Iterator<Item = &'m Located<Id>>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for id in ids.filter(|id| !seen.insert(&id.value)) {
        findings.push(twice(id.place, id.value.as_str()));
    }
}

fn twice(place: Place, name: &str) -> Finding {
    let message = format!("there are two of the name `{}`", short(name));
    Finding::error("duplicate", place, message, "give one of them another name")
}

fn terms(manifest: &Manifest, findings: &mut Vec<Finding>) {
    let mut known = BTreeSet::new();
    for term in &manifest.terms {
        if !is_extension(&term.id.value) {
            findings.push(bad_extension(term.id.place, &term.id.value));
        } else if !known.insert(term.id.value.as_str()) {
            findings.push(twice(term.id.place, &term.id.value));
        }
    }
    for category in manifest.data.iter().flat_map(|it| &it.categories) {
        if let CategoryRef::Extension(id) = &category.value
            && !known.contains(id.as_str())
        {
            findings.push(Finding::error(
                "unknown-term",
                category.place,
                format!("nothing says what `{}` is", short(id)),
                "add a table `[[term]]` with its `id`, the `broader` category and a `text`",
            ));
        }
    }
}

fn recipients(manifest: &Manifest, findings: &mut Vec<Finding>) {
    let known: Vec<&str> = manifest.recipients.iter().map(|it| it.id.value.as_str()).collect();
    let in_data = manifest.data.iter().flat_map(|it| &it.recipients);
    let in_network = manifest.network.iter().map(|it| &it.recipient);
    let in_rights = manifest.rights.iter().flat_map(|it| &it.third_party).map(|it| &it.recipient);
    let ids = in_data.chain(in_network).chain(in_rights).map(|it| (it.value.as_str(), it.place));

    let sources = manifest.data.iter().filter_map(|it| match &it.source.value {
        Source::Recipient(id) => Some((id.as_str(), it.source.place)),
        Source::Origin(_) => None,
    });
    let holders = manifest.key_custody.iter().flat_map(|it| &it.can_decrypt);
    let holders = holders.filter_map(|it| match &it.value {
        Holder::Recipient(id) => Some((id.as_str(), it.place)),
        Holder::Known(_) => None,
    });
    let makers = manifest.backups.iter().map(|it| &it.made_by);
    let makers = makers
        .filter(|it| it.value != "admin" && it.value != "host")
        .map(|it| (it.value.strip_prefix("recipient:").unwrap_or(&it.value), it.place));
    for (id, place) in ids.chain(sources).chain(holders).chain(makers) {
        if !known.contains(&id) {
            let message = format!("there is no recipient `{}`", short(id));
            let hint = nearest(id, &known, "add it as a table `[[recipient]]`");
            findings.push(Finding::error("unknown-recipient", place, message, hint));
        }
    }
}

fn data_items(manifest: &Manifest, findings: &mut Vec<Finding>) {
    let known: Vec<&str> = manifest.data.iter().map(|it| it.id.value.as_str()).collect();
    let carried = manifest.network.iter().flat_map(|it| &it.carries);
    let held = manifest.server_storage.iter().flat_map(|it| &it.contains);
    for id in carried.chain(held).filter(|it| !known.contains(&it.value.as_str())) {
        let message = format!("there is no data item `{}`", id.value);
        let hint = nearest(id.value.as_str(), &known, "add it as a table `[[data]]`");
        findings.push(Finding::error("unknown-data", id.place, message, hint));
    }
}

/// X8: only settings whose values can all be tried decide.
fn condition(manifest: &Manifest, when: &When, findings: &mut Vec<Finding>) {
    let Some(setting) = find(manifest, &when.setting.value) else {
        findings.push(unknown_setting(manifest, &when.setting));
        return;
    };
    let Some(values) = setting.finite_values() else {
        findings.push(Finding::error(
            "x8-not-finite",
            when.setting.place,
            format!("`{}` can be anything, so not every case can be checked", when.setting.value),
            "let a setting of the type `enum` or `bool` decide",
        ));
        return;
    };
    if when.is.0.is_empty() {
        let message = "this item never holds";
        let hint = "name a value, or leave the item out";
        findings.push(Finding::error("never", when.place, message, hint));
    }
    for value in when.is.0.iter().filter(|it| !values.contains(&it.value)) {
        let words: Vec<String> = values.iter().map(ToString::to_string).collect();
        let known: Vec<&str> = words.iter().map(String::as_str).collect();
        let written = value.value.to_string();
        let message = format!("`{}` is never `{}`", when.setting.value, short(&written));
        let hint = nearest(&written, &known, "name one of its values");
        findings.push(Finding::error("unknown-value", value.place, message, hint));
    }
}

fn find<'m>(manifest: &'m Manifest, name: &str) -> Option<&'m Setting> {
    let mut settings = manifest.settings.0.iter();
    settings.find(|(it, _)| it.value == name).map(|(_, it)| it)
}

/// What is taken from a setting is taken from one that there is, of a type that fits.
fn taken_from(manifest: &Manifest, findings: &mut Vec<Finding>) {
    const ADDRESS: &[SettingType] = &[SettingType::Url];
    const TEXT: &[SettingType] = &[SettingType::String, SettingType::Enum];
    const WORD: &[SettingType] = &[SettingType::Enum];
    let hosts = manifest.network.iter().filter_map(|it| it.host_from.as_ref());
    let ways = manifest.network.iter().filter_map(|it| it.tls_from.as_ref());
    let placements = manifest.capabilities.iter().filter_map(|it| it.placement_from.as_ref());
    let facts = manifest.recipients.iter().flat_map(|it| {
        [
            &it.name_from,
            &it.country_from,
            &it.privacy_policy_from,
            &it.transfer_basis_from,
            &it.list_from,
        ]
    });
    let facts = facts.flatten().map(|it| (it, TEXT, true));
    let backups = manifest.backups.iter().filter_map(|it| it.retention_from.as_ref());
    let backups = backups.map(|it| (it, &[SettingType::Duration][..], true));
    let all = hosts.map(|it| (it, ADDRESS, false)).chain(ways.map(|it| (it, WORD, false)));
    let all = all.chain(placements.map(|it| (it, WORD, false))).chain(facts).chain(backups);
    for (from, fitting, can_be_asked) in all {
        let TakenFrom::Setting(name) = &from.value else {
            if !can_be_asked {
                let message = "an administrator is not asked for this";
                let hint = "write `setting:` and the name of a setting";
                findings.push(Finding::error("bad-form", from.place, message, hint));
            }
            continue;
        };
        let Some(setting) = find(manifest, name) else {
            let name = Located { value: name.clone(), place: from.place };
            findings.push(unknown_setting(manifest, &name));
            continue;
        };
        if !fitting.contains(&setting.kind.value) {
            let message = format!("`{name}` is of the type `{}`", setting.kind.value);
            let words: Vec<String> = fitting.iter().map(|it| format!("`{it}`")).collect();
            let hint = format!("take a setting of the type {}", words.join(" or "));
            findings.push(Finding::error("wrong-type", from.place, message, hint));
        }
    }
}
