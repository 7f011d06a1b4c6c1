//! Code blocks and data blocks.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, refuses, takes};
use crate::parse::values::value;
use crate::parse::yaml::Entry;
use crate::{BlockKind, CodeId, CodeKind, Pattern};

/// What a code block says.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) code: Option<CodeId>,
}

/// Keys of a code block.
pub(crate) static CODE: Place<Draft> = Place {
    name: "a code block",
    keys: &[
        takes(
            "code",
            "Statements in Rhai. What they assign to names becomes answers.",
            |b, it, entry| {
                it.code = b.code(&entry.value, entry.name(), CodeKind::Block);
            },
        ),
        refuses("check in", "write it at the question whose page looks"),
    ],
};

/// What a data block says.
#[derive(Debug, Default)]
pub(crate) struct DataDraft {
    target: Option<Pattern>,
    value: Option<affiant_guest::Value>,
}

/// Keys of a data block.
pub(crate) static DATA: Place<DataDraft> = Place {
    name: "a data block",
    keys: &[
        takes("variable name", "The variable that holds the data.", |b, it, entry| {
            it.target = b.variable(entry);
        }),
        takes(
            "data",
            "Lists, mappings, texts and numbers, taken as they stand.",
            |_, it, entry| {
                it.value = Some(value(&entry.value));
            },
        ),
        refuses("use objects", "declare the objects under `objects` and fill them in code"),
        ignores("gathered", "lists in data are complete"),
    ],
};

impl DataDraft {
    /// The block, unless something is missing, which is then reported.
    pub(crate) fn finish(self, builder: &mut Builder<'_>, entries: &[Entry]) -> Option<BlockKind> {
        let missing = !DATA.has_or_typo(entries, "variable name");
        if missing && let Some(data) = entries.iter().find(|it| it.name() == "data") {
            builder.report(diagnostics::missing_key(data.key.span, DATA.name, "variable name"));
        }
        Some(BlockKind::Data { target: self.target?, value: self.value? })
    }
}
