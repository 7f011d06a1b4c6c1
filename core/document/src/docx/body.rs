//! The text of a DOCX file.

use std::io;

use pulldown_cmark::Alignment;

use crate::document::{Document, Paper};
use crate::docx::parts::{LIST_LEVELS, R, W, link_id, list_id};
use crate::docx::xml::Xml;
use crate::tree::{Align, Block, Inline, Table};

/// Twentieths of a point that each list level and quote moves in.
const INDENT: usize = 425;

/// Levels that are moved in; deeper ones would leave no room for text.
const MAX_INDENT: usize = 12;

/// Margins at the sides, in twentieths of a point: 25 mm.
const MARGIN: usize = 1417;

/// The text part, and what it refers to.
pub(super) struct Body {
    pub(super) document: Vec<u8>,
    /// The addresses of links, by their order.
    pub(super) links: Vec<String>,
    /// The lists, by their order.
    pub(super) lists: Vec<ListStart>,
}

/// A list: the number it starts with, or nothing for bullets, and how deep it stands.
pub(super) struct ListStart {
    pub(super) start: Option<u64>,
    pub(super) level: usize,
}

/// Writes the text part.
pub(super) fn write(document: &Document) -> io::Result<Body> {
    let (width, height) = match document.paper {
        Paper::A4 => (11906, 16838),
        Paper::Letter => (12240, 15840),
    };
    let mut writer = Writer {
        links: Vec::new(),
        lists: Vec::new(),
        width: width - 2 * MARGIN,
        right_to_left: document.language.is_right_to_left(),
    };
    let document = Xml::part("w:document", &[W, R], |xml| {
        xml.element("w:body", &[], |xml| {
            writer.blocks(xml, &document.blocks, Place::default())?;
            section(xml, width, height, writer.right_to_left)
        })
    })?;
    Ok(Body { document, links: writer.links, lists: writer.lists })
}

fn section(xml: &mut Xml, width: usize, height: usize, right_to_left: bool) -> io::Result<()> {
    let (width, height, margin) = (width.to_string(), height.to_string(), MARGIN.to_string());
    let margins = [
        ("w:top", margin.as_str()),
        ("w:right", &margin),
        ("w:bottom", &margin),
        ("w:left", &margin),
        ("w:header", "709"),
        ("w:footer", "709"),
        ("w:gutter", "0"),
    ];
    xml.element("w:sectPr", &[], |xml| {
        xml.empty("w:footerReference", &[("w:type", "default"), ("r:id", "rIdFooter")])?;
        xml.empty("w:pgSz", &[("w:w", &width), ("w:h", &height)])?;
        xml.empty("w:pgMar", &margins)?;
        if right_to_left { xml.empty("w:bidi", &[]) } else { Ok(()) }
    })
}

/// Where a block stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Lists and quotes around it.
    indent: usize,
    /// Lists around it.
    list_level: usize,
    quoted: bool,
}

impl Place {
    fn style(self) -> &'static str {
        match (self.quoted, self.list_level) {
            (true, _) => "Quote",
            (false, 0) => "Normal",
            (false, _) => "ListContinue",
        }
    }
}

/// How a run of text looks.
#[derive(Clone, Copy, Default)]
struct Look {
    strong: bool,
    emphasis: bool,
    link: bool,
}

struct Writer {
    links: Vec<String>,
    lists: Vec<ListStart>,
    width: usize,
    right_to_left: bool,
}

impl Writer {
    fn blocks(&mut self, xml: &mut Xml, blocks: &[Block], place: Place) -> io::Result<()> {
        blocks.iter().try_for_each(|block| self.block(xml, block, place))
    }

