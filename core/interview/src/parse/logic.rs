//! Blocks that a plugin decides.

use affiant_diagnostic::Span;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, takes};
use crate::parse::yaml::Entry;
use crate::{BlockKind, UsedPlugin};

/// What a block says that a plugin decides.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    plugin: Option<String>,
}

/// Keys of a block that a plugin decides.
pub(crate) static LOGIC: Place<Draft> = Place {
    name: "a logic block",
    keys: &[takes(
        "logic",
        "The plugin, by id, that decides what is asked here until it says that this is over.",
        |b, it, entry| it.plugin = plugin(b, entry).map(|it| it.0),
    )],
};

/// The id of a plugin, which the interview uses from then on.
pub(crate) fn plugin(builder: &mut Builder<'_>, entry: &Entry) -> Option<(String, Span)> {
    let id = builder.word(entry)?;
    let span = entry.value.span;
    // The id of every plugin has a dot in it; a word without one is meant for something else.
    if id.contains('.') && !id.contains(char::is_whitespace) {
        if builder.interview.plugins.iter().all(|it| it.id != id) {
            builder.interview.plugins.push(UsedPlugin { id: id.clone(), span });
        }
        return Some((id, span));
    }
    builder.report(diagnostics::no_plugin_id(span, &id));
    None
}

impl Draft {
    /// The block, unless it names no plugin, which is then reported.
    pub(crate) fn finish(self) -> Option<BlockKind> {
        Some(BlockKind::Logic { plugin: self.plugin? })
    }
}
