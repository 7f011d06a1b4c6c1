//! Builds a [`Tree`] from the events of the Markdown parser.

use pulldown_cmark::{Event, Options, Parser, Tag as Element, TagEnd};

use crate::source::{self, Tag};
use crate::tree::{Align, Block, Inline, MAX_NESTING, Table, Tree, push_plain};

/// Parses a prepared text.
pub(super) fn parse(prepared: &str) -> Tree {
    // Strikethrough stays off: authors of guided interviews do not know it, and a stray `~` is text.
    let mut builder =
        Builder { frames: vec![Frame::new(Kind::Root)], depth: 0, deepest: 0, elements: 0 };
    for event in Parser::new_ext(prepared, Options::ENABLE_TABLES) {
        builder.take(event);
    }
    builder.close_implicit();
    while builder.frames.len() > 1 {
        builder.close();
    }
    let blocks = builder.frames.pop().map(|root| root.blocks).unwrap_or_default();
    Tree { blocks, deepest: builder.deepest, elements: builder.elements }
}

/// An element that is still open.
struct Frame {
    kind: Kind,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

enum Kind {
    Root,
    Quote,
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<Vec<Block>>,
    },
    Item,
    /// `implicit` when the parser gave text without a paragraph, as in tight lists.
    Paragraph {
        align: Align,
        bold: bool,
        implicit: bool,
    },
    Heading {
        level: u8,
        align: Align,
    },
    Code(String),
    Html(String),
    Table(Table),
    Head(Vec<Vec<Inline>>),
    Row(Vec<Vec<Inline>>),
    Cell,
    Emphasis,
    Strong,
    Link {
        to: String,
        title: String,
    },
    Image {
        source: String,
    },
}

impl Frame {
    fn new(kind: Kind) -> Self {
        Self { kind, blocks: Vec::new(), inlines: Vec::new() }
    }

    fn holds_blocks(&self) -> bool {
        matches!(self.kind, Kind::Root | Kind::Quote | Kind::Item | Kind::List { .. })
    }
}