    fn block(&mut self, xml: &mut Xml, block: &Block, place: Place) -> io::Result<()> {
        match block {
            Block::Heading { level, align, content } => {
                let style = format!("Heading{}", (*level).clamp(1, 6));
                self.paragraph(xml, &style, *align, place, None, content)
            }
            Block::Paragraph { align, content } => {
                self.paragraph(xml, place.style(), *align, place, None, content)
            }
            Block::List { start, items, .. } => self.list(xml, *start, items, place),
            Block::Quote(blocks) => {
                let inside = Place { indent: place.indent + 1, quoted: true, ..place };
                self.blocks(xml, blocks, inside)
            }
            Block::Code(code) => {
                let lines = code.trim_end_matches('\n').split('\n');
                let mut content = Vec::new();
                for line in lines {
                    content.push(Inline::Text(line.to_owned()));
                    content.push(Inline::Break);
                }
                content.pop();
                self.paragraph(xml, "Code", Align::Start, place, None, &content)
            }
            Block::Rule => self.paragraph(xml, "Rule", Align::Start, place, None, &[]),
            Block::PageBreak => xml.element("w:p", &[], |xml| {
                xml.element("w:r", &[], |xml| xml.empty("w:br", &[("w:type", "page")]))
            }),
            Block::Table(table) => self.table(xml, table, place),
            Block::Html(text) => {
                let content = [Inline::Text(text.clone())];
                self.paragraph(xml, place.style(), Align::Start, place, None, &content)
            }
        }
    }

    fn list(
        &mut self,
        xml: &mut Xml,
        start: Option<u64>,
        items: &[Vec<Block>],
        place: Place,
    ) -> io::Result<()> {
        let level = place.list_level.min(LIST_LEVELS - 1);
        let list = self.lists.len();
        self.lists.push(ListStart { start, level });
        let style = if start.is_some() { "ListNumber" } else { "ListBullet" };
        let inside = Place { indent: place.indent + 1, list_level: place.list_level + 1, ..place };
        for item in items {
            let numbered = Some((list, level));
            let rest = match item.as_slice() {
                [Block::Paragraph { align, content }, rest @ ..] => {
                    self.paragraph(xml, style, *align, inside, numbered, content)?;
                    rest
                }
                all => {
                    self.paragraph(xml, style, Align::Start, inside, numbered, &[])?;
                    all
                }
            };
            self.blocks(xml, rest, inside)?;
        }
        Ok(())
    }

