//! Cutting a file into blocks.

use std::ops::Range;

/// The byte ranges of a file's blocks: what stands between lines that begin with `---`.
///
/// Pieces that hold nothing but comments and blank lines are left out.
pub(crate) fn blocks(file: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = if file.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut at = start;
    for line in file.get(start..).unwrap_or("").split_inclusive('\n') {
        if is_separator(line) {
            found.push(start..at);
            start = at + 3;
        }
        at += line.len();
    }
    found.push(start..file.len());
    found.retain(|it| file.get(it.clone()).is_some_and(has_content));
    found
}

fn is_separator(line: &str) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t', '\r', '\n']))
}

/// Whether there is more than comments, blank lines and YAML directives.
fn has_content(text: &str) -> bool {
    text.lines().map(str::trim).any(|it| {
        !it.is_empty()
            && !it.starts_with('#')
            && !it.starts_with("%YAML")
            && !it.starts_with("%TAG")
    })
}
