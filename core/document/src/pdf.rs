//! Writes a document as tagged PDF.
//!
//! Text is set by Typst, in this process, from a source that this crate writes: everything that an
//! author or a user wrote stands in it as an escaped string.

mod markup;
mod world;

use std::thread;

use typst::diag::SourceResult;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::document::{Document, DocumentError};
use crate::glyphs::{Script, is_covered};
use crate::pdf::world::OneSource;
use crate::tree::{Block, Inline};

/// What stands for a character that no font can show.
const BOX: char = '\u{25a1}';

/// Stack for the typesetter, which recurses into what is nested.
const STACK: usize = 64 << 20;

/// A PDF and what its reader should be warned of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Empty when nothing is missing and the file claims PDF/UA-1.
    pub warnings: Vec<Warning>,
}

/// What is not right with a PDF that was made all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Characters that no font can show were replaced by boxes.
    ReplacedCharacters {
        /// How many different characters.
        count: usize,
        /// What kinds of writing they belong to, each once.
        scripts: Vec<Script>,
    },
    /// The file is tagged but makes no claim to PDF/UA-1.
    NotAccessible,
}

/// The document as PDF/UA-1, and as PDF/A-2a too if it has a date.
///
/// Fails when the fonts lack a character: offer [`to_pdf_replacing`], DOCX or HTML then.
pub fn to_pdf(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let missing = missing_characters(document);
    if !missing.is_empty() {
        let scripts = Script::all(&missing);
        return Err(DocumentError::UncoveredCharacters { count: missing.len(), scripts });
    }
    let (bytes, _) = set(document, &accessible(document))?;
    Ok(bytes)
}

/// The document as PDF even when the fonts lack a character, with boxes instead and a warning.
///
/// A file with boxes is tagged but does not claim to be accessible, since it hides text.
pub fn to_pdf_replacing(document: &Document) -> Result<Pdf, DocumentError> {
    let missing = missing_characters(document);
    let mut warnings = Vec::new();
    let mut standards = Vec::new();
    if missing.is_empty() {
        standards = accessible(document);
    } else {
        let scripts = Script::all(&missing);
        warnings.push(Warning::ReplacedCharacters { count: missing.len(), scripts });
    }
    standards.push(&[]);
    let (bytes, standard) = set(document, &standards)?;
    if standard.is_empty() {
        warnings.push(Warning::NotAccessible);
    }
    Ok(Pdf { bytes, warnings })
}

type Standard = &'static [PdfStandard];

/// The standards to try, best first.
fn accessible(document: &Document) -> Vec<Standard> {
    let mut standards: Vec<Standard> = vec![&[PdfStandard::Ua_1]];
    // An archive must know when a file was made.
    if document.date.is_some() {
        standards.insert(0, &[PdfStandard::Ua_1, PdfStandard::A_2a]);
    }
    standards
}

/// Sets the document by the first standard that it meets.
fn set(document: &Document, standards: &[Standard]) -> Result<(Vec<u8>, Standard), DocumentError> {
    let source = markup::source(document);
    let set = thread::scope(|scope| {
        let work = || compile(source).and_then(|pages| export(&pages, standards));
        let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()?;
        worker.join().ok()?
    });
    // Results are kept for later otherwise, and with them what the document says.
    typst::comemo::evict(0);
    set.ok_or(DocumentError::Typesetting)
}

fn compile(source: String) -> Option<PagedDocument> {
    typst::compile::<PagedDocument>(&OneSource::new(source)).output.ok()
}

fn export(pages: &PagedDocument, standards: &[Standard]) -> Option<(Vec<u8>, Standard)> {
    standards.iter().find_map(|standard| {
        let bytes = export_as(pages, standard).ok()?;
        Some((bytes, *standard))
    })
}

fn export_as(pages: &PagedDocument, standard: Standard) -> SourceResult<Vec<u8>> {
    let options = PdfOptions {
        creator: Smart::Custom(Some("Affiant".to_owned())),
        standards: PdfStandards::new(standard).unwrap_or_default(),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options)
}

/// The different characters on the pages that no font covers.
fn missing_characters(document: &Document) -> Vec<char> {
    let mut missing = Vec::new();
    visit_blocks(&document.blocks, &mut |text| {
        for c in text.chars().filter(|c| !is_covered(*c)) {
            if !missing.contains(&c) {
                missing.push(c);
            }
        }
    });
    missing
}

fn visit_blocks(blocks: &[Block], visit: &mut impl FnMut(&str)) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                visit_inlines(content, visit);
            }
            Block::List { items, .. } => items.iter().for_each(|item| visit_blocks(item, visit)),
            Block::Quote(blocks) => visit_blocks(blocks, visit),
            Block::Code(text) | Block::Html(text) => visit(text),
            Block::Table(table) => {
                let rows = std::iter::once(&table.head).chain(&table.rows);
                rows.flatten().for_each(|cell| visit_inlines(cell, visit));
            }
            Block::Rule | Block::PageBreak => {}
        }
    }
}

fn visit_inlines(content: &[Inline], visit: &mut impl FnMut(&str)) {
    for inline in content {
        match inline {
            Inline::Text(text) | Inline::Code(text) => visit(text),
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Link { content, .. } => {
                visit_inlines(content, visit);
            }
            Inline::Image { alt, .. } => visit(alt),
            Inline::Break | Inline::SoftBreak | Inline::Html(_) => {}
        }
    }
}
