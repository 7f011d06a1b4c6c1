//! Writes a tree as HTML that is still to be cleaned.

use pulldown_cmark::Alignment;

use crate::markdown::{HtmlOptions, MAX_OWN_TAGS, is_ours};
use crate::tree::{Align, Block, Inline, Table};

/// Raw HTML of the blocks.
pub(crate) fn write(blocks: &[Block], options: HtmlOptions) -> String {
    let mut writer = Writer::new(options);
    writer.blocks(blocks, false);
    writer.finish()
}

/// Text that can stand between tags or in a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut writer = Writer::new(HtmlOptions::default());
    writer.text(text);
    writer.finish()
}

/// Collects raw HTML.
pub(super) struct Writer {
    options: HtmlOptions,
    html: String,
    own_tags: usize,
}

impl Writer {
    pub(super) fn new(options: HtmlOptions) -> Self {
        Self { options, html: String::new(), own_tags: 0 }
    }

    pub(super) fn finish(self) -> String {
        self.html
    }

    pub(super) fn raw(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Adds text, or the value of an attribute in double quotes.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                _ => self.html.push(c),
            }
        }
    }

    pub(super) fn inlines(&mut self, content: &[Inline]) {
        for inline in content {
            self.inline(inline);
        }
    }

    fn blocks(&mut self, blocks: &[Block], tight: bool) {
        for block in blocks {
            self.block(block, tight);
        }
    }

    fn block(&mut self, block: &Block, tight: bool) {
        match block {
            Block::Heading { level, align, content } => {
                let level = level.saturating_add(self.options.heading_shift).clamp(1, 6);
                self.element(&format!("h{level}"), *align, content);
            }
            Block::Paragraph { align: Align::Start, content } if tight => self.inlines(content),
            Block::Paragraph { align, content } => self.element("p", *align, content),
            Block::List { start, tight, items } => self.list(*start, *tight, items),
            Block::Quote(blocks) => {
                self.raw("<blockquote>\n");
                self.blocks(blocks, false);
                self.raw("</blockquote>\n");
            }
            Block::Code(code) => {
                self.raw("<pre><code>");
                self.text(code);
                self.raw("</code></pre>\n");
            }
            Block::Rule => self.raw("<hr>\n"),
            Block::PageBreak if self.options.page_breaks => {
                self.raw("<div class=\"page-break\"></div>\n");
            }
            Block::PageBreak => {}
            Block::Table(table) => self.table(table),
            Block::Html(html) => self.own(html),
        }
    }

    fn element(&mut self, name: &str, align: Align, content: &[Inline]) {
        let class = match align {
            Align::Start => "",
            Align::Center => " class=\"center\"",
            Align::Right => " class=\"right\"",
        };
        self.raw(&format!("<{name}{class}>"));
        self.inlines(content);
        self.raw(&format!("</{name}>\n"));
    }

    fn list(&mut self, start: Option<u64>, tight: bool, items: &[Vec<Block>]) {
        self.raw(&match start {
            None => "<ul>\n".to_owned(),
            Some(1) => "<ol>\n".to_owned(),
            Some(start) => format!("<ol start=\"{start}\">\n"),
        });
        for item in items {
            self.raw("<li>");
            self.blocks(item, tight);
            self.raw("</li>\n");
        }
        self.raw(if start.is_some() { "</ol>\n" } else { "</ul>\n" });
    }

    fn table(&mut self, table: &Table) {
        self.raw("<table>\n");
        if table.has_head() {
            self.raw("<thead>");
            self.row(table, &table.head, "th scope=\"col\"", "th");
            self.raw("</thead>\n");
        }
        self.raw("<tbody>\n");
        for row in &table.rows {
            self.row(table, row, "td", "td");
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn row(&mut self, table: &Table, row: &[Vec<Inline>], start: &str, end: &str) {
        self.raw("<tr>");
        for (cell, alignment) in table.cells(row).zip(&table.columns) {
            let align = match alignment {
                Alignment::None => "",
                Alignment::Left => " align=\"left\"",
                Alignment::Center => " align=\"center\"",
                Alignment::Right => " align=\"right\"",
            };
            self.raw(&format!("<{start}{align}>"));
            self.inlines(cell);
            self.raw(&format!("</{end}>"));
        }
        self.raw("</tr>\n");
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Code(code) => {
                self.raw("<code>");
                self.text(code);
                self.raw("</code>");
            }
            Inline::Emphasis(content) => {
                self.raw("<em>");
                self.inlines(content);
                self.raw("</em>");
            }
            Inline::Strong(content) => {
                self.raw("<strong>");
                self.inlines(content);
                self.raw("</strong>");
            }
            Inline::Link { to, title, content } => self.link(to, title, content),
            Inline::Image { source, alt } if is_ours(source) => {
                self.raw("<img src=\"");
                self.text(source);
                self.raw("\" alt=\"");
                self.text(alt);
                self.raw("\">");
            }
            Inline::Image { alt, .. } => self.text(alt),
            Inline::Break => self.raw("<br>\n"),
            Inline::SoftBreak => self.raw("\n"),
            Inline::Html(html) => self.own(html),
        }
    }

    fn link(&mut self, to: &str, title: &str, content: &[Inline]) {
        self.raw("<a href=\"");
        self.text(to);
        if !title.is_empty() {
            self.raw("\" title=\"");
            self.text(title);
        }
        self.raw("\">");
        self.inlines(content);
        self.raw("</a>");
    }

    /// Adds HTML of the author's.
    fn own(&mut self, html: &str) {
        self.own_tags = self.own_tags.saturating_add(html.matches('<').count());
        if self.own_tags > MAX_OWN_TAGS {
            self.text(html);
        } else {
            self.raw(html);
        }
    }
}
