//! Which byte of the file a byte of a scalar's text is.

use affiant_diagnostic::Span;
use saphyr_parser::ScalarStyle;

use crate::Anchor;
use crate::parse::yaml::Scalar;

/// Where the pieces of a scalar's text stand in the file. Exact for all styles, indentation, folded
/// lines and escapes included.
pub(crate) fn anchors(file: &str, span: Span, scalar: &Scalar) -> Vec<Anchor> {
    let mut found = Found::default();
    let start = span.start as usize;
    match scalar.style {
        ScalarStyle::Literal => literal(file, start, &scalar.text, &mut found),
        style => {
            let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
            let mut aligning = Aligning { file, style, at: start + usize::from(is_quoted) };
            aligning.run(&scalar.text, &mut found);
        }
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Anchor>);

impl Found {
    /// Remembers a place unless it follows from the last one.
    fn push(&mut self, text: usize, file: usize) {
        let cut = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let anchor = Anchor { text: cut(text), file: cut(file) };
        let follows = self.0.last().is_some_and(|last| {
            i64::from(last.file) - i64::from(last.text)
                == i64::from(anchor.file) - i64::from(anchor.text)
        });
        if !follows {
            self.0.push(anchor);
        }
    }
}

/// Lines of a literal block: each is the end of a line of the file.
fn literal(file: &str, first: usize, text: &str, found: &mut Found) {
    // The place that YAML gives is that of the first line with something in it.
    let blank = text.split('\n').take_while(|it| it.is_empty()).count();
    let mut start = line_start(file, first);
    for _ in 0..blank {
        start = if start == 0 { 0 } else { line_start(file, start - 1) };
    }
    let mut offset = 0;
    for line in text.split('\n') {
        let rest = file.get(start..).unwrap_or("");
        let length = rest.find('\n').unwrap_or(rest.len());
        let there = rest[..length].trim_end_matches('\r');
        let indent = there.strip_suffix(line).map_or(0, str::len);
        found.push(offset, start + indent);
        offset += line.len() + 1;
        start = (start + length + 1).min(file.len());
    }
}

fn line_start(file: &str, at: usize) -> usize {
    file.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1)
}

/// Walks through a text and the file side by side.
struct Aligning<'t> {
    file: &'t str,
    style: ScalarStyle,
    /// The byte of the file that is next.
    at: usize,
}

impl Aligning<'_> {
    fn run(&mut self, text: &str, found: &mut Found) {
        found.push(0, self.at);
        for (offset, character) in text.char_indices() {
            if self.style == ScalarStyle::DoubleQuoted {
                self.skip_continuations();
                if let Some(length) = self.escape() {
                    found.push(offset, self.at);
                    self.at += length;
                    continue;
                }
            }
            if character.is_ascii_whitespace() {
                found.push(offset, self.at);
                // Otherwise it stands for a line's end and the indentation behind it.
                if character != '\n' && self.rest().starts_with(character) {
                    self.at += 1;
                }
                continue;
            }
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            if self.style == ScalarStyle::DoubleQuoted && self.escape().is_some() {
                self.skip_continuations();
            }
            if !self.rest().starts_with(character) {
                return;
            }
            found.push(offset, self.at);
            let is_doubled = self.style == ScalarStyle::SingleQuoted && character == '\'';
            self.at += character.len_utf8() + usize::from(is_doubled);
        }
    }

    fn rest(&self) -> &str {
        self.file.get(self.at..).unwrap_or("")
    }

    /// The length of the escape that is next.
    fn escape(&self) -> Option<usize> {
        let next = self.rest().strip_prefix('\\')?.chars().next()?;
        Some(match next {
            'x' => 4,
            'u' => 6,
            'U' => 10,
            other => 1 + other.len_utf8(),
        })
    }

    /// Passes a `\` at the end of a line, which stands for nothing.
    fn skip_continuations(&mut self) {
        while let Some(rest) =
            self.rest().strip_prefix("\\\n").or(self.rest().strip_prefix("\\\r\n"))
        {
            self.at = self.file.len() - rest.trim_start_matches([' ', '\t']).len();
        }
    }
}
