//! Blocks that have a plugin deliver something.

use affiant_diagnostic::Span;
use affiant_guest::Path;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, takes};
use crate::parse::logic;
use crate::parse::yaml::Entry;
use crate::{BlockKind, CodeId, Delivery, Pattern, TextId};

/// What a block says of a delivery.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    target: Option<(Pattern, Span)>,
    plugin: Option<(String, Span)>,
    to: Option<TextId>,
    files: Option<CodeId>,
    details: Vec<(String, CodeId)>,
}

/// Keys of a block that has something delivered.
pub(crate) static DELIVERY: Place<Draft> = Place {
    name: "a delivery block",
    keys: &[
        takes("delivery", "The variable that tells what became of it.", |b, it, entry| {
            it.target = b.variable(entry).map(|target| (target, entry.value.span));
        }),
        takes("plugin", "The plugin, by id, that delivers.", |b, it, entry| {
            it.plugin = logic::plugin(b, entry);
        }),
        takes("to", "Where to, as the plugin understands it.", |b, it, entry| {
            it.to = b.plain(entry);
        }),
        takes(
            "files",
            "Expressions that give the documents and files to deliver.",
            |b, it, entry| {
                it.files = match entry.value.list() {
                    Some(all) => b.list_of(all, entry.name()),
                    None => b.expression(entry),
                };
            },
        ),
        takes("details", "What is told beside the files: expressions, by name.", details),
    ],
};

fn details(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let Some(entries) = entry.value.map() else {
        let expected = "a mapping of names to expressions";
        builder.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
        return;
    };
    for entry in entries {
        let code = builder.expression(entry);
        draft.details.extend(code.map(|it| (entry.name().to_owned(), it)));
    }
}

impl Draft {
    /// The block, unless something is missing, which is then reported.
    pub(crate) fn finish(self, builder: &mut Builder<'_>, entries: &[Entry]) -> Option<BlockKind> {
        let place = entries.iter().find(|it| it.name() == "delivery").map(|it| it.key.span);
        for name in ["plugin", "to"] {
            if let Some(place) = place.filter(|_| !DELIVERY.has_or_typo(entries, name)) {
                builder.report(diagnostics::missing_key(place, DELIVERY.name, name));
            }
        }
        let (target, named) = self.target?;
        if target.is_generic() || Path::parse(&target.to_string()).is_err() {
            builder.report(diagnostics::delivery_of_many(named, &target.to_string()));
            return None;
        }
        let (plugin, span) = self.plugin?;
        let (to, files, details) = (self.to?, self.files, self.details);
        Some(BlockKind::Delivery(Box::new(Delivery { target, plugin, to, files, details, span })))
    }
}
