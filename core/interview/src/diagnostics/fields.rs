//! Fields and choices.

use affiant_diagnostic::{Diagnostic, Span};

use super::{short, suggest};

/// A field that sets nothing.
pub(crate) fn field_without_variable(span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, "the field has no variable")
        .hint("write `Label: variable`, or `label` with `field`")
}

/// A label that is taken for a key.
pub(crate) fn label_is_key(span: Span, name: &str, variable: &str) -> Diagnostic {
    let message =
        format!("`{name}` is a key of a field, so it cannot be a label in the short form");
    Diagnostic::error("label-is-key", span, message)
        .hint(format!("write `label: {name}` and `field: {}`", short(variable)))
}

/// A list to choose from without a list.
pub(crate) fn field_without_choices(span: Span, datatype: &str) -> Diagnostic {
    Diagnostic::error(
        "missing-key",
        span,
        format!("a field of the type `{datatype}` needs `choices`"),
    )
    .hint("list them under `choices`, or give an expression under `code`")
}

/// A slider without ends.
pub(crate) fn range_without_bounds(span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, "a field of the type `range` needs `min` and `max`")
}

/// A datatype that is none.
pub(crate) fn unknown_datatype(span: Span, name: &str, near: &[&str]) -> Diagnostic {
    let message = format!("there is no datatype `{}`", short(name));
    let hint = "use `text` with `validate`; datatypes of your own come from plugins, which the interview lists under `plugins`";
    suggest(Diagnostic::error("unknown-datatype", span, message), near, hint)
}

/// A datatype of a plugin on a field that is not typed.
pub(crate) fn custom_is_typed(span: Span, name: &str) -> Diagnostic {
    let message = format!("what is entered for `{}` is typed", short(name));
    Diagnostic::error("typed-datatype", span, message)
        .hint("leave out `choices` and `input type`, or take one of our own datatypes")
}

/// Suggestions for a field that is not typed.
pub(crate) fn lookup_is_typed(span: Span, source: &str) -> Diagnostic {
    let message = format!("`{}` can suggest only what is typed as text", short(source));
    Diagnostic::error("typed-lookup", span, message)
        .hint("leave out `choices`, `input type` and `datatype`, or leave out `lookup`")
}

/// An input that is fed by nothing.
pub(crate) fn nothing_to_look_up(span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, "a field of the input type `ajax` needs `lookup`")
        .hint("name the list of a plugin that suggests, and the plugin under `plugins`")
}

/// An input type that is none.
pub(crate) fn unknown_input_type(span: Span, name: &str, near: &[&str]) -> Diagnostic {
    let message = format!("there is no input type `{}`", short(name));
    let hint = "input types are `area`, `radio`, `dropdown`, `combobox`, `datalist` and `hidden`";
    suggest(Diagnostic::error("unknown-input-type", span, message), near, hint)
}

/// A datatype of other systems that is asked for in another way.
pub(crate) fn similar_datatype(span: Span, name: &str, why: &str) -> Diagnostic {
    Diagnostic::warning(
        "similar-datatype",
        span,
        format!("`{name}` is read as something similar: {why}"),
    )
    .hint("write `file`, `text` or `area`")
}

/// `show if` with neither a variable nor code, or with both.
pub(crate) fn condition_without_test(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        "invalid-condition",
        span,
        format!("`{name}` needs either `variable` or `code`"),
    )
}

/// `show if: a == b`.
pub(crate) fn condition_is_expression(span: Span, name: &str, text: &str) -> Diagnostic {
    let message =
        format!("`{name}` needs the name of a variable, or `variable` and `is`, or `code`");
    let diagnostic = Diagnostic::error("invalid-condition", span, message);
    if text.trim().is_empty() {
        return diagnostic;
    }
    diagnostic.hint(format!("for an expression write `{name}: {{code: {}}}`", short(text)))
}

/// `show if: a` and `hide if: a`.
pub(crate) fn contradicting_conditions(span: Span, before: Span) -> Diagnostic {
    Diagnostic::error(
        "contradicting-conditions",
        span,
        "the field's conditions never hold together",
    )
    .hint("keep one of them")
    .related(before, "the other condition is here")
}

/// A choice that is a mapping without a label.
pub(crate) fn choice_without_label(span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, "the choice needs a label and a value")
        .hint("write `Label: value`, or `label` with `value`")
}

/// A block in a choice that sets a variable.
pub(crate) fn choice_value_is_mapping(span: Span) -> Diagnostic {
    Diagnostic::error("wrong-type", span, "the value of a choice is a text, a number or a boolean")
        .hint("only choices of a question without `field` can hold a block")
}

/// A choice that neither sets a variable nor runs a command.
pub(crate) fn choice_leads_nowhere(
    span: Span,
    name: &str,
    commands: &[&str],
    near: &[&str],
) -> Diagnostic {
    let message = format!("nothing happens when `{}` is chosen", short(name));
    let hint = format!(
        "add `field` to the question, give the choice a block, or use a command: {}",
        commands.join(", ")
    );
    suggest(Diagnostic::error("choice-leads-nowhere", span, message), near, &hint)
}

/// `url` of a choice that goes nowhere.
pub(crate) fn url_without_command(span: Span) -> Diagnostic {
    Diagnostic::warning("ignored-key", span, "`url` is ignored: the choice runs no command")
        .hint("`url` goes with the commands `exit` and `leave`")
}

/// A condition on what is entered on the screen that is more than a browser decides.
pub(crate) fn no_screen_test(span: Span, name: &str, expected: &str) -> Diagnostic {
    let message =
        format!("`{name}` tests what is entered on this screen; expected {expected} here");
    Diagnostic::error("screen-condition", span, message).hint(
        "compare fields of the screen with texts, numbers, `true` or `false`, and join comparisons \
         with `&&`, `||` and `!`: anything else goes into a code block before the screen",
    )
}
