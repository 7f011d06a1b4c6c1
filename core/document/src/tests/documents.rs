//! What a document may be.

use crate::document::{Date, Document, DocumentError, MAX_CONTENT};

fn error(title: &str, language: &str, content: &str) -> DocumentError {
    Document::new(title, language, content).unwrap_err()
}

#[test]
fn limits_are_typed_errors() {
    let long = "a".repeat(MAX_CONTENT + 1);
    assert!(
        matches!(error("T", "en", &long), DocumentError::TooLong { bytes } if bytes == long.len())
    );
    let deep = ">".repeat(70) + "a";
    assert!(matches!(error("T", "en", &deep), DocumentError::TooDeep { levels: 71 }));
    assert!(Document::new("T", "en", &(">".repeat(63) + "a")).is_ok());
    let many = "a\n\n".repeat(30_000);
    assert!(matches!(error("T", "en", &many), DocumentError::TooMany { elements: 60_000 }));
    let row = "|a".repeat(65);
    let wide = format!("{row}|\n{}|\n", "|-".repeat(65));
    assert!(matches!(error("T", "en", &wide), DocumentError::TooWide { columns: 65 }));
}

#[test]
fn a_document_needs_a_title_and_a_language() {
    assert!(matches!(error(" \u{0}\n", "en", ""), DocumentError::NoTitle));
    for tag in ["", "e", "english", "en-", "en_GB", "en-GB-\"", "12", "en--GB", "de-abcdefghi"] {
        assert!(matches!(error("T", tag, ""), DocumentError::InvalidLanguage), "{tag:?}");
    }
    for tag in ["en", "pt-BR", "zh-Hant-TW", "gsw", "de-CH-1996", "es-419"] {
        assert!(Document::new("T", tag, "").is_ok(), "{tag:?}");
    }
    assert_eq!(Document::new(" A\n\tB ", "en", "").unwrap().title(), "A B");
}

#[test]
fn a_date_is_a_day_that_exists() {
    for (year, month, day, exists) in [
        (2024, 2, 29, true),
        (2023, 2, 29, false),
        (1900, 2, 29, false),
        (2000, 2, 29, true),
        (2023, 4, 31, false),
        (2023, 12, 31, true),
        (2023, 13, 1, false),
        (2023, 0, 1, false),
        (2023, 1, 0, false),
        (0, 1, 1, false),
        (10000, 1, 1, false),
    ] {
        assert_eq!(Date::new(year, month, day).is_ok(), exists, "{year}-{month}-{day}");
    }
}

#[test]
fn errors_do_not_repeat_the_document() {
    let content = format!("{} secret", ">".repeat(99));
    assert!(!error("T", "en", &content).to_string().contains("secret"));
    let document = Document::new("T", "en", "secret 测").unwrap();
    let error = crate::pdf::to_pdf(&document).unwrap_err();
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("secret") && !shown.contains('测'), "{shown}");
    }
}
