//! A document to be written as a file: its text, title, language and date.

use crate::glyphs::Script;
use crate::settle::settle;
use crate::source::clean_line;
use crate::tree::{Block, MAX_NESTING, Tree};

/// The longest content that a document may have, in bytes.
pub const MAX_CONTENT: usize = 1 << 20;

/// The most elements (paragraphs, list items, cells, pieces of text) that a document may have.
///
/// Each takes some kilobytes while pages are set.
pub const MAX_ELEMENTS: usize = 50_000;

/// The most columns that a table may have.
pub const MAX_COLUMNS: usize = 64;

/// A document, ready to be written as HTML, PDF or DOCX.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) title: String,
    pub(crate) language: Language,
    pub(crate) date: Option<Date>,
    pub(crate) paper: Paper,
    pub(crate) blocks: Vec<Block>,
}

/// Why a document cannot be made. Never repeats what it says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The title is blank; readers of a file are told its title first.
    #[error("a document needs a title")]
    NoTitle,
    /// The language is not a BCP 47 tag such as `en` or `pt-BR`.
    #[error("the language of a document is a tag such as \"en\" or \"pt-BR\"")]
    InvalidLanguage,
    /// There is no such day.
    #[error("the date of a document is a day that exists, from the year 1 to 9999")]
    InvalidDate,
    /// The content is over [`MAX_CONTENT`] bytes long.
    #[error("the document is {bytes} bytes long, and {MAX_CONTENT} are allowed")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The document has more than [`MAX_ELEMENTS`] elements.
    #[error(
        "the document has {elements} paragraphs, cells and other elements, and {MAX_ELEMENTS} are allowed"
    )]
    TooMany {
        /// How many it has.
        elements: usize,
    },
    /// Lists, quotes and emphasis are nested more than 64 levels deep.
    #[error("the document is nested {levels} levels deep, and {MAX_NESTING} are allowed")]
    TooDeep {
        /// How deep it is.
        levels: usize,
    },
    /// A table has more than [`MAX_COLUMNS`] columns.
    #[error("a table of the document has {columns} columns, and {MAX_COLUMNS} are allowed")]
    TooWide {
        /// How many it has.
        columns: usize,
    },
    /// The fonts cannot show some characters. [`crate::glyphs::uncovered`] tells which.
    #[error("the fonts cannot show {count} different characters of the document ({})", Script::list(.scripts))]
    UncoveredCharacters {
        /// How many different characters.
        count: usize,
        /// What kinds of writing they belong to, each once.
        scripts: Vec<Script>,
    },
    /// The PDF could not be set, though the document is valid.
    #[error("the document could not be set as PDF")]
    Typesetting,
    /// The DOCX could not be packed.
    #[error("the document could not be packed as DOCX")]
    Packing(#[from] std::io::Error),
}

impl Document {
    /// A document of A4 pages from assembled Markdown. Fails when a limit is passed, the language
    /// is not a tag, or the title is blank.
    pub fn new(title: &str, language: &str, content: &str) -> Result<Self, DocumentError> {
        if content.len() > MAX_CONTENT {
            return Err(DocumentError::TooLong { bytes: content.len() });
        }
        let title = clean_line(title);
        if title.is_empty() {
            return Err(DocumentError::NoTitle);
        }
        let language = Language::parse(language)?;
        let tree = Tree::parse(content);
        if tree.deepest > MAX_NESTING {
            return Err(DocumentError::TooDeep { levels: tree.deepest });
        }
        if tree.elements > MAX_ELEMENTS {
            return Err(DocumentError::TooMany { elements: tree.elements });
        }
        let columns = widest(&tree.blocks);
        if columns > MAX_COLUMNS {
            return Err(DocumentError::TooWide { columns });
        }
        let blocks = settle(tree.blocks);
        Ok(Self { title, language, date: None, paper: Paper::A4, blocks })
    }

    /// The same document with the date on which it was made, for the file's own record.
    #[must_use]
    pub fn with_date(self, date: Date) -> Self {
        Self { date: Some(date), ..self }
    }

    /// The same document on other paper.
    #[must_use]
    pub fn with_paper(self, paper: Paper) -> Self {
        Self { paper, ..self }
    }

    /// Its title, on one line.
    pub fn title(&self) -> &str {
        &self.title
    }
}

/// The size of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

/// A day of the Gregorian calendar.
///
/// Invariant: it exists, and its year is from 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

impl Date {
    /// The day, if it exists.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DocumentError> {
        let leap =
            (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        if (1..=9999).contains(&year) && (1..=days).contains(&day) {
            Ok(Self { year, month, day })
        } else {
            Err(DocumentError::InvalidDate)
        }
    }
}

/// A language, as a BCP 47 tag.
///
/// Invariant: subtags of one to eight ASCII letters and digits joined by hyphens, the first of two
/// or three letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Language(String);

impl Language {
    pub(crate) fn parse(tag: &str) -> Result<Self, DocumentError> {
        let mut subtags = tag.split('-');
        let primary = subtags.next().unwrap_or_default();
        let primary_fits =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        let rest_fits = subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        if primary_fits && rest_fits && tag.len() <= 35 {
            Ok(Self(tag.to_owned()))
        } else {
            Err(DocumentError::InvalidLanguage)
        }
    }

    pub(crate) fn tag(&self) -> &str {
        &self.0
    }

    /// The language itself, such as `pt`, in lower case.
    pub(crate) fn primary(&self) -> String {
        self.0.split('-').next().unwrap_or_default().to_ascii_lowercase()
    }

    /// The country, such as `BR`, if the tag names one by two letters.
    pub(crate) fn region(&self) -> Option<String> {
        let region = self.0.split('-').skip(1).find(|subtag| subtag.len() <= 2)?;
        let letters = region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic());
        letters.then(|| region.to_ascii_uppercase())
    }

    pub(crate) fn is_right_to_left(&self) -> bool {
        let primary = self.primary();
        ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"]
            .contains(&primary.as_str())
    }

    /// The words before and between the two numbers of "Page 1 of 2".
    pub(crate) fn page_words(&self) -> [&'static str; 2] {
        match self.primary().as_str() {
            "de" => ["Seite ", " von "],
            "en" => ["Page ", " of "],
            "es" => ["Página ", " de "],
            "fr" => ["Page ", " sur "],
            "it" => ["Pagina ", " di "],
            "nl" => ["Pagina ", " van "],
            "pl" => ["Strona ", " z "],
            "pt" => ["Página ", " de "],
            _ => ["", " / "],
        }
    }
}

fn widest(blocks: &[Block]) -> usize {
    let width = |block: &Block| match block {
        Block::Table(table) => table.columns.len(),
        Block::Quote(blocks) => widest(blocks),
        Block::List { items, .. } => items.iter().map(|item| widest(item)).max().unwrap_or(0),
        _ => 0,
    };
    blocks.iter().map(width).max().unwrap_or(0)
}
