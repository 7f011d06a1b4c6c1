//! Files, and the interview as a whole.

use affiant_diagnostic::{Diagnostic, Span};

use super::short;
use crate::Unreadable;

/// The interview's own file is not there.
pub(crate) fn unreadable_main(span: Span, name: &str, why: Unreadable) -> Diagnostic {
    Diagnostic::error("unreadable-file", span, format!("`{}` cannot be read: {why}", short(name)))
}

/// A file that is included or named otherwise is not there.
pub(crate) fn unreadable_file(span: Span, name: &str, why: Unreadable) -> Diagnostic {
    Diagnostic::error("unreadable-file", span, format!("`{}` cannot be read: {why}", short(name)))
        .hint("file names are relative to the folder of the file that they stand in")
}

/// `package:file.yml`.
pub(crate) fn package_file(span: Span, name: &str) -> Diagnostic {
    let message =
        format!("`{}` is a file of a package, and there are no packages here", short(name));
    Diagnostic::error("package-file", span, message)
        .hint("put the file beside this one and write its name alone")
}

/// `../../secret.yml`.
pub(crate) fn file_outside(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{}` leads out of the interviews' folder", short(name));
    Diagnostic::error("file-outside", span, message).hint("put the file beside this one")
}

/// A file that includes itself, directly or through others.
pub(crate) fn cyclic_include(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{}` includes this file and cannot be included by it", short(name));
    Diagnostic::error("cyclic-include", span, message).hint("move what both need into a third file")
}

/// More blocks than an interview may have.
pub(crate) fn too_many_blocks(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error("too-large", span, format!("the interview has more than {most} blocks"))
        .hint("the blocks from here on are not read")
}

/// More files than an interview may have.
pub(crate) fn too_many_files(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error("too-large", span, format!("the interview has more than {most} files"))
}

/// A file without a block.
pub(crate) fn empty_file(span: Span) -> Diagnostic {
    Diagnostic::warning("empty-file", span, "the file has no blocks")
}

/// A Python module.
pub(crate) fn foreign_module(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{}` is not a file of Rhai functions", short(name));
    Diagnostic::error("foreign-module", span, message)
        .hint("Python modules cannot be used; put functions into a `.rhai` file beside this one")
}

/// An interview without a title.
pub(crate) fn no_title(span: Span, name: &str) -> Diagnostic {
    let message = format!("the interview has no title, so it is listed as `{}`", short(name));
    Diagnostic::warning("no-title", span, message)
        .hint("add a block with `metadata:` and, indented below it, `title: …`")
}

/// How many diagnostics have been left out.
pub(crate) fn more(span: Span, left_out: usize) -> Diagnostic {
    Diagnostic::note("more", span, format!("{left_out} more have been left out"))
}
