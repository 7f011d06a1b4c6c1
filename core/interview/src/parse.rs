//! From YAML to an [`Interview`], with all mistakes.

mod action;
mod block;
mod builder;
mod check;
mod choices;
mod code;
mod delivery;
mod document;
mod fields;
mod files;
mod keys;
mod listing;
mod logic;
mod mako;
mod modifiers;
mod objects;
mod question;
mod review;
mod settings;
mod split;
mod template;
mod values;
mod yaml;

use affiant_diagnostic::Diagnostic;

use crate::diagnostics;
use crate::{Datatypes, Interview};
use builder::Builder;

pub use files::{Files, Unreadable};
pub use keys::{KeyPlace, KeySummary, Support};
pub(crate) use mako::Mako;

/// How many diagnostics are kept.
const MAX_DIAGNOSTICS: usize = 200;

/// Reads the interview in the file of this name, with all files that it includes.
///
/// Never fails: what could be read comes with everything that was found wrong, in the order of the
/// files. An interview with an error among its diagnostics cannot be used.
pub fn parse(name: &str, files: &dyn Files) -> (Interview, Vec<Diagnostic>) {
    let mut builder = Builder::new(files);
    stem(name).clone_into(&mut builder.interview.name);
    builder.main(name);
    check::check(&mut builder);
    if builder.interview.metadata.title.is_empty() {
        stem(name).clone_into(&mut builder.interview.metadata.title);
    }
    let Builder { interview, diagnostics, .. } = builder;
    (interview, limited(diagnostics))
}

/// All keys that an author may write, by place, from the tables that the parser works with.
pub fn keys() -> Vec<KeyPlace> {
    let mut places = vec![
        modifiers::MODIFIERS.summary(),
        question::QUESTION.summary(),
        question::HELP.summary(),
        question::COLLECT.summary(),
        action::ACTION.summary(),
        choices::CHOICE.summary(),
        review::ROW.summary(),
        review::STEP.summary(),
        code::CODE.summary(),
        code::DATA.summary(),
        delivery::DELIVERY.summary(),
        logic::LOGIC.summary(),
        objects::OBJECTS.summary(),
        template::TEMPLATE.summary(),
        listing::TABLE.summary(),
        document::DOCUMENTS.summary(),
        document::ATTACHMENT.summary(),
    ];
    places.extend(fields::places());
    places.extend(settings::places());
    places
}

/// All names of datatypes and input types.
pub fn datatypes() -> Datatypes {
    let (datatypes, input_types) = fields::datatypes();
    Datatypes { datatypes, input_types }
}

/// The last part of a file's name, without its ending.
fn stem(name: &str) -> &str {
    let last = name.rsplit('/').next().unwrap_or(name);
    match last.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => last,
    }
}

/// The first diagnostics, in the order of the files.
fn limited(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|it| (it.span.source, it.span.start));
    diagnostics.dedup();
    let left_out = diagnostics.len().saturating_sub(MAX_DIAGNOSTICS);
    if left_out > 0 {
        // An error must not be hidden by warnings: without one left, the last place is for it.
        let first = &diagnostics[..MAX_DIAGNOSTICS];
        let hidden = diagnostics[MAX_DIAGNOSTICS..].iter().find(|it| it.is_error()).cloned();
        let hidden = hidden.filter(|_| !first.iter().any(Diagnostic::is_error));
        diagnostics.truncate(MAX_DIAGNOSTICS);
        diagnostics.extend(hidden);
        let last = diagnostics.last().map(|it| it.span);
        diagnostics.extend(last.map(|span| diagnostics::more(span, left_out)));
    }
    diagnostics
}
