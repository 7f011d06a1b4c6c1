//! What can only be judged when all files have been read.

use std::collections::HashSet;

use affiant_diagnostic::{Diagnostic, SourceId, Span};

use crate::Section;
use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::fields;
use crate::parse::keys::nearest;

/// For how many unknown names a similar one is looked for.
const MAX_SEARCHED: usize = 20;

/// Reports names of blocks and sections that nothing declares, and a missing title.
pub(crate) fn check(builder: &mut Builder<'_>) {
    ids(builder);
    sections(builder);
    datatypes(builder);
    title(builder);
}

/// Where an interview uses no plugin, nobody has a datatype that is none of ours.
fn datatypes(builder: &mut Builder<'_>) {
    let named = std::mem::take(&mut builder.custom_datatypes);
    if builder.interview.plugins.is_empty() {
        let found = named.iter().map(|(name, span)| fields::unknown_datatype(name, *span));
        builder.diagnostics.extend(found);
    }
}

fn ids(builder: &mut Builder<'_>) {
    let named = std::mem::take(&mut builder.named_ids);
    let mut known: Vec<&str> = builder.ids.keys().map(String::as_str).collect();
    known.sort_unstable();
    let unknown = named.iter().filter(|(id, _)| !builder.ids.contains_key(id));
    let found: Vec<Diagnostic> = unknown
        .enumerate()
        .map(|(at, (id, span))| diagnostics::unknown_id(*span, id, &near(at, id, &known)))
        .collect();
    builder.diagnostics.extend(found);
}

fn sections(builder: &mut Builder<'_>) {
    let named = std::mem::take(&mut builder.named_sections);
    let mut known = Vec::new();
    collect(&builder.interview.sections, &mut known);
    let keys: HashSet<&str> = known.iter().copied().collect();
    let mut met = HashSet::new();
    let some_are_private = !builder.interview.private_sections().is_empty();
    let unknown =
        named.iter().filter(|(it, _)| !keys.contains(it.as_str()) && met.insert(it.as_str()));
    let found: Vec<Diagnostic> = unknown
        .enumerate()
        .map(|(at, (it, span))| {
            let near = near(at, it, &known);
            diagnostics::unknown_section(*span, it, !known.is_empty(), some_are_private, &near)
        })
        .collect();
    builder.diagnostics.extend(found);
    let empty: Vec<Diagnostic> = std::mem::take(&mut builder.private_sections)
        .into_iter()
        .filter(|(key, _)| {
            let section = builder.interview.private_section(key);
            !named.iter().any(|(it, _)| {
                builder.interview.private_section(it).is_some_and(|it| Some(it) == section)
            })
        })
        .map(|(key, span)| diagnostics::empty_private_section(span, &key))
        .collect();
    builder.diagnostics.extend(empty);
}

/// What a name may have been meant to be. Only the first ones are looked for, since that is slow.
fn near<'k>(at: usize, name: &str, known: &[&'k str]) -> Vec<&'k str> {
    if at < MAX_SEARCHED { nearest(name, known.iter().copied()) } else { Vec::new() }
}

fn collect<'s>(sections: &'s [Section], keys: &mut Vec<&'s str>) {
    for section in sections {
        keys.push(&section.key);
        collect(&section.children, keys);
    }
}

fn title(builder: &mut Builder<'_>) {
    let is_read = !builder.interview.blocks.is_empty();
    if builder.interview.metadata.title.is_empty() && is_read {
        let name = builder.interview.name.clone();
        builder.report(diagnostics::no_title(Span::new(SourceId(0), 0, 1), &name));
    }
}
