//! The fields of a question.

mod condition;
mod datatype;
mod modifiers;
mod screen_test;

use affiant_diagnostic::{Diagnostic, Span};

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{KeyPlace, nearest};
use crate::parse::values::value;
use crate::parse::yaml::{Entry, Literal, Node};
use crate::{CodeKind, Datatype, Default, Field, FieldEntry, InputType, Lookup, Pattern, TextKind};

pub(crate) use modifiers::{Draft, FIELD};

/// Reads `fields`.
pub(crate) fn take(builder: &mut Builder<'_>, entry: &Entry) -> Vec<FieldEntry> {
    if entry.value.items().is_empty() {
        builder.report(diagnostics::empty_value(entry.value.span, entry.name()));
    }
    let mut found: Vec<FieldEntry> =
        entry.value.items().iter().filter_map(|it| one(builder, it)).collect();
    condition::settle(builder, &mut found);
    found
}

/// Reads `default`: a literal, a text with tags, or `code`.
pub(crate) fn default(builder: &mut Builder<'_>, entry: &Entry) -> Option<Default> {
    let node = &entry.value;
    if let Some(code) = node.get("code").filter(|_| node.map().is_some_and(|it| it.len() == 1)) {
        return builder.code(code, entry.name(), CodeKind::Expression).map(Default::Code);
    }
    match node.literal() {
        Some(Literal::Null | Literal::Text("")) => None,
        Some(Literal::Text(_)) => {
            builder.text(node, entry.name(), TextKind::Plain).map(Default::Text)
        }
        _ => Some(Default::Value(value(node))),
    }
}

/// Tables of the places inside of fields.
pub(crate) fn places() -> Vec<KeyPlace> {
    vec![FIELD.summary(), condition::CONDITION.summary()]
}

/// A datatype that nobody has.
pub(crate) fn unknown_datatype(name: &str, span: Span) -> Diagnostic {
    diagnostics::unknown_datatype(span, name, &nearest(name, datatype::names()))
}

/// The names of all datatypes and input types.
pub(crate) fn datatypes() -> (Vec<&'static str>, Vec<&'static str>) {
    (datatype::names(), datatype::input_names())
}

fn one(builder: &mut Builder<'_>, node: &Node) -> Option<FieldEntry> {
    let Some(entries) = node.map() else {
        builder.report(diagnostics::wrong_type(node.span, "fields", "a list of `Label: variable`"));
        return None;
    };
    let has = |name: &str| entries.iter().any(|it| it.name() == name);
    if let [only] = entries
        && only.name() == "code"
    {
        return builder.expression(only).map(FieldEntry::Code);
    }
    let mut draft = Draft::default();
    for name in ["datatype", "input type"] {
        if let Some(entry) = entries.iter().find(|it| it.name() == name) {
            datatype::take(builder, &mut draft, entry);
        }
    }
    let is_long = ["field", "label", "no label"].into_iter().any(has);
    let label = if is_long { None } else { label_of(entries) };
    for entry in entries {
        if label.is_some_and(|it| std::ptr::eq(it, entry)) {
            draft.label = builder.text(&entry.key, "label", TextKind::Markdown);
            draft.target = builder.pattern(&entry.value, entry.name());
            draft.has_target = true;
        } else if !FIELD.take(builder, &mut draft, entry) {
            let near = nearest(entry.name(), FIELD.names());
            builder.report(diagnostics::unknown_key(
                entry.key.span,
                entry.name(),
                FIELD.name,
                &near,
            ));
        }
    }
    let is_text = draft.note.is_some() || draft.html.is_some() || has("note") || has("html");
    if !draft.has_target && !is_text {
        if !["field", "no label"].into_iter().any(|it| FIELD.has_or_typo(entries, it)) {
            builder.report(without_variable(entries, node.span));
        }
        return None;
    }
    if draft.has_target && draft.target.is_none() {
        return None;
    }
    check(builder, &draft, entries, node.span);
    Some(FieldEntry::Field(Box::new(draft.finish(node.span))))
}

/// The entry that is `Label: variable`: the first whose key is not one of a field, and if there
/// are several, rather one that is no near miss of a key and names a variable.
fn label_of(entries: &[Entry]) -> Option<&Entry> {
    let unknown = || entries.iter().filter(|it| !FIELD.has(it.name()));
    let names_variable = |it: &&Entry| {
        let text = it.value.scalar().map_or("", |it| it.text.as_str());
        matches!(it.value.literal(), Some(Literal::Text(_))) && Pattern::parse(text).is_ok()
    };
    if unknown().count() == 1
        && let Some(only) = unknown().find(names_variable)
    {
        return Some(only);
    }
    // Labels begin with a capital letter, keys do not.
    let is_typo = |it: &&Entry| {
        it.name().starts_with(char::is_lowercase) && !nearest(it.name(), FIELD.names()).is_empty()
    };
    unknown()
        .find(|it| names_variable(it) && !is_typo(it))
        .or_else(|| unknown().find(names_variable))
        .or_else(|| unknown().find(|it| it.value.scalar().is_some() && !is_typo(it)))
}

