//! Writes the Typst source of a document.
//!
//! Invariant: what an author or a user wrote appears in it only as `literal` strings.

use std::fmt::Write as _;

use pulldown_cmark::Alignment;

use crate::document::{Document, Paper};
use crate::glyphs::is_covered;
use crate::pdf::BOX;
use crate::tree::{Align, Block, Inline, Table};

const PREAMBLE: &str = include_str!("preamble.typ");

/// Levels of lists and quotes that are indented. Deeper ones would leave no room for text, and the
/// typesetter refuses to go much deeper.
const MAX_INDENT: usize = 8;

/// The whole source, from page size to last word.
pub(super) fn source(document: &Document) -> String {
    let mut writer = Writer { source: String::new(), indent: 0 };
    writer.settings(document);
    writer.blocks(&document.blocks);
    writer.source
}

struct Writer {
    source: String,
    indent: usize,
}

impl Writer {
    fn settings(&mut self, document: &Document) {
        self.raw("#set document(title: ");
        self.literal(&document.title);
        match document.date {
            Some(date) => self.format(format_args!(
                ", date: datetime(year: {}, month: {}, day: {}))\n",
                date.year, date.month, date.day
            )),
            None => self.raw(", date: none)\n"),
        }
        let paper = match document.paper {
            Paper::A4 => "a4",
            Paper::Letter => "us-letter",
        };
        self.format(format_args!("#set page(paper: \"{paper}\")\n"));
        self.raw("#set text(lang: ");
        self.string(&document.language.primary());
        if let Some(region) = document.language.region() {
            self.raw(", region: ");
            self.string(&region);
        }
        self.raw(")\n");
        let [before, between] = document.language.page_words();
        self.format(format_args!("#let page-words = (\"{before}\", \"{between}\")\n"));
        self.raw(PREAMBLE);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            // Else the list would stand as close to what is above it as its items to each other.
            if index > 0 && matches!(block, Block::List { .. }) {
                self.raw("#parbreak();");
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, align, content } => {
                let call = format!("heading(level: {level})");
                self.aligned(*align, &call, content);
            }
            Block::Paragraph { align, content } => self.aligned(*align, "par", content),
            Block::List { start, tight, items } => self.list(*start, *tight, items),
            Block::Quote(blocks) if self.indent < MAX_INDENT => {
                self.indent += 1;
                self.raw("#quote(block: true)[");
                self.blocks(blocks);
                self.raw("];\n");
                self.indent -= 1;
            }
            Block::Quote(blocks) => self.blocks(blocks),
            Block::Code(code) => {
                self.raw("#raw(block: true, ");
                self.string(code.trim_end_matches('\n'));
                self.raw(");\n");
            }
            Block::Rule => self.raw("#line(length: 100%, stroke: 0.5pt + luma(110));\n"),
            Block::PageBreak => self.raw("#pagebreak(weak: true);\n"),
            Block::Table(table) => self.table(table),
            Block::Html(text) => {
                let content = [Inline::Text(text.clone())];
                self.aligned(Align::Start, "par", &content);
            }
        }
    }

    fn aligned(&mut self, align: Align, call: &str, content: &[Inline]) {
        let (before, after) = match align {
            Align::Start => ("", ""),
            Align::Center => ("#align(center)[", "];"),
            Align::Right => ("#align(right)[", "];"),
        };
        self.format(format_args!("{before}#{call}"));
        self.content(content);
        self.format(format_args!(";{after}\n"));
    }

    fn list(&mut self, start: Option<u64>, tight: bool, items: &[Vec<Block>]) {
        if self.indent >= MAX_INDENT {
            return self.unindented(start, items);
        }
        self.indent += 1;
        let name = if start.is_some() { "enum" } else { "list" };
        self.format(format_args!("#{name}(tight: {tight}"));
        if let Some(start) = start {
            self.format(format_args!(", start: {start}"));
        }
        for item in items {
            self.format(format_args!(", {name}.item["));
            self.item(item, tight);
            self.raw("]");
        }
        self.raw(");\n");
        self.indent -= 1;
    }

    fn unindented(&mut self, start: Option<u64>, items: &[Vec<Block>]) {
        for (item, number) in items.iter().zip(start.unwrap_or(0)..) {
            self.text(&start.map_or("• ".to_owned(), |_| format!("{number}. ")));
            self.item(item, true);
            self.raw("#parbreak();");
        }
    }

    /// In a tight list the first paragraph of an item keeps no distance.
    fn item(&mut self, blocks: &[Block], tight: bool) {
        match blocks {
            [Block::Paragraph { align: Align::Start, content }, rest @ ..] if tight => {
                self.inlines(content);
                self.blocks(rest);
            }
            _ => self.blocks(blocks),
        }
    }

    fn table(&mut self, table: &Table) {
        self.format(format_args!("#table(columns: {}, align: (", table.columns.len()));
        for alignment in &table.columns {
            self.raw(match alignment {
                Alignment::None => "start, ",
                Alignment::Left => "left, ",
                Alignment::Center => "center, ",
                Alignment::Right => "right, ",
            });
        }
        self.raw(")");
        if table.has_head() {
            self.raw(", table.header(");
            for cell in table.cells(&table.head) {
                self.raw("table.cell(fill: luma(238))[#strong");
                self.content(cell);
                self.raw(";], ");
            }
            self.raw(")");
        }
        for cell in table.rows.iter().flat_map(|row| table.cells(row)) {
            self.raw(", ");
            self.content(cell);
        }
        self.raw(");\n");
    }

    fn content(&mut self, content: &[Inline]) {
        self.raw("[");
        self.inlines(content);
        self.raw("]");
    }

    fn inlines(&mut self, content: &[Inline]) {
        for inline in content {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Code(code) => {
                self.raw("#raw(");
                self.string(code);
                self.raw(");");
            }
            Inline::Emphasis(content) => self.call("emph", content),
            Inline::Strong(content) => self.call("strong", content),
            Inline::Link { to, content, .. } => {
                self.raw("#link(");
                self.literal(to);
                self.raw(")");
                self.content(content);
                self.raw(";");
            }
            Inline::Image { alt, .. } => self.text(alt),
            Inline::Break => self.raw("#linebreak();"),
            Inline::SoftBreak => self.text(" "),
            Inline::Html(_) => {}
        }
    }

    fn call(&mut self, name: &str, content: &[Inline]) {
        self.format(format_args!("#{name}"));
        self.content(content);
        self.raw(";");
    }

    fn text(&mut self, text: &str) {
        self.raw("#");
        self.string(text);
        self.raw(";");
    }

    /// Adds text that will be seen as an escaped string, with boxes for what no font can show.
    fn string(&mut self, text: &str) {
        let shown = |c: char| if is_covered(c) { c } else { BOX };
        self.escaped(text.chars().map(shown));
    }

    /// Adds text that will not be seen, such as an address, as an escaped string.
    fn literal(&mut self, text: &str) {
        self.escaped(text.chars());
    }

    fn escaped(&mut self, text: impl Iterator<Item = char>) {
        self.source.push('"');
        for c in text {
            match c {
                '"' => self.raw("\\\""),
                '\\' => self.raw("\\\\"),
                '\n' => self.raw("\\n"),
                '\t' => self.raw("\\t"),
                _ => self.source.push(c),
            }
        }
        self.source.push('"');
    }

    fn raw(&mut self, source: &str) {
        self.source.push_str(source);
    }

    fn format(&mut self, source: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.source.write_fmt(source);
    }
}
