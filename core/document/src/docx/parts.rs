//! The parts of a DOCX file besides its text.

use std::io;

use crate::document::Document;
use crate::docx::body::ListStart;
use crate::docx::xml::Xml;

pub(super) const CONTENT_TYPES: &str = include_str!("content_types.xml");
pub(super) const PACKAGE_LINKS: &str = include_str!("package_links.xml");
/// Holds `{language}`.
pub(super) const SETTINGS: &str = include_str!("settings.xml");
/// Holds `{language}`.
pub(super) const STYLES: &str = include_str!("styles.xml");

/// The namespace of all text parts.
pub(super) const W: (&str, &str) =
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");

/// The namespace of references to other parts.
pub(super) const R: (&str, &str) =
    ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");

const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Parts that the text refers to by a fixed id.
const FIXED_LINKS: [(&str, &str, &str); 4] = [
    ("rIdStyles", "styles", "styles.xml"),
    ("rIdNumbering", "numbering", "numbering.xml"),
    ("rIdSettings", "settings", "settings.xml"),
    ("rIdFooter", "footer", "footer1.xml"),
];

/// Levels that a list has; deeper items stay at the last.
pub(super) const LIST_LEVELS: usize = 9;

/// Title, language and date.
pub(super) fn core(document: &Document) -> io::Result<Vec<u8>> {
    let namespaces = [
        ("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:dcterms", "http://purl.org/dc/terms/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ];
    Xml::part("cp:coreProperties", &namespaces, |xml| {
        xml.text("dc:title", &[], &document.title)?;
        xml.text("dc:language", &[], document.language.tag())?;
        let Some(date) = document.date else { return Ok(()) };
        let time = format!("{:04}-{:02}-{:02}T00:00:00Z", date.year, date.month, date.day);
        for name in ["dcterms:created", "dcterms:modified"] {
            xml.text(name, &[("xsi:type", "dcterms:W3CDTF")], &time)?;
        }
        Ok(())
    })
}

/// What the text refers to: other parts, and the addresses of its links in their order.
pub(super) fn links(links: &[String]) -> io::Result<Vec<u8>> {
    let namespace = ("xmlns", "http://schemas.openxmlformats.org/package/2006/relationships");
    Xml::part("Relationships", &[namespace], |xml| {
        for (id, kind, target) in FIXED_LINKS {
            let kind = format!("{RELATION}/{kind}");
            xml.empty("Relationship", &[("Id", id), ("Type", &kind), ("Target", target)])?;
        }
        let kind = format!("{RELATION}/hyperlink");
        for (index, target) in links.iter().enumerate() {
            let id = link_id(index);
            let attributes = [
                ("Id", id.as_str()),
                ("Type", &kind),
                ("Target", target),
                ("TargetMode", "External"),
            ];
            xml.empty("Relationship", &attributes)?;
        }
        Ok(())
    })
}

/// The id of a link by its place.
pub(super) fn link_id(index: usize) -> String {
    format!("rId{}", index + 1)
}

/// Page numbers: "Page 1 of 2".
pub(super) fn footer(document: &Document) -> io::Result<Vec<u8>> {
    let [before, between] = document.language.page_words();
    Xml::part("w:ftr", &[W], |xml| {
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| xml.value("w:pStyle", "Footer"))?;
            for (words, field) in [(before, "PAGE"), (between, "NUMPAGES")] {
                let space = [("xml:space", "preserve")];
                xml.element("w:r", &[], |xml| xml.text("w:t", &space, words))?;
                xml.element("w:fldSimple", &[("w:instr", field)], |xml| {
                    xml.element("w:r", &[], |xml| xml.text("w:t", &[], "1"))
                })?;
            }
            Ok(())
        })
    })
}

/// Bullets, numbers, and where each list starts to count.
pub(super) fn numbering(lists: &[ListStart]) -> io::Result<Vec<u8>> {
    Xml::part("w:numbering", &[W], |xml| {
        abstract_list(xml, "0", false)?;
        abstract_list(xml, "1", true)?;
        for (index, list) in lists.iter().enumerate() {
            xml.element("w:num", &[("w:numId", &list_id(index))], |xml| {
                xml.value("w:abstractNumId", if list.start.is_some() { "1" } else { "0" })?;
                let Some(start) = list.start else { return Ok(()) };
                // The format counts no further than this.
                let start = start.min(2_147_483_646).to_string();
                let level = list.level.to_string();
                xml.element("w:lvlOverride", &[("w:ilvl", &level)], |xml| {
                    xml.value("w:startOverride", &start)
                })
            })?;
        }
        Ok(())
    })
}

/// The id of a list by its place.
pub(super) fn list_id(index: usize) -> String {
    (index + 1).to_string()
}

fn abstract_list(xml: &mut Xml, id: &str, numbered: bool) -> io::Result<()> {
    xml.element("w:abstractNum", &[("w:abstractNumId", id)], |xml| {
        xml.value("w:multiLevelType", "multilevel")?;
        for level in 0..LIST_LEVELS {
            xml.element("w:lvl", &[("w:ilvl", &level.to_string())], |xml| {
                xml.value("w:start", "1")?;
                xml.value("w:numFmt", if numbered { "decimal" } else { "bullet" })?;
                let text = if numbered { format!("%{}.", level + 1) } else { "•".to_owned() };
                xml.value("w:lvlText", &text)?;
                xml.value("w:lvlJc", "start")?;
                let indent = ((level + 1) * 425).to_string();
                xml.element("w:pPr", &[], |xml| {
                    xml.empty("w:ind", &[("w:start", &indent), ("w:hanging", "425")])
                })
            })?;
        }
        Ok(())
    })
}
