//! Takes blocks apart into lines, for places where only one line or a label fits.

use std::borrow::Cow;

use crate::tree::{Block, Inline};

/// One paragraph, heading, list item or table cell.
pub(super) struct Line<'a> {
    /// The number or bullet before it, so that a label such as `1. Name` keeps its number.
    pub(super) marker: String,
    pub(super) content: Cow<'a, [Inline]>,
}

/// The lines of the blocks, top to bottom.
pub(super) fn lines(blocks: &[Block]) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    collect(blocks, &mut String::new(), &mut lines);
    lines
}

/// Adds the lines of the blocks; the first takes the marker.
fn collect<'a>(blocks: &'a [Block], marker: &mut String, lines: &mut Vec<Line<'a>>) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                lines.push(Line { marker: std::mem::take(marker), content: content.into() });
            }
            Block::List { start, items, .. } => {
                for (item, number) in items.iter().zip(start.unwrap_or(0)..) {
                    match start {
                        Some(_) => *marker = format!("{marker}{number}. "),
                        None => marker.push_str("• "),
                    }
                    collect(item, marker, lines);
                    if !marker.is_empty() {
                        let marker = std::mem::take(marker);
                        lines.push(Line { marker, content: Cow::Borrowed(&[]) });
                    }
                }
            }
            Block::Quote(blocks) => collect(blocks, marker, lines),
            Block::Code(text) => lines.push(whole(marker, Inline::Code(text.clone()))),
            Block::Html(html) => lines.push(whole(marker, Inline::Html(html.clone()))),
            Block::Table(table) => {
                for row in std::iter::once(&table.head).chain(&table.rows) {
                    for cell in row.iter().filter(|cell| !cell.is_empty()) {
                        lines.push(Line { marker: std::mem::take(marker), content: cell.into() });
                    }
                }
            }
            Block::Rule | Block::PageBreak => {}
        }
    }
}

fn whole<'a>(marker: &mut String, inline: Inline) -> Line<'a> {
    Line { marker: std::mem::take(marker), content: Cow::Owned(vec![inline]) }
}
