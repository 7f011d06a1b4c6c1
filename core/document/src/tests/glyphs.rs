//! Which characters can be shown.

use crate::document::{Date, Document};
use crate::glyphs::{Script, is_covered, uncovered};
use crate::pdf::to_pdf;

#[test]
fn names_of_european_languages_are_covered() {
    for text in [
        "Zoë Łukasz Ñandú Ελένη Иван",
        "Þórður Šťastný Kőszegi Ģirts Żółć Ağaoğlu Țîrlea",
        "Nguyễn Thị Ánh, Võ Đặng Hữu",
        "Їжакевич Ђорђе Қазақ",
        "“quoted” ‘single’ – — … € £ § ¶ † № ½ × ≤ ☐ ☑ ☒ ✓ →",
        "e\u{301} n\u{303}",
        "line\nbreak\ttab\u{a0}space\u{200d}\u{ad}",
    ] {
        assert_eq!(uncovered(text), Vec::<char>::new(), "{text}");
    }
}

#[test]
fn uncovered_characters_are_listed_once_in_order() {
    assert_eq!(uncovered("a🎉b测🎉\u{e001}"), ['🎉', '测', '\u{e001}']);
}

#[test]
fn scripts_are_told_apart() {
    for (c, script) in [
        ('测', Script::EastAsian),
        ('한', Script::EastAsian),
        ('ア', Script::EastAsian),
        ('🎉', Script::Emoji),
        ('م', Script::Arabic),
        ('अ', Script::Indic),
        ('ไ', Script::SoutheastAsian),
        ('\u{e001}', Script::PrivateUse),
        ('\u{10ffff}', Script::PrivateUse),
        ('Ꮳ', Script::Other),
    ] {
        assert_eq!(Script::of(c), script, "{c}");
    }
}

/// No font sets these upon the Latin letter that the test below puts before each character.
fn is_arabic_mark(c: char) -> bool {
    ('\u{64b}'..='\u{655}').contains(&c)
}

#[test]
fn every_character_called_covered_can_be_set() {
    let covered: Vec<char> =
        ('\u{a1}'..='\u{1ffff}').filter(|c| is_covered(*c) && !is_arabic_mark(*c)).collect();
    assert!(covered.len() > 4000);
    let paragraph = |some: &[char]| {
        let words: String = some.iter().flat_map(|c| ['a', *c, ' ']).collect();
        format!("a {words}b\n\n***a {words}b***")
    };
    let content = covered.chunks(200).map(paragraph).collect::<Vec<_>>().join("\n\n");
    let document = Document::new("T", "en", &content).unwrap();
    let document = document.with_date(Date::new(2024, 2, 29).unwrap());
    assert!(to_pdf(&document).is_ok());
}

#[test]
fn words_of_right_to_left_scripts_can_be_set() {
    for content in ["مُحَمَّد السَّلام", "**مُحَمَّد**", "***مُحَمَّد السَّلام***", "שָׁלוֹם ***עוֹלָם***"]
    {
        let document = Document::new("T", "ar", content).unwrap();
        assert!(to_pdf(&document).is_ok(), "{content}");
    }
}
