//! PDF files.

use lopdf::{Dictionary, Object};
use proptest::prelude::*;

use crate::document::{Date, Document, DocumentError, Paper};
use crate::glyphs::Script;
use crate::pdf::{Pdf, Warning, to_pdf, to_pdf_replacing};
use crate::tests::{ANY_MARKDOWN, HOSTILE, document, escape};

const LETTER: &str = "# Letter\n\nDear Zoë Łukasz Ñandú Ελένη Иван,\n\n\
    see [the rules](https://example.org/rules).\n\n- one\n- two\n  1. three\n\n\
    | Item | Price |\n|---|--:|\n| Chair | 20 |\n\n> quoted\n\n`code`\n\n---\n\nYours";

/// A PDF taken apart.
struct File(lopdf::Document);

impl File {
    fn open(bytes: &[u8]) -> Self {
        Self(lopdf::Document::load_mem(bytes).unwrap())
    }

    fn catalog(&self) -> &Dictionary {
        self.0.catalog().unwrap()
    }

    fn text(&self) -> String {
        let pages: Vec<u32> = self.0.get_pages().into_keys().collect();
        self.0.extract_text(&pages).unwrap()
    }

    /// The words of the text, joined by one space each.
    fn words(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn metadata(&self) -> String {
        let id = self.catalog().get(b"Metadata").unwrap().as_reference().unwrap();
        let stream = self.0.get_object(id).unwrap().as_stream().unwrap();
        let bytes = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
        String::from_utf8(bytes).unwrap()
    }

    /// How many elements of the structure have this role.
    fn tagged(&self, role: &str) -> usize {
        let is_it = |object: &&Object| {
            let entry = object.as_dict().ok().filter(|dictionary| dictionary.has(b"P"));
            let found = entry.and_then(|dictionary| dictionary.get(b"S").ok()?.as_name().ok());
            found == Some(role.as_bytes())
        };
        self.0.objects.values().filter(is_it).count()
    }
}

fn dated(content: &str) -> Document {
    document(content).with_date(Date::new(2024, 2, 29).unwrap())
}

#[test]
fn a_letter_is_tagged_and_claims_its_standards() {
    let file = File::open(&to_pdf(&dated(LETTER)).unwrap());
    let catalog = file.catalog();
    assert!(catalog.has(b"StructTreeRoot"));
    let marks = file.0.get_dict_in_dict(catalog, b"MarkInfo").unwrap();
    assert!(marks.get(b"Marked").unwrap().as_bool().unwrap());
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en-GB");
    let preferences = file.0.get_dict_in_dict(catalog, b"ViewerPreferences").unwrap();
    assert!(preferences.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    let metadata = file.metadata();
    for claim in
        ["<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<", "A &lt;Letter&gt;"]
    {
        assert!(metadata.contains(claim), "{claim} in {metadata}");
    }
    for (role, count) in [
        ("H1", 1),
        ("L", 2),
        ("LI", 3),
        ("Table", 1),
        ("TH", 2),
        ("TD", 2),
        ("Link", 1),
        ("Code", 1),
    ] {
        assert_eq!(file.tagged(role), count, "{role}");
    }
}

#[test]
fn names_come_through() {
    let words = File::open(&to_pdf(&dated(LETTER)).unwrap()).words();
    assert!(words.contains("Dear Zoë Łukasz Ñandú Ελένη Иван,"), "{words}");
}

#[test]
fn a_document_without_a_date_is_accessible_but_no_archive() {
    let metadata = File::open(&to_pdf(&document(LETTER)).unwrap()).metadata();
    assert!(
        metadata.contains("<pdfuaid:part>1<") && !metadata.contains("pdfaid:part"),
        "{metadata}"
    );
}

#[test]
fn equal_documents_give_equal_files() {
    assert_eq!(to_pdf(&dated(LETTER)).unwrap(), to_pdf(&dated(LETTER)).unwrap());
    assert_ne!(to_pdf(&dated(LETTER)).unwrap(), to_pdf(&document(LETTER)).unwrap());
}

#[test]
fn hostile_text_stays_text() {
    for hostile in HOSTILE {
        let answer = escape(hostile);
        let content =
            format!("# {answer}\n\nA {answer} *{answer}*\n\n| {answer} |\n|---|\n| `x` |");
        let words = File::open(&to_pdf(&dated(&content)).unwrap()).words();
        let squeezed: String = words.split_whitespace().collect();
        let expected: String = hostile.split_whitespace().collect();
        assert!(squeezed.matches(&expected).count() >= 4, "{hostile:?} gave {words:?}");
    }
}

#[test]
fn hostile_markdown_never_reaches_the_typesetter_as_markup() {
    // Unescaped: Markdown may read some of it, Typst nothing.
    for hostile in HOSTILE {
        let result =
            to_pdf(&dated(&format!("{hostile}\n\n`{hostile}`\n\n    {hostile}\n\nThe end")));
        let words = File::open(&result.unwrap()).words();
        assert!(words.ends_with("The end"), "{words}");
    }
}

#[test]
fn missing_characters_are_an_error_or_a_warning() {
    let document = dated("Dear 测试 🎉 Zoë");
    let scripts = vec![Script::EastAsian, Script::Emoji];
    match to_pdf(&document) {
        Err(DocumentError::UncoveredCharacters { count: 3, scripts: found }) => {
            assert_eq!(found, scripts);
        }
        other => panic!("{other:?}"),
    }
    let Pdf { bytes, warnings } = to_pdf_replacing(&document).unwrap();
    assert_eq!(
        warnings,
        [Warning::ReplacedCharacters { count: 3, scripts }, Warning::NotAccessible]
    );
    let file = File::open(&bytes);
    assert!(file.words().contains("Dear □□ □ Zoë"), "{}", file.words());
    assert!(file.catalog().has(b"StructTreeRoot"), "still tagged");
    assert!(!file.metadata().contains("pdfuaid"), "but without a claim");
}

#[test]
fn a_file_without_missing_characters_has_no_warnings() {
    let Pdf { bytes, warnings } = to_pdf_replacing(&dated(LETTER)).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(bytes, to_pdf(&dated(LETTER)).unwrap());
}

#[test]
fn a_title_may_hold_any_character() {
    let document = Document::new("测 \"quoted\" \\ #panic()", "en", "a").unwrap();
    let metadata = File::open(&to_pdf(&document).unwrap()).metadata();
    assert!(metadata.contains("测 &quot;quoted&quot; \\ #panic()"), "{metadata}");
}

#[test]
fn pages_are_numbered_only_when_there_are_several() {
    let one = File::open(&to_pdf(&document("a")).unwrap());
    assert_eq!(one.words(), "a");
    let two = File::open(&to_pdf(&document("a\n\n[PAGEBREAK]\n\nb")).unwrap());
    assert_eq!(two.0.get_pages().len(), 2);
    assert_eq!(two.words(), "a Page 1 of 2 b Page 2 of 2");
}

#[test]
fn paper_can_be_chosen() {
    for (paper, width) in [(Paper::A4, 595.0), (Paper::Letter, 612.0)] {
        let file = File::open(&to_pdf(&document("a").with_paper(paper)).unwrap());
        let page = file.0.page_iter().next().unwrap();
        let size =
            file.0.get_dictionary(page).unwrap().get(b"MediaBox").unwrap().as_array().unwrap();
        assert!((size[2].as_float().unwrap() - width).abs() < 1.0);
    }
}

#[test]
fn every_form_of_text_can_be_set() {
    for content in [
        "",
        "[PAGEBREAK]",
        "> [PAGEBREAK]\n> a",
        "- \n- ",
        "- # a\n- > b\n- | c |\n  |---|\n  | d |",
        "0. a\n1. b",
        "999999999. a",
        "| |\n|---|\n| a |",
        "| a |\n|---|",
        "#### a\n\n# b\n\n###### c",
        "[](https://example.org) [a]() [b](#c) [d](/e)",
        "[**a *b***](https://example.org \"t\")",
        "```\na\n\tb\n```",
        "[CENTER] a\n\n[FLUSHRIGHT] b\n\n# [CENTER] c",
        "![](x) ![a](x)",
        "<div>a<br>b<script>c</script></div>",
        "שלום עולם",
        "a\\\nb[BR]c",
    ] {
        assert!(to_pdf(&dated(content)).is_ok(), "{content:?}");
    }
}

#[test]
fn the_deepest_nesting_allowed_can_be_set() {
    let line = |level: usize| format!("{}7. x{level}\n", "   ".repeat(level));
    let list = (0..31).map(line).collect::<Vec<_>>().concat();
    let quote = format!("{} x", ">".repeat(63));
    for content in [list.clone(), quote] {
        assert!(to_pdf(&dated(&content)).is_ok(), "{content}");
    }
    let words = File::open(&to_pdf(&dated(&list)).unwrap()).words();
    assert!(words.contains("7. x0 7. x1") && words.contains("7. x29 7. x30"), "{words}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_text_can_be_set(markdown in ANY_MARKDOWN) {
        let document = dated(&markdown);
        prop_assert!(to_pdf_replacing(&document).is_ok());
    }
}
