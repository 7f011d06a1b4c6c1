//! One block: which kind it is, and what it says.

use affiant_diagnostic::Span;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, nearest};
use crate::parse::modifiers::{MODIFIERS, Modifiers};
use crate::parse::yaml::{Entry, Node};
use crate::parse::{
    code, delivery, document, listing, logic, objects, question, settings, template,
};
use crate::{BlockIndex, BlockKind};

/// The kinds of blocks that the engine uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Question,
    Code,
    Objects,
    Template,
    Table,
    Data,
    Attachments,
    Delivery,
    Logic,
}

/// The keys that say what a block is. The first that a block has wins.
const KINDS: &[(&str, Kind)] = &[
    ("question", Kind::Question),
    ("code", Kind::Code),
    ("objects", Kind::Objects),
    ("template", Kind::Template),
    ("table", Kind::Table),
    ("data", Kind::Data),
    ("delivery", Kind::Delivery),
    ("attachment", Kind::Attachments),
    ("attachments", Kind::Attachments),
    ("logic", Kind::Logic),
];

/// Reads one block of a file.
pub(crate) fn top(builder: &mut Builder<'_>, node: &Node) {
    let Some(entries) = node.map() else {
        if !node.is_null() {
            builder.report(diagnostics::block_is_no_mapping(node.span));
        }
        return;
    };
    match kind(builder, entries) {
        Some(kind) => {
            read(builder, kind, entries, node.span);
        }
        None if settings::SETTINGS.keys_in(entries) => settings::take(builder, entries),
        None => no_kind(builder, entries, node.span),
    }
}

/// Reads a block that stands inside a choice.
pub(crate) fn embedded(builder: &mut Builder<'_>, node: &Node) -> Option<BlockIndex> {
    let entries = node.map()?;
    if !builder.may_have_another_block(node.span) {
        return None;
    }
    if let Some(kind @ (Kind::Question | Kind::Code)) = kind(builder, entries) {
        read(builder, kind, entries, node.span)
    } else {
        builder.report(diagnostics::choice_block_without_kind(node.span));
        None
    }
}

/// What a block is, by the keys it has.
fn kind(builder: &mut Builder<'_>, entries: &[Entry]) -> Option<Kind> {
    let mut found: Vec<(&Entry, Kind)> = KINDS
        .iter()
        .filter_map(|(name, kind)| Some((entries.iter().find(|it| it.name() == *name)?, *kind)))
        .collect();
    let kind = match found.first() {
        Some((_, kind)) => *kind,
        // A question whose heading was forgotten.
        None if question::looks_like_one(entries) => return Some(Kind::Question),
        None => return None,
    };
    found.retain(|(_, other)| {
        *other != kind && !(kind == Kind::Question && *other == Kind::Attachments)
    });
    let first = KINDS.iter().find(|it| it.1 == kind).map_or("", |it| it.0);
    for (other, _) in found {
        let span =
            entries.iter().find(|it| it.name() == first).map_or(other.key.span, |it| it.key.span);
        builder.report(diagnostics::two_kinds(other.key.span, first, other.name(), span));
    }
    Some(kind)
}

fn no_kind(builder: &mut Builder<'_>, entries: &[Entry], span: Span) {
    let kinds = KINDS.iter().map(|it| it.0).chain(settings::SETTINGS.names());
    let known: Vec<&str> = kinds.collect();
    for entry in entries {
        let near = nearest(entry.name(), known.iter().copied());
        if !near.is_empty() && !MODIFIERS.has(entry.name()) {
            builder.report(diagnostics::unknown_key(
                entry.key.span,
                entry.name(),
                "a block",
                &near,
            ));
            return;
        }
    }
    if entries.iter().any(|it| it.name() != "comment") {
        let first = entries.first().map_or(span, |it| it.key.span);
        builder.report(diagnostics::no_kind(first));
    }
}

