//! Words of the interview's own: translations, other words for ours, messages to users.

use crate::TextKind;
use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::yaml::{Entry, Literal};

/// Reads `words`: by language a mapping of texts.
pub(super) fn take(builder: &mut Builder<'_>, entry: &Entry) {
    let expected = "a mapping of languages to mappings, such as `es: {Rent: Renta}`";
    let Some(languages) = entry.value.map() else {
        builder.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
        return;
    };
    for language in languages {
        let Some(entries) = language.value.map() else {
            builder.report(diagnostics::wrong_type(language.value.span, entry.name(), expected));
            continue;
        };
        for said in entries {
            let Some(Literal::Text(text)) = said.value.literal() else {
                builder.report(diagnostics::wrong_type(said.value.span, said.name(), "a text"));
                continue;
            };
            let text = text.trim().to_owned();
            let of_language = builder.interview.words.entry(language.name().to_owned());
            of_language.or_default().insert(said.name().to_owned(), text);
        }
    }
}

/// Reads `default validation messages`.
pub(super) fn messages(builder: &mut Builder<'_>, entry: &Entry) {
    let Some(entries) = entry.value.map() else {
        let expected = "a mapping of rules to messages";
        builder.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
        return;
    };
    for entry in entries {
        let message = builder.text(&entry.value, entry.name(), TextKind::Markdown);
        let message = message.map(|it| (entry.name().to_owned(), it));
        builder.interview.default_messages.extend(message);
    }
}
