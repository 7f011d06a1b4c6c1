//! Choices of a question or a field.

use affiant_diagnostic::Span;
use affiant_guest::Value;

use crate::diagnostics;
use crate::parse::block;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, nearest, takes};
use crate::parse::values::value;
use crate::parse::yaml::{Entry, Literal, Node};
use crate::{Choice, ChoiceSource, ChoiceValue, CodeId, CodeKind, TextId, TextKind};

/// What choosing sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// A variable, to the choice's value.
    Value,
    /// A variable, to an object that an expression gives.
    Object,
    /// No variable: choices lead to blocks or run commands.
    Nothing,
}

/// Commands of buttons.
const COMMANDS: &[&str] = &["restart", "exit", "continue", "refresh", "leave"];

/// Keys of a choice besides `Label: value`.
pub(crate) static CHOICE: Place<Draft> = Place {
    name: "a choice",
    keys: &[
        takes("label", "What people read.", |b, it, entry| it.label = b.markdown(entry)),
        takes("value", "What the variable becomes.", |_, it, entry| {
            it.value = Some(entry.value.clone());
        }),
        takes("key", "As `value`.", |_, it, entry| it.value = Some(entry.value.clone())),
        takes("default", "`true` chooses it to begin with.", |b, it, entry| {
            it.default = b.flag(entry);
        }),
        takes("help", "Help for the choice.", |b, it, entry| it.help = b.markdown(entry)),
        takes(
            "show if",
            "An expression; the choice is offered only while it is true.",
            |b, it, entry| {
                let node = entry.value.get("code").unwrap_or(&entry.value);
                it.show_if = b.code(node, entry.name(), CodeKind::Expression);
            },
        ),
        takes("group", "The heading that the choice stands under.", |b, it, entry| {
            it.group = b.word(entry);
        }),
        takes("url", "Where the commands `exit` and `leave` lead.", |b, it, entry| {
            it.url = b.word(entry);
        }),
        ignores("image", "choices are shown as text"),
        ignores("color", "looks are a matter of the theme"),
        ignores("css class", "looks are a matter of the theme"),
    ],
};

/// What a choice says.
#[derive(Default)]
pub(crate) struct Draft {
    label: Option<TextId>,
    value: Option<Node>,
    default: bool,
    help: Option<TextId>,
    show_if: Option<CodeId>,
    group: Option<String>,
    url: Option<String>,
}

/// Reads choices; `name` is the key that they stand under.
pub(crate) fn take(
    builder: &mut Builder<'_>,
    node: &Node,
    name: &str,
    setting: Setting,
) -> Option<ChoiceSource> {
    let computed = node.get("code").filter(|_| node.map().is_some_and(|it| it.len() == 1));
    if let Some(code) = computed {
        return builder.code(code, name, CodeKind::Expression).map(ChoiceSource::Code);
    }
    if setting == Setting::Object {
        return objects(builder, node, name);
    }
    if let Some(entries) = node.map() {
        let choices = entries.iter().filter_map(|it| pair(builder, it, setting, Draft::default()));
        return Some(ChoiceSource::Items(choices.collect()));
    }
    let Some(items) = node.list().filter(|it| !it.is_empty()) else {
        let expected = "a list of choices, or `code` with an expression that gives one";
        builder.report(diagnostics::wrong_type(node.span, name, expected));
        return None;
    };
    if let [only] = items
        && let Some([entry]) = only.map()
        && entry.name() == "code"
        && entry.value.scalar().is_some()
    {
        return builder.expression(entry).map(ChoiceSource::Code);
    }
    let choices = items.iter().filter_map(|it| choice(builder, it, name, setting));
    Some(ChoiceSource::Items(choices.collect()))
}

