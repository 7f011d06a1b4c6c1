//! DOCX files.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::document::{Date, Document, Paper};
use crate::docx::to_docx;
use crate::tests::{HOSTILE, document, escape};

const LETTER: &str = "## Letter\n\nDear Zoë Łukasz Ñandú Ελένη Иван, **strong** *soft* `code`\n\n\
    see [the rules](https://example.org/rules?a=1&b=2).\n\n- one\n- two\n\n  3. three\n\n     more\n\n\
    | Item | Price |\n|---|--:|\n| Chair | 20 |\n\n[PAGEBREAK]\n\n> quoted\n\n---\n\n7. seven";

/// The parts of a DOCX file by name.
struct File(BTreeMap<String, String>);

impl File {
    fn open(bytes: &[u8]) -> Self {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut parts = BTreeMap::new();
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).unwrap();
            let mut content = String::new();
            part.read_to_string(&mut content).unwrap();
            parts.insert(part.name().unwrap().into_owned(), content);
        }
        Self(parts)
    }

    fn of(content: &str) -> Self {
        Self::open(&to_docx(&document(content)).unwrap())
    }

    fn text(&self) -> &str {
        &self.0["word/document.xml"]
    }

    /// The paragraphs of the text part, without form.
    fn paragraphs(&self) -> Vec<String> {
        let mut paragraphs = Vec::new();
        let mut reader = Reader::from_str(self.text());
        let mut in_text = false;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) if start.name().as_ref() == "w:p" => {
                    paragraphs.push(String::new());
                }
                Event::Start(start) => in_text = start.name().as_ref() == "w:t",
                Event::End(_) => in_text = false,
                Event::Text(text) if in_text => {
                    paragraphs.last_mut().unwrap().push_str(&text);
                }
                Event::GeneralRef(reference) if in_text => {
                    let value = quick_xml::escape::resolve_predefined_entity(&reference).unwrap();
                    paragraphs.last_mut().unwrap().push_str(value);
                }
                Event::Eof => return paragraphs,
                _ => {}
            }
        }
    }
}

fn attributes(part: &str, element: &str) -> Vec<BTreeMap<String, String>> {
    let mut found = Vec::new();
    let mut reader = Reader::from_str(part);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) if start.name().as_ref() == element => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let name = attribute.key.as_ref().to_owned();
                    (
                        name,
                        attribute
                            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                            .unwrap()
                            .into_owned(),
                    )
                });
                found.push(attributes.collect());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn every_part_is_well_formed_and_typed() {
    let file = File::of(LETTER);
    let types = attributes(&file.0["[Content_Types].xml"], "Override");
    for (name, part) in &file.0 {
        let mut reader = Reader::from_str(part);
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
        let typed = types.iter().any(|entry| entry["PartName"] == format!("/{name}"));
        assert!(typed || name.contains("_rels/") || name == "[Content_Types].xml", "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let file = File::of(LETTER);
    let mut links = BTreeMap::new();
    for (part, folder) in [("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word/")] {
        for link in attributes(&file.0[part], "Relationship") {
            if !link.contains_key("TargetMode") {
                assert!(file.0.contains_key(&format!("{folder}{}", link["Target"])), "{link:?}");
            }
            links.insert(link["Id"].clone(), link["Target"].clone());
        }
    }
    let used = attributes(file.text(), "w:hyperlink");
    assert_eq!(links[&used[0]["r:id"]], "https://example.org/rules?a=1&b=2");
    let styles = attributes(&file.0["word/styles.xml"], "w:style");
    for style in attributes(file.text(), "w:pStyle") {
        assert!(styles.iter().any(|known| known["w:styleId"] == style["w:val"]), "{style:?}");
    }
    let lists = attributes(&file.0["word/numbering.xml"], "w:num");
    for list in attributes(file.text(), "w:numId") {
        assert!(lists.iter().any(|known| known["w:numId"] == list["w:val"]), "{list:?}");
    }
}

#[test]
fn a_letter_keeps_its_text_and_form() {
    let file = File::of(LETTER);
    assert_eq!(
        file.paragraphs(),
        [
            "Letter",
            "Dear Zoë Łukasz Ñandú Ελένη Иван, strong soft code",
            "see the rules.",
            "one",
            "two",
            "three",
            "more",
            "Item",
            "Price",
            "Chair",
            "20",
            "",
            "quoted",
            "",
            "seven"
        ]
    );
    for form in [
        "<w:pStyle w:val=\"Heading1\"/>",
        "<w:pStyle w:val=\"ListBullet\"/><w:numPr><w:ilvl w:val=\"0\"/>",
        "<w:pStyle w:val=\"ListNumber\"/><w:numPr><w:ilvl w:val=\"1\"/>",
        "<w:tblHeader/>",
        "<w:br w:type=\"page\"/>",
        "<w:rPr><w:b/><w:bCs/></w:rPr><w:t xml:space=\"preserve\">strong</w:t>",
        "<w:rPr><w:i/><w:iCs/></w:rPr><w:t xml:space=\"preserve\">soft</w:t>",
    ] {
        assert!(file.text().contains(form), "{form}");
    }
    let starts = attributes(&file.0["word/numbering.xml"], "w:startOverride");
    let starts: Vec<_> = starts.iter().map(|start| start["w:val"].as_str()).collect();
    assert_eq!(starts, ["3", "7"]);
}

#[test]
fn hostile_text_stays_text() {
    for hostile in HOSTILE {
        let answer = escape(hostile);
        let document = Document::new(hostile, "en", &format!("A {answer}")).unwrap();
        let file = File::open(&to_docx(&document).unwrap());
        assert_eq!(file.paragraphs(), [format!("A {hostile}")]);
    }
}

#[test]
fn title_language_date_and_paper_are_recorded() {
    let document =
        document("a").with_date(Date::new(2024, 2, 9).unwrap()).with_paper(Paper::Letter);
    let file = File::open(&to_docx(&document).unwrap());
    let core = &file.0["docProps/core.xml"];
    assert!(core.contains("<dc:title>A &lt;Letter&gt; &amp; more</dc:title>"), "{core}");
    assert!(core.contains(">2024-02-09T00:00:00Z</dcterms:created>"), "{core}");
    assert!(file.0["word/styles.xml"].contains("<w:lang w:val=\"en-GB\""));
    assert!(file.0["word/settings.xml"].contains("<w:themeFontLang w:val=\"en-GB\"/>"));
    assert!(file.text().contains("<w:pgSz w:w=\"12240\" w:h=\"15840\"/>"));
    assert!(!File::of("a").0["docProps/core.xml"].contains("created"));
}

#[test]
fn equal_documents_give_equal_files() {
    assert_eq!(to_docx(&document(LETTER)).unwrap(), to_docx(&document(LETTER)).unwrap());
}
