//! Declarations as linked data, in the words of the Data Privacy Vocabulary.

use serde_json::{Map, Value, json};

use super::{Activity, Site};
use crate::fact::Scale;
use crate::model::DataItem;
use crate::vocabulary::{AtRest, CategoryRef, InTransit, Linkage, PREFIXES};

/// The record of processing activities as JSON-LD: one `dpv:Process` for each data item.
pub fn to_json_ld(site: &Site, activities: &[Activity<'_>]) -> Value {
    let mut context: Map<String, Value> =
        PREFIXES.iter().map(|(prefix, iri)| ((*prefix).to_owned(), json!(iri))).collect();
    context.insert("dcterms".to_owned(), json!("http://purl.org/dc/terms/"));
    let processes: Vec<Value> = activities
        .iter()
        .flat_map(|activity| activity.declaration.data.iter().map(|it| process(activity, it)))
        .collect();
    let mut controller = json!({
        "@type": "dpv:DataController",
        "dpv:hasName": site.controller,
        "dpv:hasContact": site.contact,
    });
    if let Some(officer) = &site.officer {
        controller["dpv:hasRepresentative"] =
            json!({ "@type": "dpv:DataProtectionOfficer", "dpv:hasName": officer });
    }
    json!({
        "@context": context,
        "@type": "dpv:ROPA",
        "dpv:hasDataController": controller,
        "dpv:hasProcess": processes,
    })
}

fn terms<'a>(all: impl IntoIterator<Item = &'a str>) -> Vec<Value> {
    all.into_iter().map(|it| json!({ "@id": it })).collect()
}

fn process(activity: &Activity<'_>, item: &DataItem) -> Value {
    let declaration = &activity.declaration;
    let plugin = &declaration.manifest.plugin;
    let mut process = json!({
        "@id": format!("urn:affiant:plugin:{}#{}", plugin.id, item.id.value),
        "@type": "dpv:Process",
        "dcterms:title": plugin.name.as_str(),
        "dcterms:hasVersion": plugin.version.as_str(),
        "dpv:hasPurpose": terms(item.purposes.iter().map(|it| it.value.as_str())),
        "dpv:hasProcessing": terms(item.processing.iter().map(|it| it.as_str())),
        "dpv:hasPersonalData": personal_data(activity, item),
        "dpv:hasLegalBasis": terms(activity.legal_basis.iter().map(|it| it.as_str())),
        "dpv:hasNecessity": { "@id": item.necessity.as_str() },
        "dpv:hasRecipient": recipients(activity, item),
        "dpv:hasTechnicalOrganisationalMeasure": measures(activity),
    });
    if let Some(text) = &item.text {
        process["dcterms:description"] = json!(text.as_str());
    }
    if let Some(longest) = &item.retention.max {
        process["dpv:hasDuration"] =
            json!({ "@type": "dpv:StorageDuration", "dcterms:extent": longest.as_str() });
    }
    process
}

fn personal_data(activity: &Activity<'_>, item: &DataItem) -> Vec<Value> {
    let form = match item.linkage {
        Linkage::None | Linkage::Aggregate => "dpv:AnonymisedData",
        Linkage::Pseudonymous => "dpv:PseudonymisedData",
        Linkage::Identified => "dpv:PersonalData",
    };
    let named = item.categories.iter().map(|it| {
        // Whatever an interview asks for is personal data of some kind.
        let known = activity.declaration.known_category(&it.value);
        let term = known.map_or("dpv:PersonalData", |it| it.as_str());
        match &it.value {
            CategoryRef::Extension(own) => {
                json!({ "@id": term, "@type": form, "dcterms:identifier": own })
            }
            CategoryRef::Known(_) | CategoryRef::Inherit => json!({ "@id": term, "@type": form }),
        }
    });
    named.collect()
}

fn recipients(activity: &Activity<'_>, item: &DataItem) -> Vec<Value> {
    let told = activity.getters(item).into_iter().map(|getter| {
        let mut recipient = json!({ "@type": getter.role, "dpv:hasName": getter.name });
        if let Some(country) = getter.country {
            recipient["dpv:hasCountry"] = json!({ "@id": format!("loc:{country}") });
        }
        if !getter.transfer_basis.is_empty() {
            let bases = getter.transfer_basis.iter().map(|it| it.as_str());
            recipient["dpv:hasLegalBasis"] = json!(terms(bases));
        }
        recipient
    });
    told.collect()
}

fn measures(activity: &Activity<'_>) -> Vec<Value> {
    let facts = activity.declaration.facts();
    let word = |scale| facts.scales.get(&scale).map_or("", |it: &crate::Rank| &it.word);
    let moves_encrypted = [InTransit::Tls12, InTransit::Tls13].map(InTransit::as_str);
    let moves_encrypted = moves_encrypted.contains(&word(Scale::InTransit));
    let lies_encrypted = [AtRest::HostEnvelope, AtRest::ProviderManaged, AtRest::Disk];
    let lies_encrypted = lies_encrypted.map(AtRest::as_str).contains(&word(Scale::AtRest));
    let known =
        [(moves_encrypted, "dpv:EncryptionInTransfer"), (lies_encrypted, "dpv:EncryptionAtRest")];
    terms(known.into_iter().filter(|(holds, _)| *holds).map(|(_, term)| term))
}
