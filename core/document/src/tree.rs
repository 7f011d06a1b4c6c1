//! A parsed text: what every output is written from, so that all of them say the same.

mod build;

use pulldown_cmark::Alignment;

/// The deepest nesting that is kept; deeper elements are taken apart and their text kept.
pub(crate) const MAX_NESTING: usize = 64;

/// A text, parsed.
#[derive(Debug)]
pub(crate) struct Tree {
    /// What it says, top to bottom.
    pub(crate) blocks: Vec<Block>,
    /// How deep the deepest element was nested, which may be over [`MAX_NESTING`].
    pub(crate) deepest: usize,
    /// How many paragraphs, list items, cells, pieces of text and so on it has.
    pub(crate) elements: usize,
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Align {
    /// At the side where lines of the language start.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

/// Something that stands on lines of its own.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    Heading {
        level: u8,
        align: Align,
        content: Vec<Inline>,
    },
    Paragraph {
        align: Align,
        content: Vec<Inline>,
    },
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<Vec<Block>>,
    },
    Quote(Vec<Block>),
    Code(String),
    Rule,
    /// Only at the top, never inside of another block.
    PageBreak,
    Table(Table),
    /// HTML as the author wrote it, not yet cleaned.
    Html(String),
}

/// A table. Rows may be shorter than the header.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Alignment>,
    pub(crate) head: Vec<Vec<Inline>>,
    pub(crate) rows: Vec<Vec<Vec<Inline>>>,
}

impl Table {
    /// Whether any header cell says something.
    pub(crate) fn has_head(&self) -> bool {
        self.head.iter().any(|cell| !cell.is_empty())
    }

    /// The cells of a row, one for each column.
    pub(crate) fn cells<'a>(&self, row: &'a [Vec<Inline>]) -> impl Iterator<Item = &'a [Inline]> {
        let filled = row.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
        filled.take(self.columns.len())
    }
}

/// Something inside of a line.
#[derive(Clone, Debug)]
pub(crate) enum Inline {
    Text(String),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Link {
        to: String,
        title: String,
        content: Vec<Inline>,
    },
    Image {
        source: String,
        alt: String,
    },
    /// A line break that the author asked for.
    Break,
    /// A line break of the source, which reads as a space.
    SoftBreak,
    /// One HTML tag as the author wrote it, not yet cleaned.
    Html(String),
}

impl Tree {
    /// Parses a text. Never fails; elements nested too deeply lose their form, not their text.
    pub(crate) fn parse(markdown: &str) -> Self {
        build::parse(&crate::source::prepare(markdown))
    }
}

/// Adds what the content says, without its form.
pub(crate) fn push_plain(content: &[Inline], plain: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(text) | Inline::Code(text) => plain.push_str(text),
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Link { content, .. } => {
                push_plain(content, plain);
            }
            Inline::Image { alt, .. } => plain.push_str(alt),
            Inline::Break | Inline::SoftBreak => plain.push(' '),
            Inline::Html(_) => {}
        }
    }
}
