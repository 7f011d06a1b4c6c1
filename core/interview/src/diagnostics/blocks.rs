//! Blocks whose parts do not go together.

use affiant_diagnostic::{Diagnostic, Span};

use super::{short, suggest};

/// A block that is a text or a list.
pub(crate) fn block_is_no_mapping(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-block", span, "a block consists of `key: value` lines")
        .hint("begin it with a key such as `question:` or `code:`")
}

/// A block inside of a choice that neither asks nor computes.
pub(crate) fn choice_block_without_kind(span: Span) -> Diagnostic {
    Diagnostic::error("invalid-block", span, "a block in a choice needs `question` or `code`")
}

/// `question` and `code` in one block.
pub(crate) fn two_kinds(span: Span, first: &str, other: &str, before: Span) -> Diagnostic {
    let message = format!("`{first}` and `{other}` cannot stand in one block");
    Diagnostic::error("two-kinds", span, message)
        .hint("put a line with `---` between them")
        .related(before, format!("`{first}` is here"))
}

/// A block of nothing but modifiers.
pub(crate) fn no_kind(span: Span) -> Diagnostic {
    Diagnostic::error("no-kind", span, "the block does not say what it is")
        .hint("add `question`, `code`, `objects`, `template`, `table`, `attachment` or `data`")
}

/// An id that another block has.
pub(crate) fn duplicate_id(span: Span, id: &str, before: Span) -> Diagnostic {
    Diagnostic::error("duplicate-id", span, format!("two blocks have the id `{}`", short(id)))
        .hint("give each block an id of its own")
        .related(before, "the first one is here")
}

/// `order` or `supersedes` names no block.
pub(crate) fn unknown_id(span: Span, id: &str, near: &[&str]) -> Diagnostic {
    let message = format!("no block has the id `{}`", short(id));
    suggest(
        Diagnostic::error("unknown-id", span, message),
        near,
        "give the block that is meant an `id`",
    )
}

/// `section` names nothing under `sections`. Where some are private, what was meant to be kept
/// apart would not be.
pub(crate) fn unknown_section(
    span: Span,
    name: &str,
    has_sections: bool,
    some_are_private: bool,
    near: &[&str],
) -> Diagnostic {
    let message = format!("there is no section `{}`", short(name));
    let hint = if has_sections {
        "add it to `sections`, or write the key of a section that is there"
    } else {
        "declare the navigation with a block `sections`"
    };
    let diagnostic = if some_are_private {
        Diagnostic::error("unknown-section", span, message)
    } else {
        Diagnostic::warning("unknown-section", span, message)
    };
    suggest(diagnostic, near, hint)
}

/// No question is in a private section.
pub(crate) fn empty_private_section(span: Span, key: &str) -> Diagnostic {
    let message = format!("no question is in the private section `{}`", short(key));
    Diagnostic::warning("empty-private-section", span, message)
        .hint("add `section` to the questions whose answers are to be kept apart")
}

/// A private section whose key cannot name a key.
pub(crate) fn private_section_key(span: Span, key: &str, longest: usize) -> Diagnostic {
    let message = format!("`{}` cannot be the key of a private section", short(key));
    Diagnostic::error("private-section-key", span, message).hint(format!(
        "write at most {longest} letters, digits, spaces, `-` and `_`, and the label behind it: `her-part: Her side`"
    ))
}

/// A question that is answered in two ways.
pub(crate) fn two_controls(span: Span, first: &str, other: &str, before: Span) -> Diagnostic {
    let message = format!("a question has either `{first}` or `{other}`");
    Diagnostic::error("two-controls", span, message)
        .hint("ask two questions, or put everything into `fields`")
        .related(before, format!("`{first}` is here"))
}

/// `field` and `continue button field` for one button.
pub(crate) fn field_and_continue(span: Span) -> Diagnostic {
    Diagnostic::error(
        "two-controls",
        span,
        "Continue sets one variable: either `field` or `continue button field`",
    )
    .hint("keep `continue button field`")
}

/// Choices from an expression, and no variable that they could set.
pub(crate) fn computed_choices_without_field(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` come from an expression but there is no variable to set");
    Diagnostic::error("missing-key", span, message).hint("add `field` with the variable's name")
}

/// A document in a block of its own that nothing can ask for.
pub(crate) fn document_without_variable(span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, "a document in a block of its own needs `variable name`")
        .hint("give it one, or put the document into a question block")
}

/// A format that documents cannot have.
pub(crate) fn unknown_format(span: Span, name: &str, near: &[&str]) -> Diagnostic {
    let message = format!("documents are not made as `{}`", short(name));
    let hint = "the formats are `pdf`, `docx`, `html` and `md`";
    suggest(Diagnostic::error("unknown-format", span, message), near, hint)
}

/// A delivery for each of several things.
pub(crate) fn delivery_of_many(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{}` stands for many variables, and a delivery has one", short(name));
    Diagnostic::error("delivery-of-many", span, message)
        .hint("name one variable, such as `filing`, and deliver several files with it")
}

/// A format that only plugins make.
pub(crate) fn format_of_plugins(span: Span, name: &str) -> Diagnostic {
    let message = format!("only plugins make documents as `{name}`");
    Diagnostic::error("unknown-format", span, message)
        .hint("name one under `assembly`, or take `pdf`, `docx`, `html` or `md`")
}

/// Text for a document that a plugin makes.
pub(crate) fn assembled_content(span: Span) -> Diagnostic {
    let message = "a plugin makes this document of its `template`";
    Diagnostic::error("assembled-content", span, message)
        .hint("leave out `content`, or leave out `assembly` and `template`")
}

/// A row of a review that shows nothing.
pub(crate) fn row_without_variable(span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, "a row of a review needs a variable or a note")
        .hint("write `Label: variable`, or `label` with `fields`, or `note`")
}

/// A logic block that names no plugin.
pub(crate) fn no_plugin_id(span: Span, id: &str) -> Diagnostic {
    let message = format!("`{}` is not the id of a plugin", short(id));
    Diagnostic::error("no-plugin-id", span, message)
        .hint("an id looks like `org.example.parking`; code of your own stands under `code`")
}
