//! Just enough of Rust's syntax to tell code from text and to measure functions.

use std::ops::Range;

/// Returns `source` with the inside of comments, strings and characters replaced by spaces.
///
/// Line ends stay, so that line numbers do.
pub(crate) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let in_name = code.chars().next_back().is_some_and(is_name_part);
        let length = text_length(rest, in_name);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// A function's name and lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
    /// From the line with `fn` to the one with the closing brace.
    pub(crate) lines: usize,
}

/// Returns the functions with a body in `code`, which comes from [`code_only`].
pub(crate) fn functions(code: &str) -> Vec<Function<'_>> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("fn ") {
        if code[..start].chars().next_back().is_some_and(is_name_part) {
            continue;
        }
        let after = code[start + 3..].trim_start();
        let name = &after[..after.find(|it| !is_name_part(it)).unwrap_or(after.len())];
        let Some(body) = body(code, start).filter(|_| !name.is_empty()) else { continue };
        let lines = code[start..body.end].matches('\n').count() + 1;
        found.push(Function { name, line: code[..start].matches('\n').count() + 1, lines });
    }
    found
}

/// Returns whether a character may be part of a name.
pub(crate) fn is_name_part(it: char) -> bool {
    it == '_' || it.is_alphanumeric()
}

/// Returns where the body of the function at `start` lies, or `None` when it only declares one.
fn body(code: &str, start: usize) -> Option<Range<usize>> {
    let mut round_and_square = 0_u32;
    let mut braces = 0_u32;
    let mut open = None;
    for (at, it) in code[start..].char_indices().map(|(at, it)| (start + at, it)) {
        match it {
            '(' | '[' => round_and_square += 1,
            ')' | ']' => round_and_square = round_and_square.saturating_sub(1),
            ';' if open.is_none() && round_and_square == 0 => return None,
            '{' if open.is_some() || round_and_square == 0 => {
                open = open.or(Some(at));
                braces += 1;
            }
            '}' => {
                braces = braces.saturating_sub(1);
                if let (Some(open), 0) = (open, braces) {
                    return Some(open..at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the length in bytes of the comment or literal that `rest` starts with, or 0.
fn text_length(rest: &str, in_name: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_length(rest);
    }
    if rest.starts_with('"') {
        return quoted_length(rest, '"');
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        let mut characters = inside.chars();
        let is_character = characters.next() == Some('\\') || characters.next() == Some('\'');
        return if is_character { quoted_length(rest, '\'') } else { 0 };
    }
    if in_name { 0 } else { raw_string_length(rest) }
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, it) in rest.char_indices().skip(1) {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if it == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string_length(rest: &str) -> usize {
    let after_kind = rest.trim_start_matches(['b', 'c']);
    let Some(after_r) = after_kind.strip_prefix('r') else { return 0 };
    let inside = after_r.trim_start_matches('#');
    let hashes = after_r.len() - inside.len();
    if rest.len() - after_kind.len() > 1 || !inside.starts_with('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - inside.len() + 1;
    rest[start..].find(&close).map_or(rest.len(), |end| start + end + close.len())
}
