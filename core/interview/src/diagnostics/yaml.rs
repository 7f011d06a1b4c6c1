//! What is not YAML, or more of YAML than interviews use.

use affiant_diagnostic::{Diagnostic, Span};

/// A tag such as `!!str`.
pub(crate) fn yaml_tag(span: Span) -> Diagnostic {
    Diagnostic::error("yaml-tag", span, "YAML tags are not used in interviews")
        .hint("take the word that begins with `!` away, or put the text into quotes")
}

/// `*name`.
pub(crate) fn yaml_alias(span: Span) -> Diagnostic {
    Diagnostic::error("yaml-alias", span, "YAML aliases are not used in interviews")
        .hint("write the value out again; a text that begins with `*` needs quotes")
}

/// Lists in lists in lists.
pub(crate) fn too_deep(span: Span, most: usize) -> Diagnostic {
    let message = format!("lists and mappings stand in one another more than {most} deep");
    Diagnostic::error("too-deep", span, message)
}

/// Two values in one block.
pub(crate) fn second_document(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "the block has ended before this")
        .hint("put a line with `---` between blocks")
}

/// A key that stands in the same mapping before.
pub(crate) fn duplicate_key(span: Span, name: &str, before: Span) -> Diagnostic {
    Diagnostic::error("duplicate-key", span, format!("`{name}` is given twice"))
        .hint("keep one of them")
        .related(before, "given here first")
}

/// A value that begins with `{{` or `{%`.
pub(crate) fn unquoted_template(span: Span) -> Diagnostic {
    Diagnostic::error("unquoted-template", span, "a text that begins with a tag needs quotes")
        .hint("put the whole text into double quotes, because `{` begins a mapping in YAML")
}

/// A list or mapping as a key.
pub(crate) fn key_is_no_text(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "a key is a plain text")
}

/// A tab where spaces belong.
pub(crate) fn tab_in_indentation(span: Span) -> Diagnostic {
    Diagnostic::error("tab", span, "the line is indented with a tab")
        .hint("use spaces; YAML does not allow tabs there")
}

/// `question: Note: this`.
pub(crate) fn colon_in_text(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "this `:` makes a key where none can stand")
        .hint("put a text that contains `: ` into quotes, or check the indentation of the line")
}

/// A line that is neither a key nor part of a text.
pub(crate) fn line_without_colon(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "the line has no `key: value`")
        .hint("add the `:`, or indent the line if it belongs to the text above")
}

/// A line that begins at an indentation where nothing began.
pub(crate) fn odd_indentation(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "the line's indentation fits nothing above it")
        .hint("give lines that belong together the same indentation")
}

/// `'text`
pub(crate) fn open_quote(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "the quoted text does not end")
        .hint("add the closing quote; in single quotes, an apostrophe is written twice")
}

/// `"text" more`
pub(crate) fn text_after_quote(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "there is text behind the closing quote").hint(
        "put double quotes round the whole text, and write `\\\"` for a double quote inside of it",
    )
}

/// `[1, 2`
pub(crate) fn open_bracket(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, "the list or mapping in brackets does not end")
        .hint("add the closing bracket; a text that begins with a bracket needs quotes")
}

/// `@name`
pub(crate) fn odd_first_character(span: Span, character: char) -> Diagnostic {
    let message = format!("a text without quotes cannot begin with {character:?}");
    Diagnostic::error("invalid-yaml", span, message).hint("put the whole text into quotes")
}

/// Everything else, in the words of the library.
pub(crate) fn invalid_yaml(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("invalid-yaml", span, format!("this is not valid YAML: {what}"))
}
