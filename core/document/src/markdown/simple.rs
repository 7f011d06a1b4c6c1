//! Texts that need not go the whole way, which takes longer than a step of the interview itself: most
//! titles and labels are a line of words, most others a few paragraphs.

use crate::tree::{Align, Block, Inline};

/// Whether a text is one line of words, which says the same as Markdown, as HTML and as it stands:
/// nothing in it has a meaning in any of them, and it begins like no list.
pub(super) fn is_line(text: &str) -> bool {
    let says_itself = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, ' ' | ',' | '.' | '?' | ':' | ';' | '(' | ')' | '/' | '-' | '%')
            || !c.is_ascii() && c.is_alphanumeric()
    };
    text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !text.contains("  ")
        && text.chars().all(says_itself)
}

/// Whether HTML that was written from these blocks has nothing that must be removed, and is spelled
/// as cleaning would spell it: paragraphs of words, some of them emphasised.
pub(super) fn is_clean(blocks: &[Block]) -> bool {
    blocks.iter().all(|it| match it {
        Block::Paragraph { align: Align::Start, content } => content.iter().all(is_clean_inline),
        _ => false,
    })
}

fn is_clean_inline(inline: &Inline) -> bool {
    match inline {
        Inline::Strong(content) | Inline::Emphasis(content) => {
            content.iter().all(|it| matches!(it, Inline::Text(text) if is_clean_text(text)))
        }
        Inline::Text(text) => is_clean_text(text),
        Inline::Break | Inline::SoftBreak => true,
        _ => false,
    }
}

/// Whether nothing in a text is written as a reference, or counts for more than itself.
fn is_clean_text(text: &str) -> bool {
    text.chars().all(|c| !matches!(c, '&' | '<' | '>' | '"' | '\u{a0}') && !c.is_control())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markdown::{HtmlOptions, clean_blocks, html, inline_of, plain_of};
    use crate::tree::Tree;

    proptest! {
        // Most texts of the second test have a meaning.
        #![proptest_config(ProptestConfig {
            max_global_rejects: 50_000,
            ..ProptestConfig::default()
        })]

        #[test]
        fn a_line_of_words_says_the_same_the_long_way(text in "[a-zA-Z0-9 ,.?:;()/%äßñ語-]{0,24}") {
            prop_assume!(is_line(&text));
            prop_assert_eq!(&plain_of(&text), &text);
            prop_assert_eq!(&inline_of(&text), &text);
            let blocks = Tree::parse(&text).blocks;
            let raw = html::write(&blocks, HtmlOptions::default());
            prop_assert_eq!(clean_blocks(&raw), format!("<p>{text}</p>\n"));
        }

        #[test]
        fn what_needs_no_cleaning_is_the_same_after_it(
            text in r#"([a-c1]|\*|\*\*|_| |\n|\n\n|\\\n|[<>&"'\[\]!#`~|.-]|\[BR\]|\[CENTER\]|&amp;|<b>){0,24}"#
        ) {
            let blocks = Tree::parse(&text).blocks;
            prop_assume!(is_clean(&blocks));
            let raw = html::write(&blocks, HtmlOptions::default());
            prop_assert_eq!(clean_blocks(&raw), raw);
        }
    }

    #[test]
    fn a_text_with_a_meaning_is_no_line_of_words() {
        for text in [
            "",
            "1. Name",
            "- a",
            "a\nb",
            "*a*",
            "a  b",
            "a ",
            " a",
            "a & b",
            "a<b",
            "`a`",
            "[BR]",
            "# A",
            "a\\b",
            "a|b",
            "a\u{a0}b",
            "a\u{202e}b",
            "a\"b",
            "a_b",
            "a~b",
            "a=b",
            "a@b.c",
        ] {
            assert!(!is_line(text), "{text:?}");
        }
        assert!(is_line("What is the name of your landlord (or landlady)?"));
    }
}
