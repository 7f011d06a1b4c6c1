//! What pages and files look like, and what must never happen to them.

mod documents;
mod docx;
mod glyphs;
mod html;
mod pdf;

use crate::document::Document;

/// A regular expression of texts full of Markdown, tags and odd characters.
const ANY_MARKDOWN: &str = "([-*_`#>|\\[\\]()<>!~&;:\\\\\"'=+$@%^{}/ \t0-9.a-cé测\u{0}\u{feff}\u{fdd0}\u{202e}\u{1f389}]|\n|\n\n|    |\\[BR\\]|\\[CENTER\\]|\\[PAGEBREAK\\]|\\|--\\||<div>|</b>|<!--|\\]\\(x\\)){0,60}";

/// Texts that would do something if an output read them as its own language.
const HOSTILE: [&str; 14] = [
    "#panic(1)",
    "#set page(width: 1pt)",
    "$x$ $ sum $",
    "\"); #panic(\"x",
    "\\\"; #panic()",
    "\\u{41} \\n \\",
    "]; #panic(); [",
    "<b>bold</b> &amp; <label> @ref",
    "</w:t></w:r></w:p>",
    "]]> <![CDATA[ <?xml ?>",
    "{{ 7 * 7 }} {% raw %}",
    "= Heading - item + item / term: x",
    "/* comment */ // comment",
    "https://example.org/#x *a* _b_ `c` ~d",
];

fn document(content: &str) -> Document {
    Document::new("A <Letter> & more", "en-GB", content).unwrap()
}

/// The text as an answer is put into Markdown.
fn escape(answer: &str) -> String {
    let escaped = |c: char| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() };
    answer.chars().map(escaped).collect()
}
