//! Where each line of a scalar's text starts in the file.

use affiant_diagnostic::Span;
use saphyr_parser::ScalarStyle;

use crate::parse::yaml::Scalar;

/// How far a line of a folded text is searched for.
const SEARCH: usize = 4096;

/// The byte of `file` at which each line of a scalar's text starts.
///
/// Exact for literal blocks and for texts on one line. Folded and quoted texts of several lines
/// are searched for, which is right unless words repeat across escapes.
pub(crate) fn line_starts(file: &str, span: Span, scalar: &Scalar) -> Vec<u32> {
    let cut = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let starts = match scalar.style {
        ScalarStyle::Literal => literal(file, span.start as usize, &scalar.text),
        style => {
            let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
            let start = span.start as usize + usize::from(is_quoted);
            search(file, start, span.end as usize, &scalar.text)
        }
    };
    starts.into_iter().map(cut).collect()
}

/// Lines of a literal block: each is the end of a line of the file.
fn literal(file: &str, first: usize, text: &str) -> Vec<usize> {
    // The place that YAML gives is that of the first line with something in it.
    let blank = text.split('\n').take_while(|it| it.is_empty()).count();
    let mut start = line_start(file, first);
    for _ in 0..blank {
        start = if start == 0 { 0 } else { line_start(file, start - 1) };
    }
    let mut starts = Vec::new();
    for line in text.split('\n') {
        let rest = file.get(start..).unwrap_or("");
        let length = rest.find('\n').unwrap_or(rest.len());
        let there = rest[..length].trim_end_matches('\r');
        let indent = there.len()
            - there.strip_suffix(line).map_or(line.len().min(there.len()), |_| line.len());
        starts.push(start + indent);
        start = (start + length + 1).min(file.len());
    }
    starts
}

fn line_start(file: &str, at: usize) -> usize {
    file.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1)
}

/// Lines of any other scalar: each begins where its first word is found next.
fn search(file: &str, start: usize, end: usize, text: &str) -> Vec<usize> {
    let mut at = start;
    let mut starts = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        let word = line.split_whitespace().next().unwrap_or("");
        let indent = line.len() - line.trim_start().len();
        if number == 0 || word.is_empty() {
            starts.push(at);
            if word.is_empty() {
                continue;
            }
        }
        let found = find(file, at, end, word);
        if number > 0 {
            starts.push(found.map_or(at, |it| it.saturating_sub(indent)));
        }
        // The file's form of a line is at least as long as its text, in bytes.
        at = (found.unwrap_or(at) + line.trim().len()).min(end);
        while !file.is_char_boundary(at) {
            at += 1;
        }
    }
    starts
}

fn find(file: &str, from: usize, end: usize, word: &str) -> Option<usize> {
    let mut to = end.min(from.saturating_add(SEARCH)).min(file.len());
    while !file.is_char_boundary(to) {
        to += 1;
    }
    file.get(from..to)?.find(word).map(|it| from + it)
}
