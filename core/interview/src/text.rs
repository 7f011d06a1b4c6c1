//! Scripts and texts as the author wrote them, with their place.

use affiant_diagnostic::Span;

/// Names one script or expression of an interview: an index into `Interview::codes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodeId(pub u32);

/// Names one text of an interview: an index into `Interview::texts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(pub u32);

/// A piece of an author's file that another language is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The text, with YAML's indentation and quoting taken off.
    pub text: String,
    /// All of it in the file.
    pub span: Span,
    /// For each line of `text`, the byte of the file at which it starts.
    pub line_starts: Vec<u32>,
}

impl SourceText {
    /// The place in the file of a line and column (both from one) of this text.
    pub fn place(&self, line: usize, column: usize, width: usize) -> Span {
        let Some(start) = self.line_starts.get(line.saturating_sub(1)) else {
            return self.span;
        };
        let before: usize =
            self.text.lines().nth(line.saturating_sub(1)).map_or(0, |it| {
                it.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum()
            });
        let start = *start as usize + before;
        Span::new(self.span.source, start, start + width.max(1))
    }
}

/// Whether a script gives a value or does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// One expression.
    Expression,
    /// Statements that define answers.
    Block,
}

/// One script or expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Whether it gives a value.
    pub kind: CodeKind,
    /// The Rhai source.
    pub source: SourceText,
}

/// What a text is for, which decides how answers in it are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Markdown for a page or a document.
    Markdown,
    /// Plain text: a file name, a default value.
    Plain,
}

/// One text with minijinja tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is for.
    pub kind: TextKind,
    /// The template source.
    pub source: SourceText,
}
