//! What is refused before a text is parsed: minijinja's parser and compiler are bounded neither by
//! fuel nor by the recursion limit, and some shapes cost the square of their length.

use crate::compile::TextProblem;

/// The longest text, in bytes.
const MAX_TEXT: usize = 64 << 10;

/// The longest tag, in bytes.
const MAX_TAG: usize = 1 << 10;

/// The deepest nesting of block tags.
const MAX_DEPTH: usize = 32;

/// The most block tags in one text.
const MAX_BLOCKS: usize = 2_000;

/// The most `elif` and `else` of one text.
const MAX_BRANCHES: usize = 300;

/// One tag of a text, by its bytes: from its opening mark to behind its closing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) is_block: bool,
}

/// Finds the tags of a text, or says why it is refused.
pub(crate) fn tags(source: &str) -> Result<Vec<Tag>, TextProblem> {
    if source.len() > MAX_TEXT {
        let message = format!("the text is longer than {} KiB", MAX_TEXT >> 10);
        return Err(problem(source, 0, message).hint("move parts of it into `template` blocks"));
    }
    let mut tags = Vec::new();
    let (mut depth, mut branches, mut blocks) = (0_usize, 0_usize, 0_usize);
    let mut at = 0;
    while let Some(start) = next_opening(source, at) {
        let close = match source.as_bytes()[start + 1] {
            b'{' => "}}",
            b'%' => "%}",
            _ => {
                at = source[start..].find("#}").map_or(source.len(), |it| start + it + 2);
                continue;
            }
        };
        let end = end_of_tag(source, start + 2, close)
            .ok_or_else(|| problem(source, start, format!("this tag has no `{close}`")))?;
        if end - start > MAX_TAG {
            let message = format!("this tag is longer than {MAX_TAG} characters");
            return Err(problem(source, start, message)
                .hint("compute the value in a code block and name it here"));
        }
        let is_block = close == "%}";
        if is_block {
            blocks += 1;
            let word = source[start + 2..end]
                .trim_start_matches(['-', '+'])
                .split_whitespace()
                .next()
                .unwrap_or("");
            match word {
                "if" | "for" | "with" | "macro" | "filter" | "call" | "autoescape" => depth += 1,
                "elif" | "else" => branches += 1,
                "raw" => {
                    at = source[end..].find("endraw").map_or(source.len(), |it| end + it);
                    continue;
                }
                "include" | "import" | "from" | "extends" | "block" => {
                    let message = format!("`{word}` is not available in texts");
                    return Err(problem(source, start, message)
                        .hint("put the part into a `template` block and name it here"));
                }
                _ if word.starts_with("end") => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth > MAX_DEPTH || branches > MAX_BRANCHES || blocks > MAX_BLOCKS {
            let message = "the text has too many or too deeply nested tags".to_owned();
            return Err(
                problem(source, start, message).hint("move parts of it into `template` blocks")
            );
        }
        tags.push(Tag { start, end, is_block });
        at = end;
    }
    Ok(tags)
}

fn next_opening(source: &str, from: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    (from..bytes.len().saturating_sub(1))
        .find(|it| bytes[*it] == b'{' && matches!(bytes[it + 1], b'{' | b'%' | b'#'))
}

/// Behind the closing mark; quotes are passed over.
fn end_of_tag(source: &str, from: usize, close: &str) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut quote = None;
    let mut at = from;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), it) if it == open => quote = None,
            (None, it @ (b'"' | b'\'')) => quote = Some(it),
            (None, _) if source.as_bytes()[at..].starts_with(close.as_bytes()) => {
                return Some(at + 2);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// A problem at a byte of the text.
pub(crate) fn problem(source: &str, at: usize, message: String) -> TextProblem {
    let before = &source[..at];
    let line_start = before.rfind('\n').map_or(0, |it| it + 1);
    TextProblem {
        message,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        length: None,
        hint: None,
    }
}
