//! Brings a tree into the form that all files share: headings without gaps, no HTML, no images.

use crate::markdown::text_of_html;
use crate::tree::{Align, Block, Inline};

/// Settles the blocks of a document.
///
/// Headings start at level 1 and go down one level at a time, as accessible files need. HTML is
/// reduced to its text and its line breaks, images to what they show: a document has no files.
pub(crate) fn settle(blocks: Vec<Block>) -> Vec<Block> {
    let mut levels = Levels::default();
    blocks.into_iter().filter_map(|block| settle_block(block, &mut levels)).collect()
}

/// The source levels of the headings that the next one may stand under.
#[derive(Default)]
struct Levels(Vec<u8>);

impl Levels {
    fn next(&mut self, level: u8) -> u8 {
        while self.0.last().is_some_and(|above| *above >= level) {
            self.0.pop();
        }
        self.0.push(level);
        u8::try_from(self.0.len()).unwrap_or(6)
    }
}

fn settle_block(block: Block, levels: &mut Levels) -> Option<Block> {
    let mut all = |blocks: Vec<Block>| -> Vec<Block> {
        blocks.into_iter().filter_map(|block| settle_block(block, levels)).collect()
    };
    match block {
        Block::Heading { level, align, content } => {
            let content = filled(content)?;
            Some(Block::Heading { level: levels.next(level), align, content })
        }
        Block::Paragraph { align, content } => {
            Some(Block::Paragraph { align, content: filled(content)? })
        }
        Block::List { start, tight, items } => {
            Some(Block::List { start, tight, items: items.into_iter().map(all).collect() })
        }
        Block::Quote(blocks) => Some(Block::Quote(all(blocks))),
        Block::Table(mut table) => {
            for row in std::iter::once(&mut table.head).chain(&mut table.rows) {
                for cell in row {
                    *cell = settle_inlines(std::mem::take(cell));
                }
            }
            Some(Block::Table(table))
        }
        Block::Html(html) => {
            let content = filled(lines_of_html(&html))?;
            Some(Block::Paragraph { align: Align::Start, content })
        }
        Block::Code(_) | Block::Rule | Block::PageBreak => Some(block),
    }
}

/// The content settled, or nothing if it says nothing.
fn filled(content: Vec<Inline>) -> Option<Vec<Inline>> {
    let content = settle_inlines(content);
    (!content.is_empty()).then_some(content)
}

fn settle_inlines(content: Vec<Inline>) -> Vec<Inline> {
    content.into_iter().flat_map(settle_inline).collect()
}

fn settle_inline(inline: Inline) -> Vec<Inline> {
    match inline {
        Inline::Emphasis(content) => filled(content).map(Inline::Emphasis).into_iter().collect(),
        Inline::Strong(content) => filled(content).map(Inline::Strong).into_iter().collect(),
        Inline::Link { to, title, content } => {
            let content = filled(content).unwrap_or_else(|| vec![Inline::Text(to.clone())]);
            if leads_outside(&to) { vec![Inline::Link { to, title, content }] } else { content }
        }
        Inline::Image { alt, .. } if alt.is_empty() => Vec::new(),
        Inline::Image { alt, .. } => vec![Inline::Text(alt)],
        Inline::Html(html) if is_break(&html) => vec![Inline::Break],
        Inline::Html(_) => Vec::new(),
        Inline::Text(_) | Inline::Code(_) | Inline::Break | Inline::SoftBreak => vec![inline],
    }
}

/// Whether a link works in a file that has left the server. Longer ones PDF cannot hold.
fn leads_outside(to: &str) -> bool {
    const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
    let known = to
        .split_once(':')
        .is_some_and(|(scheme, _)| SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    known && to.len() <= 2000
}

fn lines_of_html(html: &str) -> Vec<Inline> {
    let text = text_of_html(html);
    let mut content = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !content.is_empty() {
            content.push(Inline::Break);
        }
        content.push(Inline::Text(line.to_owned()));
    }
    content
}

fn is_break(tag: &str) -> bool {
    let name: String = tag.chars().filter(char::is_ascii_alphabetic).collect();
    name.eq_ignore_ascii_case("br")
}
