//! Review screens: rows that show answers.

use affiant_diagnostic::Span;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, nearest, refuses, takes};
use crate::parse::yaml::{Entry, Node};
use crate::{CodeId, Pattern, ReviewItem, ReviewTarget, TextId, TextKind};

/// What one row says.
#[derive(Default)]
pub(crate) struct Draft {
    label: Option<TextId>,
    targets: Vec<ReviewTarget>,
    text: Option<TextId>,
    help: Option<TextId>,
    show_if: Option<CodeId>,
}

/// Keys of a row besides `Label: variables`.
pub(crate) static ROW: Place<Draft> = Place {
    name: "a row of a review",
    keys: &[
        takes("label", "What the row is about.", |b, it, entry| it.label = b.markdown(entry)),
        takes("field", "The variable that is asked for anew.", targets),
        takes("fields", "The variables that are asked for anew, in order.", targets),
        takes("button", "The answer in words, Markdown with tags.", |b, it, entry| {
            it.text = b.markdown(entry);
        }),
        takes("note", "A text between rows.", |b, it, entry| it.text = b.markdown(entry)),
        takes("html", "A text between rows.", |b, it, entry| it.text = b.markdown(entry)),
        takes("help", "Help for the row.", |b, it, entry| it.help = b.markdown(entry)),
        takes(
            "show if",
            "Expressions; the row is shown only while all are true.",
            |b, it, entry| {
                let node = entry.value.get("code").unwrap_or(&entry.value);
                it.show_if = b.all_of(node.items(), entry.name());
            },
        ),
        ignores("raw html", "write Markdown under `note`"),
        ignores("css class", "looks are a matter of the theme"),
        refuses("action", "name a variable, or an event, under `field`"),
    ],
};

/// Keys of a step of a row.
pub(crate) static STEP: Place<Vec<ReviewTarget>> = Place {
    name: "a step of a review's row",
    keys: &[
        takes("recompute", "Variables computed anew.", |b, it, entry| {
            it.push(ReviewTarget::Recompute(b.variables(entry)));
        }),
        takes("undefine", "Variables forgotten first.", |b, it, entry| {
            it.push(ReviewTarget::Undefine(b.variables(entry)));
        }),
        takes(
            "invalidate",
            "Variables forgotten first; their answers come back as defaults.",
            |b, it, entry| {
                it.push(ReviewTarget::Undefine(b.variables(entry)));
            },
        ),
        takes("follow up", "Variables asked for if they are not known by then.", |b, it, entry| {
            it.push(ReviewTarget::FollowUp(b.variables(entry)));
        }),
        refuses("set", "set the variable in a code block with `event`, and name the event here"),
        refuses("action", "name the event as a variable"),
        refuses("arguments", "name the event as a variable"),
    ],
};

/// Reads `review`.
pub(crate) fn take(builder: &mut Builder<'_>, entry: &Entry) -> Vec<ReviewItem> {
    entry.value.items().iter().filter_map(|it| row(builder, it)).collect()
}

fn row(builder: &mut Builder<'_>, node: &Node) -> Option<ReviewItem> {
    let Some(entries) = node.map() else {
        builder.report(diagnostics::wrong_type(node.span, "review", "a list of `Label: variable`"));
        return None;
    };
    let mut draft = Draft::default();
    let is_long = entries.iter().any(|it| matches!(it.name(), "field" | "fields"));
    let is_text = entries.iter().any(|it| matches!(it.name(), "note" | "html"));
    let mut is_labelled = is_long;
    for entry in entries {
        if ROW.take(builder, &mut draft, entry) {
            continue;
        }
        let near = nearest(entry.name(), ROW.names());
        let is_typo = !near.is_empty() && entries.len() > 1;
        if is_labelled || (is_typo && entry.value.scalar().is_none()) {
            builder.report(diagnostics::unknown_key(entry.key.span, entry.name(), ROW.name, &near));
            continue;
        }
        is_labelled = true;
        draft.label = builder.text(&entry.key, "review", TextKind::Markdown);
        targets(builder, &mut draft, entry);
    }
    if !is_labelled && !is_text {
        builder.report(diagnostics::row_without_variable(node.span));
        return None;
    }
    Some(finish(draft, node.span))
}

fn finish(draft: Draft, span: Span) -> ReviewItem {
    let Draft { label, targets, text, help, show_if } = draft;
    ReviewItem { span, label, targets, text, help, show_if }
}

/// Variables and steps, in order.
fn targets(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    for item in entry.value.items() {
        if let Some(steps) = item.map() {
            STEP.take_all(builder, &mut draft.targets, steps);
        } else {
            let target: Option<Pattern> = builder.pattern(item, entry.name());
            draft.targets.extend(target.map(ReviewTarget::Ask));
        }
    }
}