/// A field that names no variable, perhaps because its label is taken for a key.
fn without_variable(entries: &[Entry], span: Span) -> Diagnostic {
    let Some(first) = entries.first() else { return diagnostics::field_without_variable(span) };
    let text = first.value.scalar().map_or("", |it| it.text.as_str());
    let is_variable =
        matches!(first.value.literal(), Some(Literal::Text(_))) && Pattern::parse(text).is_ok();
    if is_variable && FIELD.has(first.name()) && !matches!(first.name(), "label" | "datatype") {
        return diagnostics::label_is_key(first.key.span, first.name(), text);
    }
    diagnostics::field_without_variable(first.key.span)
}

/// What a field's parts do not allow together.
fn check(builder: &mut Builder<'_>, draft: &Draft, entries: &[Entry], span: Span) {
    if draft.target.is_none() {
        return;
    }
    let place = |name: &str| entries.iter().find(|it| it.name() == name);
    let input_type = place("input type");
    let asks_plugin = input_type
        .filter(|it| it.value.scalar().is_some_and(|it| it.text == "ajax"))
        .map(|it| it.value.span);
    let datatype = place("datatype").or_else(|| place("input type"));
    let place = datatype.map_or(span, |it| it.value.span);
    let name = datatype.and_then(|it| it.value.scalar()).map_or("", |it| it.text.as_str());
    let tried = entries.iter().any(|it| matches!(it.name(), "choices" | "code"));
    let is_typed = !tried && draft.input_type == InputType::Default;
    if let Some(custom) = draft.custom.as_ref().filter(|_| !is_typed) {
        builder.report(diagnostics::custom_is_typed(custom.span, &custom.name));
    }
    let is_suggested = is_typed && draft.datatype == Datatype::Text;
    if let Some((source, span)) = draft.lookup.as_ref().filter(|_| !is_suggested) {
        builder.report(diagnostics::lookup_is_typed(*span, source));
    }
    if let Some(span) = asks_plugin.filter(|_| draft.lookup.is_none()) {
        builder.report(diagnostics::nothing_to_look_up(span));
    }
    if !tried && needs_choices(draft.datatype, draft.input_type) {
        builder.report(diagnostics::field_without_choices(place, name));
    }
    let has_bound = |name: &str| entries.iter().any(|it| it.name() == name);
    if draft.datatype == Datatype::Range && !(has_bound("min") && has_bound("max")) {
        builder.report(diagnostics::range_without_bounds(place));
    }
    condition::check(builder, &draft.conditions, entries);
}

fn needs_choices(datatype: Datatype, input_type: InputType) -> bool {
    let is_choice = matches!(
        datatype,
        Datatype::Checkboxes
            | Datatype::Multiselect
            | Datatype::Object
            | Datatype::ObjectRadio
            | Datatype::ObjectCheckboxes
            | Datatype::ObjectMultiselect
    );
    let is_text = matches!(
        datatype,
        Datatype::Text | Datatype::Integer | Datatype::Number | Datatype::Currency | Datatype::Raw
    );
    let shows_choices = matches!(
        input_type,
        InputType::Radio | InputType::Dropdown | InputType::Combobox | InputType::Datalist
    );
    is_choice || (is_text && shows_choices)
}

impl Draft {
    fn finish(self, span: Span) -> Field {
        Field {
            span,
            datatype: if self.target.is_some() { self.datatype } else { Datatype::None },
            required: self
                .required
                .unwrap_or_else(|| datatype::required(self.datatype, self.input_type)),
            custom: self.custom,
            target: self.target,
            label: self.label,
            input_type: self.input_type,
            lookup: self.lookup.map(|(source, span)| Lookup { source, from: self.from, span }),
            choices: self.choices,
            exclude: self.exclude,
            none_of_the_above: self.none_of_the_above,
            all_of_the_above: self.all_of_the_above,
            default: self.default,
            hint: self.hint,
            help: self.help,
            under_text: self.under_text,
            min: self.min,
            max: self.max,
            step: self.step,
            min_length: self.min_length,
            max_length: self.max_length,
            rows: self.rows,
            conditions: self.conditions,
            validate: self.validate,
            validation_messages: self.validation_messages,
            disable_others: self.disable_others,
            currency_symbol: self.currency_symbol,
            accept: self.accept,
            object_labeler: self.object_labeler,
            address_autocomplete: self.address_autocomplete,
            grid: self.grid,
            data: self.data,
            note: self.note,
            html: self.html,
        }
    }
}