struct Builder {
    /// Never empty: the first is the root.
    frames: Vec<Frame>,
    depth: usize,
    deepest: usize,
    elements: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(element) => self.start(element),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.inline(Inline::Code(source::restore(&code).into_owned())),
            Event::InlineHtml(html) => {
                self.inline(Inline::Html(source::restore(&html).into_owned()));
            }
            Event::Html(html) => self.html(&source::restore(&html)),
            Event::SoftBreak => self.line_end(Inline::SoftBreak),
            Event::HardBreak => self.line_end(Inline::Break),
            Event::Rule => {
                self.close_implicit();
                self.block(Block::Rule);
            }
            // Not enabled in the parser.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, element: Element<'_>) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.depth > MAX_NESTING {
            return;
        }
        if let Some(kind) = inline_kind(&element) {
            self.open_paragraph();
            self.frames.push(Frame::new(kind));
            return;
        }
        self.close_implicit();
        if matches!(element, Element::Paragraph) {
            self.loosen();
        }
        self.frames.push(Frame::new(block_kind(element)));
    }

    fn end(&mut self, end: TagEnd) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth >= MAX_NESTING {
            return;
        }
        if !matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) {
            self.close_implicit();
        }
        if self.frames.len() > 1 {
            self.close();
        }
    }

    /// A paragraph directly inside of a list item: the list is set with space between its items.
    fn loosen(&mut self) {
        if let [.., Frame { kind: Kind::List { tight, .. }, .. }, Frame { kind: Kind::Item, .. }] =
            self.frames.as_mut_slice()
        {
            *tight = false;
        }
    }

    fn text(&mut self, text: &str) {
        if let Kind::Code(code) | Kind::Html(code) = &mut self.top().kind {
            code.push_str(&source::restore(text));
            return;
        }
        let mut rest = text;
        while let Some((at, mark, tag)) =
            rest.char_indices().find_map(|(at, c)| source::tag(c).map(|tag| (at, c, tag)))
        {
            self.words(&rest[..at]);
            self.tag(tag);
            rest = &rest[at + mark.len_utf8()..];
        }
        self.words(rest);
    }

    fn words(&mut self, words: &str) {
        let after_break = matches!(self.top().inlines.last(), Some(Inline::Break));
        let at_start = after_break || self.at_paragraph_start();
        let words = if at_start { words.trim_start() } else { words };
        if !words.is_empty() {
            self.inline(Inline::Text(words.to_owned()));
        }
    }

    fn line_end(&mut self, line_end: Inline) {
        let after_break = matches!(self.top().inlines.last(), Some(Inline::Break));
        let is_needless = after_break && matches!(line_end, Inline::SoftBreak);
        if !is_needless && !self.at_paragraph_start() {
            self.inline(line_end);
        }
    }

    fn tag(&mut self, tag: Tag) {
        match tag {
            Tag::Literal(text) => self.inline(Inline::Text(text.to_owned())),
            Tag::Break => self.inline(Inline::Break),
            Tag::PageBreak => self.page_break(),
            Tag::Align(align) => self.align(align, false),
            Tag::BoldCenter => self.align(Align::Center, true),
        }
    }

    fn page_break(&mut self) {
        let reopened = self.split_paragraph();
        if self.frames.len() == 1 {
            self.block(Block::PageBreak);
        }
        self.frames.extend(reopened);
    }

    fn align(&mut self, new: Align, new_bold: bool) {
        self.open_paragraph();
        if !self.at_paragraph_start() {
            // Lines set the same way belong together, such as those of an address.
            if matches!(self.top().kind, Kind::Paragraph { align, bold, .. } if (align, bold) == (new, new_bold))
            {
                trim_end(&mut self.top().inlines);
                return self.inline(Inline::Break);
            }
            let reopened = self.split_paragraph();
            self.frames.extend(reopened);
        }
        match &mut self.top().kind {
            Kind::Paragraph { align, bold, .. } => (*align, *bold) = (new, new_bold),
            Kind::Heading { align, .. } => *align = new,
            _ => {}
        }
    }

    /// Closes the paragraph that is open, if one is, and gives a new frame to go on with.
    fn split_paragraph(&mut self) -> Option<Frame> {
        let Kind::Paragraph { implicit, .. } = self.top().kind else { return None };
        self.close();
        Some(Frame::new(Kind::Paragraph { align: Align::Start, bold: false, implicit }))
    }

    fn at_paragraph_start(&self) -> bool {
        self.frames.last().is_some_and(|top| {
            matches!(top.kind, Kind::Paragraph { .. } | Kind::Heading { .. })
                && top.inlines.is_empty()
        })
    }

    fn html(&mut self, html: &str) {
        if let Kind::Html(block) = &mut self.top().kind {
            block.push_str(html);
        } else {
            self.inline(Inline::Html(html.to_owned()));
        }
    }

    fn inline(&mut self, inline: Inline) {
        self.open_paragraph();
        let inlines = &mut self.top().inlines;
        if let (Some(Inline::Text(before)), Inline::Text(text)) = (inlines.last_mut(), &inline) {
            before.push_str(text);
        } else {
            inlines.push(inline);
            self.elements += 1;
        }
    }

    fn block(&mut self, block: Block) {
        self.elements += 1;
        self.top().blocks.push(block);
    }

    fn open_paragraph(&mut self) {
        if self.top().holds_blocks() {
            let kind = Kind::Paragraph { align: Align::Start, bold: false, implicit: true };
            self.frames.push(Frame::new(kind));
        }
    }

    fn close_implicit(&mut self) {
        if matches!(self.top().kind, Kind::Paragraph { implicit: true, .. }) {
            self.close();
        }
    }

    #[expect(clippy::expect_used, reason = "the root is pushed at the start and never closed")]
    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root is open")
    }

    /// Closes the innermost element and hands what it holds to the one around it.
    fn close(&mut self) {
        let Some(Frame { kind, mut blocks, mut inlines }) = self.frames.pop() else { return };
        match kind {
            Kind::Root => {}
            Kind::Quote => self.block(Block::Quote(blocks)),
            Kind::Item => match &mut self.top().kind {
                Kind::List { items, .. } => {
                    items.push(blocks);
                    self.elements += 1;
                }
                _ => self.top().blocks.append(&mut blocks),
            },
            Kind::List { start, tight, mut items } => {
                if !blocks.is_empty() {
                    items.push(blocks);
                }
                self.block(Block::List { start, tight, items });
            }
            Kind::Paragraph { align, bold, .. } => {
                trim_end(&mut inlines);
                if !inlines.is_empty() {
                    let content = if bold { vec![Inline::Strong(inlines)] } else { inlines };
                    self.block(Block::Paragraph { align, content });
                }
            }
            Kind::Heading { level, align } => {
                trim_end(&mut inlines);
                if !inlines.is_empty() {
                    self.block(Block::Heading { level, align, content: inlines });
                }
            }
            Kind::Code(code) => self.block(Block::Code(code)),
            Kind::Html(html) => self.block(Block::Html(html)),
            Kind::Table(table) => self.close_table(table, inlines),
            Kind::Head(mut cells) => {
                cells.extend(leftover(inlines));
                if let Kind::Table(table) = &mut self.top().kind {
                    table.head = cells;
                }
            }
            Kind::Row(mut cells) => {
                cells.extend(leftover(inlines));
                if let Kind::Table(table) = &mut self.top().kind {
                    table.rows.push(cells);
                }
            }
            Kind::Cell => {
                self.elements += 1;
                if let Kind::Head(cells) | Kind::Row(cells) = &mut self.top().kind {
                    cells.push(inlines);
                }
            }
            Kind::Emphasis => self.inline(Inline::Emphasis(inlines)),
            Kind::Strong => self.inline(Inline::Strong(inlines)),
            Kind::Link { to, title } => self.inline(Inline::Link { to, title, content: inlines }),
            Kind::Image { source } => {
                let mut alt = String::new();
                push_plain(&inlines, &mut alt);
                self.inline(Inline::Image { source, alt });
            }
        }
    }

    /// A table whose rows were nested too deeply to be kept is a paragraph of its text.
    fn close_table(&mut self, table: Table, inlines: Vec<Inline>) {
        if !inlines.is_empty() {
            self.block(Block::Paragraph { align: Align::Start, content: inlines });
        }
        if !table.columns.is_empty() && (table.has_head() || !table.rows.is_empty()) {
            self.block(Block::Table(table));
        }
    }
}

