//! Words and what they mean.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, takes};
use crate::parse::yaml::Entry;
use crate::{Term, TextId, TextKind};

/// What an entry with `phrases` says.
#[derive(Default)]
pub(crate) struct Draft {
    words: Vec<String>,
    meaning: Option<TextId>,
}

/// Keys of an entry that explains several words at once.
pub(crate) static TERM: Place<Draft> = Place {
    name: "an entry of `terms`",
    keys: &[
        takes("phrases", "The words that mean the same.", |b, it, entry| {
            it.words = b.words(entry).into_iter().map(|it| it.0).collect();
        }),
        takes("definition", "What they mean, Markdown.", |b, it, entry| {
            it.meaning = b.markdown(entry);
        }),
    ],
};

/// Reads `terms`: `word: meaning`, as a mapping or as a list of mappings.
pub(crate) fn terms(builder: &mut Builder<'_>, entry: &Entry, automatic: bool) -> Vec<Term> {
    let mut found = Vec::new();
    for item in entry.value.items() {
        let Some(entries) = item.map() else {
            let expected = "a list of `word: meaning`";
            builder.report(diagnostics::wrong_type(item.span, entry.name(), expected));
            continue;
        };
        if entries.iter().any(|it| it.name() == "phrases") {
            let mut draft = Draft::default();
            TERM.take_all(builder, &mut draft, entries);
            if let Some(meaning) = draft.meaning {
                found.extend(draft.words.into_iter().map(|word| Term { word, meaning, automatic }));
            }
            continue;
        }
        for entry in entries {
            if let Some(meaning) = builder.text(&entry.value, entry.name(), TextKind::Markdown) {
                found.push(Term { word: entry.name().to_owned(), meaning, automatic });
            }
        }
    }
    found
}