    fn paragraph(
        &mut self,
        xml: &mut Xml,
        style: &str,
        align: Align,
        place: Place,
        list: Option<(usize, usize)>,
        content: &[Inline],
    ) -> io::Result<()> {
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                xml.value("w:pStyle", style)?;
                if let Some((list, level)) = list {
                    xml.element("w:numPr", &[], |xml| {
                        xml.value("w:ilvl", &level.to_string())?;
                        xml.value("w:numId", &list_id(list))
                    })?;
                }
                if self.right_to_left {
                    xml.empty("w:bidi", &[])?;
                }
                let indent = (place.indent.min(MAX_INDENT) * INDENT).to_string();
                if list.is_some() {
                    xml.empty("w:ind", &[("w:start", &indent), ("w:hanging", "425")])?;
                } else if place.indent > 0 {
                    xml.empty("w:ind", &[("w:start", &indent)])?;
                }
                match align {
                    Align::Start => Ok(()),
                    Align::Center => xml.value("w:jc", "center"),
                    Align::Right => {
                        xml.value("w:jc", if self.right_to_left { "start" } else { "end" })
                    }
                }
            })?;
            self.inlines(xml, content, Look::default())
        })
    }

    fn table(&mut self, xml: &mut Xml, table: &Table, place: Place) -> io::Result<()> {
        let indent = place.indent.min(MAX_INDENT) * INDENT;
        let column = (self.width.saturating_sub(indent) / table.columns.len().max(1)).to_string();
        let has_head = table.has_head();
        xml.element("w:tbl", &[], |xml| {
            xml.element("w:tblPr", &[], |xml| {
                xml.value("w:tblStyle", "TableGrid")?;
                if self.right_to_left {
                    xml.empty("w:bidiVisual", &[])?;
                }
                xml.empty("w:tblW", &[("w:w", "0"), ("w:type", "auto")])?;
                xml.empty("w:tblInd", &[("w:w", &indent.to_string()), ("w:type", "dxa")])?;
                let first_row = if has_head { "1" } else { "0" };
                xml.empty("w:tblLook", &[("w:val", "0020"), ("w:firstRow", first_row)])
            })?;
            xml.element("w:tblGrid", &[], |xml| {
                table.columns.iter().try_for_each(|_| xml.empty("w:gridCol", &[("w:w", &column)]))
            })?;
            if has_head {
                self.row(xml, table, &table.head, &column, true)?;
            }
            table.rows.iter().try_for_each(|row| self.row(xml, table, row, &column, false))
        })?;
        // Two tables in a row would grow together, and a cell must not end with one.
        xml.empty("w:p", &[])
    }

    fn row(
        &mut self,
        xml: &mut Xml,
        table: &Table,
        row: &[Vec<Inline>],
        column: &str,
        head: bool,
    ) -> io::Result<()> {
        xml.element("w:tr", &[], |xml| {
            xml.element("w:trPr", &[], |xml| {
                xml.empty("w:cantSplit", &[])?;
                if head { xml.empty("w:tblHeader", &[]) } else { Ok(()) }
            })?;
            for (cell, alignment) in table.cells(row).zip(&table.columns) {
                xml.element("w:tc", &[], |xml| {
                    xml.element("w:tcPr", &[], |xml| {
                        xml.empty("w:tcW", &[("w:w", column), ("w:type", "dxa")])
                    })?;
                    self.cell(xml, cell, *alignment, head)
                })?;
            }
            Ok(())
        })
    }

    fn cell(
        &mut self,
        xml: &mut Xml,
        content: &[Inline],
        alignment: Alignment,
        head: bool,
    ) -> io::Result<()> {
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                xml.value("w:pStyle", "TableText")?;
                if self.right_to_left {
                    xml.empty("w:bidi", &[])?;
                }
                match (alignment, self.right_to_left) {
                    (Alignment::None, _) => Ok(()),
                    (Alignment::Center, _) => xml.value("w:jc", "center"),
                    (Alignment::Left, false) | (Alignment::Right, true) => {
                        xml.value("w:jc", "start")
                    }
                    (Alignment::Right, false) | (Alignment::Left, true) => xml.value("w:jc", "end"),
                }
            })?;
            self.inlines(xml, content, Look { strong: head, ..Look::default() })
        })
    }

    fn inlines(&mut self, xml: &mut Xml, content: &[Inline], look: Look) -> io::Result<()> {
        content.iter().try_for_each(|inline| self.inline(xml, inline, look))
    }

    fn inline(&mut self, xml: &mut Xml, inline: &Inline, look: Look) -> io::Result<()> {
        match inline {
            Inline::Text(text) | Inline::Image { alt: text, .. } => run(xml, text, look, false),
            Inline::Code(code) => run(xml, code, look, true),
            Inline::Emphasis(content) => {
                self.inlines(xml, content, Look { emphasis: true, ..look })
            }
            Inline::Strong(content) => self.inlines(xml, content, Look { strong: true, ..look }),
            Inline::Link { to, content, .. } => {
                let id = link_id(self.links.len());
                self.links.push(to.clone());
                xml.element("w:hyperlink", &[("r:id", &id)], |xml| {
                    self.inlines(xml, content, Look { link: true, ..look })
                })
            }
            Inline::Break => xml.element("w:r", &[], |xml| xml.empty("w:br", &[])),
            Inline::SoftBreak => run(xml, " ", look, false),
            Inline::Html(_) => Ok(()),
        }
    }
}

fn run(xml: &mut Xml, text: &str, look: Look, code: bool) -> io::Result<()> {
    xml.element("w:r", &[], |xml| {
        xml.element("w:rPr", &[], |xml| {
            if code {
                xml.value("w:rStyle", "CodeText")?;
            } else if look.link {
                xml.value("w:rStyle", "Hyperlink")?;
            }
            if look.strong {
                xml.empty("w:b", &[])?;
                xml.empty("w:bCs", &[])?;
            }
            if look.emphasis {
                xml.empty("w:i", &[])?;
                xml.empty("w:iCs", &[])?;
            }
            Ok(())
        })?;
        for (index, part) in text.split('\t').enumerate() {
            if index > 0 {
                xml.empty("w:tab", &[])?;
            }
            xml.text("w:t", &[("xml:space", "preserve")], part)?;
        }
        Ok(())
    })
}
