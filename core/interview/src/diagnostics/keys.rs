//! Keys that do not belong where they stand.

use affiant_diagnostic::{Diagnostic, Span};

use super::{short, suggest};

/// A key that is none.
pub(crate) fn unknown_key(span: Span, name: &str, place: &str, near: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a key of {place}", short(name));
    suggest(Diagnostic::error("unknown-key", span, message), near, "")
}

/// A key that belongs to another kind of block.
pub(crate) fn misplaced_key(span: Span, name: &str, place: &str, home: &str) -> Diagnostic {
    Diagnostic::error("misplaced-key", span, format!("`{name}` is not a key of {place}"))
        .hint(format!("it belongs to {home}; is a line with `---` missing before it?"))
}

/// A key of other systems without which the interview works.
pub(crate) fn ignored_key(span: Span, name: &str, why: &str) -> Diagnostic {
    Diagnostic::warning("ignored-key", span, format!("`{name}` is ignored: {why}"))
        .hint("take it out, so that nobody expects something of it")
}

/// A key of other systems without which the interview would not do what it says.
pub(crate) fn refused_key(span: Span, name: &str, instead: &str) -> Diagnostic {
    Diagnostic::error("unsupported-key", span, format!("`{name}` is not supported")).hint(instead)
}

/// A key without which the rest means nothing.
pub(crate) fn missing_key(span: Span, place: &str, name: &str) -> Diagnostic {
    Diagnostic::error("missing-key", span, format!("{place} needs `{name}`"))
}
