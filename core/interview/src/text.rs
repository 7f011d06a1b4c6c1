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
    /// Where its pieces stand in the file, in order. What comes before the first one is not there.
    pub anchors: Vec<Anchor>,
}

/// A byte of a text and the byte of the file that it comes from. What follows up to the next one
/// follows in the file too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Byte of the text.
    pub text: u32,
    /// Byte of the file.
    pub file: u32,
}

impl SourceText {
    /// A text that is not in the file: all of it stands for the start of `span`.
    pub fn at(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span, anchors: Vec::new() }
    }

    /// The place in the file of a line and column (both from one) of this text; `width` bytes long.
    pub fn place(&self, line: usize, column: usize, width: usize) -> Span {
        let Some(line) = self.text.split('\n').nth(line.saturating_sub(1)) else {
            return self.span;
        };
        let start = line.as_ptr().addr() - self.text.as_ptr().addr();
        let before: usize = line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        let start = self.byte(start + before);
        let end = start.saturating_add(width.max(1)).min((self.span.end as usize).max(start + 1));
        Span::new(self.span.source, start, end)
    }

    /// The byte of the file that a byte of this text is.
    pub fn byte(&self, offset: usize) -> usize {
        let after = self.anchors.partition_point(|it| it.text as usize <= offset);
        match after.checked_sub(1).and_then(|it| self.anchors.get(it)) {
            Some(anchor) => anchor.file as usize + (offset - anchor.text as usize),
            None => self.span.start as usize,
        }
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
