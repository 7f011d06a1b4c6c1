//! Action buttons.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, refuses, takes};
use crate::parse::yaml::Entry;
use crate::{ActionButton, CodeId, CodeKind, TextId};

/// What one action button says.
#[derive(Default)]
pub(crate) struct Draft {
    action: Option<TextId>,
    label: Option<TextId>,
    arguments: Vec<(String, CodeId)>,
    show_if: Option<CodeId>,
}

/// Keys of an action button.
pub(crate) static ACTION: Place<Draft> = Place {
    name: "an action button",
    keys: &[
        takes("action", "The event that the button runs, or an address.", |b, it, entry| {
            it.action = b.plain(entry);
        }),
        takes("label", "What the button says.", |b, it, entry| it.label = b.markdown(entry)),
        takes("arguments", "A mapping of names to expressions.", arguments),
        takes(
            "show if",
            "An expression; the button is shown only while it is true.",
            |b, it, entry| {
                it.show_if = b.expression(entry);
            },
        ),
        ignores("color", "looks are a matter of the theme"),
        ignores("icon", "looks are a matter of the theme"),
        ignores("placement", "looks are a matter of the theme"),
        ignores("css class", "looks are a matter of the theme"),
        ignores("new window", "links open where people choose"),
        ignores("forget prior", "going back from an action returns to where it was started"),
        refuses(
            "code",
            "write the buttons themselves, each with `show if` where it depends on answers",
        ),
    ],
};

/// Reads `action buttons`.
pub(crate) fn take(builder: &mut Builder<'_>, entry: &Entry) -> Vec<ActionButton> {
    let mut buttons = Vec::new();
    for item in entry.value.items() {
        let Some(entries) = item.map() else {
            let expected = "a list of mappings with `label` and `action`";
            builder.report(diagnostics::wrong_type(item.span, entry.name(), expected));
            continue;
        };
        let mut draft = Draft::default();
        ACTION.take_all(builder, &mut draft, entries);
        for name in ["action", "label"] {
            if ![name, "code"].into_iter().any(|it| ACTION.has_or_typo(entries, it)) {
                builder.report(diagnostics::missing_key(item.span, ACTION.name, name));
            }
        }
        if let (Some(action), Some(label)) = (draft.action, draft.label) {
            let Draft { arguments, show_if, .. } = draft;
            buttons.push(ActionButton { action, arguments, label, show_if });
        }
    }
    buttons
}

fn arguments(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let Some(entries) = entry.value.map() else {
        builder.report(diagnostics::wrong_type(
            entry.value.span,
            entry.name(),
            "a mapping of names to expressions",
        ));
        return;
    };
    for entry in entries {
        let code = builder.code(&entry.value, entry.name(), CodeKind::Expression);
        draft.arguments.extend(code.map(|it| (entry.name().to_owned(), it)));
    }
}
