//! What is wrong with a manifest, and where.
//!
//! A type of our own, not `affiant-diagnostic`'s: that crate is part of the product, and whoever
//! writes a plugin depends on nothing of it. A finding holds plain numbers and words, so the product
//! turns it into a diagnostic where it shows both.

use std::fmt::Write as _;

use serde::Serialize;

/// Longest part of a line that is printed, in characters.
const LINE_WIDTH: usize = 160;

/// A range of bytes of the manifest's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
}

impl From<std::ops::Range<usize>> for Place {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self { start: range.start, end: range.end.max(range.start) }
    }
}

/// A place for people: both count from one, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
    /// How many characters to underline, at least one.
    pub width: usize,
    /// The line itself, without its end.
    pub text: String,
}

impl Place {
    /// Where this place begins in `text`; any place is fine, one behind the end is its end.
    pub fn locate(self, text: &str) -> Location {
        let start = text.floor_char_boundary(self.start.min(text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |it| it + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |it| start + it);
        let end = text.floor_char_boundary(self.end.clamp(start, line_end));
        Location {
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            width: text[start..end].trim_end().chars().count().max(1),
            text: text[line_start..line_end].trim_end_matches('\r').to_owned(),
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Likely not as meant.
    Warning,
    /// The manifest cannot be used.
    Error,
}

/// One mistake in a manifest, for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Where it is.
    pub place: Place,
    /// Stable name of the kind of mistake; those of the rules X1 to X12 begin with their number.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: one sentence without a full stop, backticks round names.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Finding {
    pub(crate) fn error(
        code: &'static str,
        place: Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let severity = Severity::Error;
        Self { place, code, severity, message: message.into(), hint: hint.into() }
    }

    pub(crate) fn warning(
        code: &'static str,
        place: Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message, hint) }
    }

    /// Whether it keeps the manifest from being used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Prints it the way compilers do: message, place, the line, what to do.
    ///
    /// `file` is how the reader knows the manifest, `text` what it holds.
    pub fn render(&self, file: &str, text: &str) -> String {
        let at = self.place.locate(text);
        let severity = if self.is_error() { "error" } else { "warning" };
        let margin = " ".repeat(at.line.to_string().len());
        let skip = if at.text.chars().count() > LINE_WIDTH {
            at.column.saturating_sub(LINE_WIDTH / 2)
        } else {
            0
        };
        let shown: String = at.text.chars().skip(skip).take(LINE_WIDTH).collect();
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{severity}[{}]: {}\n{margin}--> {file}:{}:{}\n{margin} |\n{} | {}\n{margin} | {}{}\n\
             {margin} = hint: {}\n",
            self.code,
            printable(&self.message),
            at.line,
            at.column,
            at.line,
            printable(&shown),
            " ".repeat(at.column - 1 - skip.min(at.column - 1)),
            "^".repeat(at.width.min(LINE_WIDTH)),
            printable(&self.hint),
        );
        out
    }
}

/// A text without control characters, which would do something to a terminal.
fn printable(text: &str) -> String {
    let shown = |it: char| match it {
        '\t' => ' ',
        it if it.is_control() => '\u{fffd}',
        it => it,
    };
    text.chars().map(shown).collect()
}

/// A piece of somebody's text that fits into a message.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let kept: String = text.chars().take(LONGEST).collect::<String>().replace('`', "'");
    if text.chars().count() > LONGEST { format!("{kept}…") } else { kept }
}

/// "did you mean" for the nearest of `known`, or all of them when there are few.
pub(crate) fn nearest(word: &str, known: &[&str], otherwise: &str) -> String {
    const FEW: usize = 8;
    let word: String = word.chars().take(80).collect();
    let near = known
        .iter()
        .map(|it| (strsim::osa_distance(&word.to_lowercase(), &it.to_lowercase()), *it))
        .filter(|(distance, it)| *distance <= (it.len() / 3).max(1))
        .min();
    match near {
        Some((_, near)) => format!("did you mean `{near}`?"),
        None if known.is_empty() || known.len() > FEW => otherwise.to_owned(),
        None => {
            let all: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
            format!("it can be {}", all.join(", "))
        }
    }
}
