//! The record of processing activities that Article 30(1) of the GDPR asks for, as a table.

use super::{Activity, Getter, Site};
use crate::model::DataItem;
use crate::sentence::Language;

/// The columns, by the keys of their headings.
const COLUMNS: [&str; 12] = [
    "record.controller",
    "record.contact",
    "record.dpo",
    "record.activity",
    "record.purposes",
    "record.subjects",
    "record.categories",
    "record.recipients",
    "record.transfers",
    "record.retention",
    "record.measures",
    "record.basis",
];

/// The record as CSV (RFC 4180): a row for each data item of each activity.
///
/// The column of the legal basis is empty until an administrator chose one. No cell is a formula to
/// a spreadsheet, whatever an author or administrator wrote.
pub fn record_of_processing(
    site: &Site,
    activities: &[Activity<'_>],
    language: Language,
) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let headings = COLUMNS.map(|it| language.say(it, &[]));
    let rows = activities.iter().flat_map(|activity| {
        activity.declaration.data.iter().map(|it| row(site, activity, it, language))
    });
    for cells in std::iter::once(headings).chain(rows) {
        let cells = cells.map(no_formula);
        writer.write_record(&cells).expect("rows in memory, all with the same number of cells");
    }
    let bytes = writer.into_inner().expect("flushing into memory does not fail");
    String::from_utf8(bytes).expect("made of texts")
}

fn row(
    site: &Site,
    activity: &Activity<'_>,
    item: &DataItem,
    language: Language,
) -> [String; COLUMNS.len()] {
    let plugin = &activity.declaration.manifest.plugin;
    let what = item.text.as_ref().map_or(item.id.value.as_str(), |it| it.as_str());
    let getters = activity.getters(item);
    let purposes = item.purposes.iter().map(|it| language.word("purpose", it.value.as_str()));
    let categories = item.categories.iter().map(|it| {
        let term = it.value.to_string();
        let own = activity.declaration.manifest.terms.iter().find(|it| it.id.value == term);
        own.map_or_else(|| language.word("category", &term), |it| it.text.as_str().to_owned())
    });
    let recipients =
        getters.iter().map(|it| format!("{} ({})", it.name, language.word("role", it.role)));
    [
        site.controller.clone(),
        site.contact.clone(),
        site.officer.clone().unwrap_or_default(),
        format!("{}: {what}", plugin.name),
        joined(purposes),
        language.say("record.subjects.people", &[]),
        joined(categories),
        joined(recipients),
        joined(getters.iter().filter_map(transfer)),
        activity.retention(item, language),
        activity.measures(language),
        joined(activity.legal_basis.iter().map(ToString::to_string)),
    ]
}

fn transfer(getter: &Getter) -> Option<String> {
    let country = getter.country.as_ref()?;
    let bases = joined(getter.transfer_basis.iter().map(ToString::to_string));
    Some(if bases.is_empty() {
        format!("{}: {country}", getter.name)
    } else {
        format!("{}: {country} ({bases})", getter.name)
    })
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

/// A cell that no spreadsheet takes for a formula.
fn no_formula(text: String) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if is_formula { format!("'{text}") } else { text }
}
