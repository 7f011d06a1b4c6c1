//! `is defined` and `default` look at a name without asking for it.
//!
//! minijinja evaluates the name before the test sees it, and evaluating an unknown name asks. So,
//! before a text is compiled, a name in such a place is written as a call of a function that only
//! looks: `a.b is defined` becomes `_look(a.b)` in a form whose argument is text.

use std::collections::BTreeSet;

use crate::scan::Tag;

/// Name of the function that looks. No author can write it: names that begin with an underscore
/// are kept for us, and a text with it is refused.
pub(crate) const LOOK: &str = "_affiant_look";

/// The text with names in looking places replaced. Lines stay where they are.
pub(crate) fn rewrite(source: &str, tags: &[Tag]) -> String {
    let locals = locals(source, tags);
    let mut out = String::with_capacity(source.len());
    let mut copied = 0;
    for tag in tags {
        out.push_str(&source[copied..tag.start]);
        out.push_str(&rewrite_tag(&source[tag.start..tag.end], &locals));
        copied = tag.end;
    }
    out.push_str(&source[copied..]);
    out
}

/// Names that a text binds itself: by `for`, `set`, `with` and macro parameters.
pub(crate) fn locals(source: &str, tags: &[Tag]) -> BTreeSet<String> {
    let mut found = BTreeSet::from(["loop".to_owned()]);
    for tag in tags.iter().filter(|it| it.is_block) {
        let inner = source[tag.start + 2..tag.end - 2].trim_matches(['-', '+', ' ', '\n']);
        let (word, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let bound = match word {
            "for" => rest.split(" in ").next().unwrap_or(""),
            "set" | "with" => rest.split('=').next().unwrap_or(""),
            "macro" => rest.split_once('(').map_or("", |(_, it)| it.trim_end_matches(')')),
            _ => continue,
        };
        let names = bound.split(|it: char| !(it.is_alphanumeric() || it == '_'));
        found.extend(names.filter(|it| !it.is_empty()).map(str::to_owned));
    }
    found
}

fn rewrite_tag(tag: &str, locals: &BTreeSet<String>) -> String {
    let mut out = String::with_capacity(tag.len());
    let mut at = 0;
    while at < tag.len() {
        let rest = &tag[at..];
        let Some(first) = rest.chars().next() else { break };
        if let '"' | '\'' = first {
            let length = quoted(rest);
            out.push_str(&rest[..length]);
            at += length;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = name(rest);
            let (path, behind) = rest.split_at(length);
            let after_dot = out.trim_end().ends_with('.');
            if !after_dot && looks(behind) {
                out.push_str(&looked(path, locals));
            } else {
                out.push_str(path);
            }
            at += length;
        } else {
            out.push(first);
            at += first.len_utf8();
        }
    }
    out
}

/// The length of a quoted text, quotes included.
fn quoted(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != bytes[0] {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

/// The length of a name with its attributes and indexes: `a.b[0]["c"][i]`.
fn name(text: &str) -> usize {
    let bytes = text.as_bytes();
    let word = |from: usize| {
        from + bytes[from..]
            .iter()
            .take_while(|it| it.is_ascii_alphanumeric() || **it == b'_')
            .count()
    };
    let mut at = word(0);
    loop {
        match bytes.get(at) {
            Some(b'.')
                if bytes.get(at + 1).is_some_and(|it| it.is_ascii_alphabetic() || *it == b'_') =>
            {
                at = word(at + 1);
            }
            Some(b'[') => match text[at..].find(']') {
                Some(close) => at += close + 1,
                None => return at,
            },
            _ => return at,
        }
    }
}

/// Whether what follows a name only looks at it.
fn looks(behind: &str) -> bool {
    let behind = behind.trim_start();
    if let Some(filter) = behind.strip_prefix('|') {
        let filter = filter.trim_start();
        let is_word = |word: &str| {
            filter
                .strip_prefix(word)
                .is_some_and(|it| !it.starts_with(|it: char| it.is_alphanumeric() || it == '_'))
        };
        return is_word("default") || is_word("d");
    }
    let Some(test) = behind.strip_prefix("is ") else { return false };
    let test = test.trim_start();
    let test = test.strip_prefix("not ").unwrap_or(test).trim_start();
    test.starts_with("defined") || test.starts_with("undefined")
}

/// A call that looks: `_look("a.b")`; for a name the text binds itself `_look(a, ".b")`. Indexes
/// that are not literal are put into the text of the path when it is rendered.
fn looked(path: &str, locals: &BTreeSet<String>) -> String {
    let root_length = path.find(['.', '[']).unwrap_or(path.len());
    let (root, rest) = path.split_at(root_length);
    if locals.contains(root) {
        if rest.is_empty() {
            return root.to_owned();
        }
        return format!("{LOOK}({root}, {})", pieces(rest));
    }
    format!("{LOOK}({})", pieces(path))
}

/// A path as a minijinja expression that gives its text.
fn pieces(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some(open) = rest.find('[') {
        let Some(close) = rest[open..].find(']').map(|it| open + it) else { break };
        let index = rest[open + 1..close].trim();
        push(&mut out, &rest[..open]);
        if index.starts_with(['"', '\'']) || index.bytes().all(|it| it.is_ascii_digit()) {
            push(&mut out, &format!("[{index}]"));
        } else {
            push(&mut out, "[");
            out.push_str(&format!(" ~ {LOOK}_index({index})"));
            push(&mut out, "]");
        }
        rest = &rest[close + 1..];
    }
    push(&mut out, rest);
    if out.is_empty() { "\"\"".to_owned() } else { out }
}

fn push(out: &mut String, text: &str) {
    if text.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push_str(" ~ ");
    }
    out.push('"');
    out.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
    out.push('"');
}