fn read(
    builder: &mut Builder<'_>,
    kind: Kind,
    entries: &[Entry],
    span: Span,
) -> Option<BlockIndex> {
    let (kind, modifiers) = match kind {
        Kind::Question => {
            let mut draft = question::Draft::new(entries);
            let modifiers = take(builder, &question::QUESTION, &mut draft, entries);
            (Some(BlockKind::Question(Box::new(draft.finish(builder, entries, span)))), modifiers)
        }
        Kind::Code => {
            let mut draft = code::Draft::default();
            let modifiers = take(builder, &code::CODE, &mut draft, entries);
            (draft.code.map(BlockKind::Code), modifiers)
        }
        Kind::Objects => {
            let mut draft = objects::Draft::default();
            let modifiers = take(builder, &objects::OBJECTS, &mut draft, entries);
            (Some(BlockKind::Objects(draft.objects)), modifiers)
        }
        Kind::Template => {
            let mut draft = template::Draft::default();
            let modifiers = take(builder, &template::TEMPLATE, &mut draft, entries);
            (draft.finish(builder, entries).map(BlockKind::Template), modifiers)
        }
        Kind::Table => {
            let mut draft = listing::Draft::default();
            let modifiers = take(builder, &listing::TABLE, &mut draft, entries);
            (draft.finish(builder, entries).map(|it| BlockKind::Table(Box::new(it))), modifiers)
        }
        Kind::Data => {
            let mut draft = code::DataDraft::default();
            let modifiers = take(builder, &code::DATA, &mut draft, entries);
            (draft.finish(builder, entries), modifiers)
        }
        Kind::Attachments => {
            let mut draft = document::Draft::default();
            let modifiers = take(builder, &document::DOCUMENTS, &mut draft, entries);
            (draft.finish(builder), modifiers)
        }
        Kind::Delivery => {
            let mut draft = delivery::Draft::default();
            let modifiers = take(builder, &delivery::DELIVERY, &mut draft, entries);
            (draft.finish(builder, entries), modifiers)
        }
        Kind::Logic => {
            let mut draft = logic::Draft::default();
            let modifiers = take(builder, &logic::LOGIC, &mut draft, entries);
            (draft.finish(), modifiers.mandatory_unless_said(entries))
        }
    };
    let block = modifiers.finish(builder, span, kind?);
    Some(builder.add_block(block))
}

/// Hands every entry to the table of the block's kind or to that of the modifiers.
fn take<T>(
    builder: &mut Builder<'_>,
    place: &Place<T>,
    draft: &mut T,
    entries: &[Entry],
) -> Modifiers {
    let mut modifiers = Modifiers::default();
    for entry in entries {
        if place.take(builder, draft, entry) || MODIFIERS.take(builder, &mut modifiers, entry) {
            continue;
        }
        // A second kind has been reported already.
        if builder.is_full() || KINDS.iter().any(|it| it.0 == entry.name()) {
            continue;
        }
        unknown(builder, entry, place.name, place.names().chain(MODIFIERS.names()));
    }
    modifiers
}

fn unknown(
    builder: &mut Builder<'_>,
    entry: &Entry,
    place: &'static str,
    known: impl Iterator<Item = &'static str>,
) {
    let name = entry.name();
    if let Some(home) = home(name) {
        builder.report(diagnostics::misplaced_key(entry.key.span, name, place, home));
    } else {
        let near = nearest(name, known);
        builder.report(diagnostics::unknown_key(entry.key.span, name, place, &near));
    }
}

/// The kind of block that a key belongs to.
fn home(name: &str) -> Option<&'static str> {
    let places = [
        (settings::SETTINGS.has(name), settings::SETTINGS.name),
        (question::QUESTION.has(name), question::QUESTION.name),
        (template::TEMPLATE.has(name), template::TEMPLATE.name),
        (listing::TABLE.has(name), listing::TABLE.name),
        (document::DOCUMENTS.has(name), document::DOCUMENTS.name),
        (code::DATA.has(name), code::DATA.name),
    ];
    places.into_iter().find(|it| it.0).map(|it| it.1)
}
