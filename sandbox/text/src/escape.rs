//! Answers inside Markdown.

/// Writes a text so that no character of it means anything to Markdown or HTML: every ASCII
/// punctuation character gets a backslash (`CommonMark` §2.4), line ends become hard breaks, and
/// spaces at the start of a line go, so that no line becomes code.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut at_start = false;
    for character in text.chars() {
        match character {
            '\n' => {
                out.push_str("\\\n");
                at_start = true;
            }
            '\r' => {}
            ' ' | '\t' if at_start => {}
            _ => {
                at_start = false;
                if character.is_ascii_punctuation() {
                    out.push('\\');
                }
                out.push(character);
            }
        }
    }
    out
}