/// One or more expressions that give objects or lists of them.
fn objects(builder: &mut Builder<'_>, node: &Node, name: &str) -> Option<ChoiceSource> {
    let code = match node.list() {
        None => builder.code(node, name, CodeKind::Expression),
        Some([one]) => builder.code(one, name, CodeKind::Expression),
        Some([]) => {
            builder.report(diagnostics::empty_value(node.span, name));
            None
        }
        Some(all) => builder.list_of(all, name),
    };
    code.map(ChoiceSource::Code)
}

fn choice(builder: &mut Builder<'_>, node: &Node, name: &str, setting: Setting) -> Option<Choice> {
    let Some(entries) = node.map() else {
        let label = builder.text(node, name, TextKind::Markdown)?;
        return finish(builder, label, node, node.span, setting, Draft::default());
    };
    let mut draft = Draft::default();
    let mut labelled: Option<&Entry> = None;
    let is_long =
        ["value", "key"].iter().any(|it| node.get(it).is_some()) && node.get("label").is_some();
    for entry in entries {
        let is_label = !is_long && (entries.len() == 1 || !CHOICE.has(entry.name()));
        if is_label && labelled.is_none() {
            labelled = Some(entry);
        } else if !CHOICE.take(builder, &mut draft, entry) {
            let near = nearest(entry.name(), CHOICE.names());
            builder.report(diagnostics::unknown_key(
                entry.key.span,
                entry.name(),
                CHOICE.name,
                &near,
            ));
        }
    }
    if let Some(entry) = labelled {
        return pair(builder, entry, setting, draft);
    }
    let label = draft.label;
    let (Some(label), Some(value)) = (label, draft.value.take()) else {
        builder.report(diagnostics::choice_without_label(node.span));
        return None;
    };
    finish(builder, label, &value, node.span, setting, draft)
}

/// `Label: value`.
fn pair(
    builder: &mut Builder<'_>,
    entry: &Entry,
    setting: Setting,
    draft: Draft,
) -> Option<Choice> {
    let label = builder.text(&entry.key, "choices", TextKind::Markdown)?;
    finish(builder, label, &entry.value, entry.key.span, setting, draft)
}

fn finish(
    builder: &mut Builder<'_>,
    label: TextId,
    node: &Node,
    place: Span,
    setting: Setting,
    draft: Draft,
) -> Option<Choice> {
    let value = match (node.map(), setting) {
        (Some(_), Setting::Nothing) => ChoiceValue::Block(block::embedded(builder, node)?),
        (None, Setting::Nothing) => command(builder, node, &draft)?,
        (Some(_), _) => {
            builder.report(diagnostics::choice_value_is_mapping(node.span));
            return None;
        }
        (None, _) => literal(builder, node)?,
    };
    if draft.url.is_some() && !matches!(value, ChoiceValue::Command { .. }) {
        builder.report(diagnostics::url_without_command(place));
    }
    Some(Choice {
        value,
        label,
        help: draft.help,
        default: draft.default,
        group: draft.group,
        show_if: draft.show_if,
    })
}

fn literal(builder: &mut Builder<'_>, node: &Node) -> Option<ChoiceValue> {
    if node.list().is_some() {
        builder.report(diagnostics::wrong_type(
            node.span,
            "choices",
            "a text, a number or a boolean",
        ));
        return None;
    }
    Some(ChoiceValue::Value(match value(node) {
        Value::Text(text) => Value::Text(text.trim().to_owned()),
        other => other,
    }))
}

fn command(builder: &mut Builder<'_>, node: &Node, draft: &Draft) -> Option<ChoiceValue> {
    let text = match node.literal() {
        Some(Literal::Text(text)) => text.trim(),
        _ => "",
    };
    let name = text.to_lowercase();
    if COMMANDS.contains(&name.as_str()) {
        return Some(ChoiceValue::Command { name, url: draft.url.clone() });
    }
    if draft.url.is_some() {
        return Some(ChoiceValue::Command { name: "exit".to_owned(), url: draft.url.clone() });
    }
    let near = nearest(&name, COMMANDS.iter().copied());
    builder.report(diagnostics::choice_leads_nowhere(node.span, text, COMMANDS, &near));
    None
}
