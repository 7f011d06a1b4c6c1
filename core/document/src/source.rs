//! Prepares Markdown for parsing: removes characters that no output may hold, marks layout tags.
//!
//! A layout tag such as `[PAGEBREAK]` becomes one character that Unicode reserves for internal use
//! (U+FDD0 and following). Those are removed from the text first, so none can come from outside,
//! and a tag whose bracket is escaped, as every answer's is, stays text.

use std::borrow::Cow;

use crate::tree::Align;

/// What a layout tag asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// The rest starts on a new page.
    PageBreak,
    /// The paragraph is set this way.
    Align(Align),
    /// The paragraph is centred and bold.
    BoldCenter,
    /// A new line in the same paragraph.
    Break,
    /// These characters, which Markdown cannot say easily.
    Literal(&'static str),
}

/// The tags that authors of guided interviews know, each marked by its place in this list.
const TAGS: [(&str, Tag); 17] = [
    ("[PAGEBREAK]", Tag::PageBreak),
    ("[CENTER]", Tag::Align(Align::Center)),
    ("[BOLDCENTER]", Tag::BoldCenter),
    ("[FLUSHRIGHT]", Tag::Align(Align::Right)),
    ("[RIGHTALIGN]", Tag::Align(Align::Right)),
    ("[FLUSHLEFT]", Tag::Align(Align::Start)),
    ("[NOINDENT]", Tag::Align(Align::Start)),
    ("[BR]", Tag::Break),
    ("[NEWLINE]", Tag::Break),
    ("[SKIPLINE]", Tag::Break),
    ("[NBSP]", Tag::Literal("\u{a0}")),
    ("[TAB]", Tag::Literal("\u{2003}")),
    ("[ENDASH]", Tag::Literal("\u{2013}")),
    ("[EMDASH]", Tag::Literal("\u{2014}")),
    ("[HYPHEN]", Tag::Literal("-")),
    ("[BLANK]", Tag::Literal("__________________")),
    ("[BLANKFILL]", Tag::Literal("____________________________________")),
];

const FIRST_MARK: char = '\u{fdd0}';
const LAST_MARK: char = '\u{fdef}';

/// The text with its layout tags marked and without characters that no output may hold.
pub(crate) fn prepare(markdown: &str) -> String {
    let cleaned = clean(markdown);
    let mut prepared = String::with_capacity(cleaned.len());
    let mut rest = cleaned.as_str();
    while let Some(at) = rest.find('[') {
        let (before, from) = rest.split_at(at);
        prepared.push_str(before);
        let escaped = before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let tag =
            TAGS.iter().zip(FIRST_MARK..=LAST_MARK).find(|((name, _), _)| from.starts_with(name));
        match tag {
            Some(((name, _), mark)) if !escaped => {
                prepared.push(mark);
                rest = &from[name.len()..];
            }
            _ => {
                prepared.push('[');
                rest = &from[1..];
            }
        }
    }
    prepared.push_str(rest);
    prepared
}

/// The tag that a marking character stands for.
pub(crate) fn tag(mark: char) -> Option<Tag> {
    position(mark).map(|index| TAGS[index].1)
}

/// The text as the author wrote it, for places where tags mean nothing, such as code.
pub(crate) fn restore(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| position(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut restored = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match position(c) {
            Some(index) => restored.push_str(TAGS[index].0),
            None => restored.push(c),
        }
    }
    Cow::Owned(restored)
}

/// The text on one line, without characters that no output may hold.
pub(crate) fn clean_line(text: &str) -> String {
    let cleaned = clean(text);
    cleaned.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without control characters, noncharacters and characters that reorder what is read.
fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => cleaned.push('\n'),
            // As a space: a line break from here could start a Markdown block.
            '\u{2028}' | '\u{2029}' => cleaned.push(' '),
            '\n' | '\t' => cleaned.push(c),
            _ if is_unwanted(c) => {}
            _ => cleaned.push(c),
        }
    }
    cleaned
}

/// Whether a character has no visible meaning of its own and could break or disguise an output.
fn is_unwanted(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || code & 0xfffe == 0xfffe
        || matches!(c, FIRST_MARK..=LAST_MARK | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        // Overrides and embeddings make text read otherwise than it is stored.
        || matches!(c, '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

fn position(mark: char) -> Option<usize> {
    let offset = u32::from(mark).checked_sub(u32::from(FIRST_MARK))?;
    usize::try_from(offset).ok().filter(|index| *index < TAGS.len())
}
