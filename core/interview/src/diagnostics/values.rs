//! Values that are not what their key needs.

use affiant_diagnostic::{Diagnostic, Span};

use super::short;
use crate::parse::Mako;

/// A list where a text belongs, a text where a number belongs, and so on.
pub(crate) fn wrong_type(span: Span, name: &str, expected: &str) -> Diagnostic {
    Diagnostic::error("wrong-type", span, format!("`{}` needs {expected}", short(name)))
}

/// `yes` where `true` is meant.
pub(crate) fn yes_is_text(span: Span, name: &str, text: &str) -> Diagnostic {
    let message =
        format!("`{name}` needs `true`, `false` or an expression, and `{}` is none", short(text));
    Diagnostic::error("wrong-type", span, message).hint("write `true` or `false`")
}

/// Nothing where something belongs.
pub(crate) fn empty_value(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("empty-value", span, format!("`{}` is empty", short(name)))
        .hint("give it a value, or take the key away")
}

/// `${ name }` or `% if name:`.
pub(crate) fn mako(found: &Mako) -> Diagnostic {
    let message = format!("`{}` is a Mako tag, and texts here are minijinja", short(&found.tag));
    let diagnostic = Diagnostic::error("mako", found.span, message);
    match &found.instead {
        Some(instead) => diagnostic.hint(format!("write `{}`", short(instead))),
        None => diagnostic
            .hint("move the computation into a code block, and show its result with `{{ name }}`"),
    }
}

/// A text that names no variable.
pub(crate) fn invalid_variable(span: Span, key: &str, text: &str) -> Diagnostic {
    let message = if text.trim().is_empty() {
        format!("`{}` needs the name of a variable", short(key))
    } else {
        format!("`{}` is not the name of a variable", short(text))
    };
    Diagnostic::error("invalid-variable", span, message)
        .hint("a variable is named like `client.name.first`, `children[i].age` or `x.address`")
}

/// A text that names no class.
pub(crate) fn invalid_class(span: Span, text: &str) -> Diagnostic {
    let message = format!("`{}` is not a class with attributes", short(text));
    Diagnostic::error("invalid-class", span, message)
        .hint("write `Class` or `Class.using(attribute=value)`, such as `List.using(object_type=Individual)`")
}

/// Tags where an expression stands.
pub(crate) fn template_in_expression(span: Span, name: &str, text: &str) -> Diagnostic {
    let inner = text.trim().trim_start_matches(['$', '{']).trim_end_matches('}').trim();
    Diagnostic::error(
        "tag-in-expression",
        span,
        format!("`{name}` is an expression and has no tags"),
    )
    .hint(format!("write `{}`", short(inner)))
}

/// A text that is no language tag.
pub(crate) fn invalid_language(span: Span, text: &str) -> Diagnostic {
    let message = format!("`{}` is not the tag of a language", short(text));
    Diagnostic::error("invalid-language", span, message)
        .hint("write a tag such as `en`, `es` or `es-MX`")
}