fn inline_kind(element: &Element<'_>) -> Option<Kind> {
    match element {
        Element::Emphasis => Some(Kind::Emphasis),
        Element::Strong => Some(Kind::Strong),
        Element::Link { dest_url, title, .. } => Some(Kind::Link {
            to: source::restore(dest_url).into_owned(),
            title: source::restore(title).into_owned(),
        }),
        Element::Image { dest_url, .. } => {
            Some(Kind::Image { source: source::restore(dest_url).into_owned() })
        }
        _ => None,
    }
}

fn block_kind(element: Element<'_>) -> Kind {
    match element {
        Element::Heading { level, .. } => Kind::Heading { level: level as u8, align: Align::Start },
        Element::BlockQuote(_) => Kind::Quote,
        Element::CodeBlock(_) => Kind::Code(String::new()),
        Element::HtmlBlock => Kind::Html(String::new()),
        Element::List(start) => Kind::List { start, tight: true, items: Vec::new() },
        Element::Item => Kind::Item,
        Element::Table(columns) => {
            Kind::Table(Table { columns, head: Vec::new(), rows: Vec::new() })
        }
        Element::TableHead => Kind::Head(Vec::new()),
        Element::TableRow => Kind::Row(Vec::new()),
        Element::TableCell => Kind::Cell,
        // The rest is not enabled in the parser.
        _ => Kind::Paragraph { align: Align::Start, bold: false, implicit: false },
    }
}

/// The text of a row whose cells were nested too deeply to be kept.
fn leftover(inlines: Vec<Inline>) -> Option<Vec<Inline>> {
    (!inlines.is_empty()).then_some(inlines)
}

fn trim_end(content: &mut Vec<Inline>) {
    while let Some(last) = content.last_mut() {
        match last {
            Inline::Break | Inline::SoftBreak => {}
            Inline::Text(text) => {
                text.truncate(text.trim_end_matches([' ', '\t']).len());
                if !text.is_empty() {
                    return;
                }
            }
            _ => return,
        }
        content.pop();
    }
}
