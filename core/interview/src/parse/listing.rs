//! Table blocks: a list shown as rows and columns.

use affiant_guest::is_identifier;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, refuses, takes};
use crate::parse::yaml::{Entry, Literal, Node};
use crate::{CodeId, CodeKind, Pattern, Table, TableColumn, TextId, TextKind};

/// What a table block says.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one switch that authors write")]
pub(crate) struct Draft {
    target: Option<Pattern>,
    rows: Option<CodeId>,
    columns: Vec<TableColumn>,
    filter: Option<CodeId>,
    sort_key: Option<CodeId>,
    sort_reverse: bool,
    edit: Option<Vec<String>>,
    delete_buttons: Option<bool>,
    confirm: bool,
    empty: Option<TextId>,
    hide_empty: bool,
    ungathered: bool,
}

/// Keys of a table block.
pub(crate) static TABLE: Place<Draft> = Place {
    name: "a table block",
    keys: &[
        takes("table", "The variable that holds the table.", |b, it, entry| {
            it.target = b.variable(entry);
        }),
        takes("rows", "An expression that gives the list.", |b, it, entry| {
            it.rows = b.expression(entry);
        }),
        takes(
            "columns",
            "A list of `Heading: expression`; the expressions see `row_item` and `row_index`.",
            columns,
        ),
        takes("filter", "Rows for which this expression is false are left out.", |b, it, entry| {
            it.filter = b.expression(entry);
        }),
        takes("sort key", "Rows are sorted by this expression.", |b, it, entry| {
            it.sort_key = b.expression(entry);
        }),
        takes("sort reverse", "`true` sorts from the largest down.", |b, it, entry| {
            it.sort_reverse = b.flag(entry);
        }),
        takes(
            "edit",
            "The attributes that a row's Edit button asks for anew; `true` for those the list needs.",
            edit,
        ),
        takes(
            "delete buttons",
            "Whether rows have a button that removes them; as `edit` unless said.",
            |b, it, entry| {
                it.delete_buttons = Some(b.flag(entry));
            },
        ),
        takes("confirm", "`true` asks before a row is removed.", |b, it, entry| {
            it.confirm = b.flag(entry);
        }),
        takes(
            "show if empty",
            "A text shown instead of an empty table; `false` shows nothing.",
            show_if_empty,
        ),
        takes(
            "require gathered",
            "`false` shows the table before the list is complete.",
            |b, it, entry| {
                it.ungathered = !b.flag(entry);
            },
        ),
        ignores("allow reordering", "rows cannot be moved yet"),
        ignores("edit header", "the column of buttons has a heading for screen readers"),
        ignores("indent", "tables stand where the text puts them"),
        ignores("not available label", "empty cells are shown empty"),
        ignores("show incomplete", "rows that are not complete are left out"),
        ignores("read only", "every row can be changed"),
        ignores("css class", "looks are a matter of the theme"),
        refuses("delete", "write `delete buttons` instead"),
    ],
};

impl Draft {
    /// The table, unless something is missing, which is then reported.
    pub(crate) fn finish(self, builder: &mut Builder<'_>, entries: &[Entry]) -> Option<Table> {
        for name in ["rows", "columns"] {
            if !TABLE.has_or_typo(entries, name)
                && let Some(first) = entries.iter().find(|it| it.name() == "table")
            {
                builder.report(diagnostics::missing_key(first.key.span, TABLE.name, name));
            }
        }
        Some(Table {
            target: self.target?,
            rows: self.rows?,
            columns: self.columns,
            filter: self.filter,
            sort_key: self.sort_key,
            sort_reverse: self.sort_reverse,
            delete_buttons: self.delete_buttons.unwrap_or(self.edit.is_some()),
            edit: self.edit,
            confirm: self.confirm,
            empty: self.empty,
            hide_empty: self.hide_empty,
            require_gathered: !self.ungathered,
        })
    }
}

fn columns(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    for item in entry.value.items() {
        let Some(parts) = item.map() else {
            let expected = "a list of `Heading: expression`";
            builder.report(diagnostics::wrong_type(item.span, entry.name(), expected));
            continue;
        };
        match (item.get("header"), item.get("cell")) {
            (Some(header), Some(cell)) => column(builder, draft, header, cell),
            _ => parts.iter().for_each(|it| column(builder, draft, &it.key, &it.value)),
        }
    }
}

fn column(builder: &mut Builder<'_>, draft: &mut Draft, header: &Node, cell: &Node) {
    // A heading may be empty: a column of buttons has none.
    let header = if header.scalar().is_some_and(|it| it.text.is_empty()) {
        Some(builder.made_text("", TextKind::Markdown, header.span))
    } else {
        builder.text(header, "header", TextKind::Markdown)
    };
    let cell = builder.code(cell, "columns", CodeKind::Expression);
    if let (Some(header), Some(cell)) = (header, cell) {
        draft.columns.push(TableColumn { header, cell });
    }
}

fn edit(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    match entry.value.literal() {
        Some(Literal::Bool(true)) => draft.edit = Some(Vec::new()),
        Some(Literal::Bool(false)) => draft.edit = None,
        _ => {
            let mut attributes = Vec::new();
            for (name, span) in builder.words(entry) {
                let is_path =
                    name.split('.').all(|it| is_identifier(it.split('[').next().unwrap_or("")));
                if is_path {
                    attributes.push(name);
                } else {
                    builder.report(diagnostics::invalid_variable(span, entry.name(), &name));
                }
            }
            draft.edit = Some(attributes);
        }
    }
}

fn show_if_empty(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    match entry.value.literal() {
        Some(Literal::Bool(shows)) => draft.hide_empty = !shows,
        _ => draft.empty = builder.markdown(entry),
    }
}
