//! Diagnostics as text for terminals and as JSON for tools.

use std::fmt::Write as _;

use serde_json::json;

use crate::{Diagnostic, Severity, Sources};

/// Longest part of a source line that is printed, in characters.
const LINE_WIDTH: usize = 160;

/// Prints a diagnostic the way compilers do: message, place, line, hint.
pub fn render_human(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = sources.locate(diagnostic.span);
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let margin = " ".repeat(place.line.to_string().len());
    let (line, column) = window(&place.text, place.column);
    let width = place.width.min(LINE_WIDTH);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{severity}[{}]: {}\n{margin}--> {}:{}:{}\n{margin} |\n{} | {line}\n{margin} | {}{}\n",
        diagnostic.code,
        printable(&diagnostic.message),
        place.file,
        place.line,
        place.column,
        place.line,
        " ".repeat(column - 1),
        "^".repeat(width),
    );
    for related in &diagnostic.related {
        let there = sources.locate(related.span);
        let _ = writeln!(
            out,
            "{margin} ::: {}:{}  {}",
            there.file,
            there.line,
            printable(&related.message)
        );
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(out, "{margin} = hint: {}", printable(hint));
    }
    out
}

/// Diagnostics as one JSON object: `{"diagnostics": [{code, severity, file, line, column, …}]}`.
pub fn render_json(diagnostics: &[Diagnostic], sources: &Sources) -> serde_json::Value {
    let all: Vec<_> = diagnostics.iter().map(|it| one(it, sources)).collect();
    json!({ "diagnostics": all })
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> serde_json::Value {
    let place = sources.locate(diagnostic.span);
    let related: Vec<_> = diagnostic
        .related
        .iter()
        .map(|it| {
            let there = sources.locate(it.span);
            json!({ "file": there.file, "line": there.line, "message": it.message })
        })
        .collect();
    json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "width": place.width,
        "text": place.text,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "related": related,
    })
}

/// A text without control characters, which would do something to a terminal. Keeps its length in
/// characters.
fn printable(text: &str) -> String {
    text.chars()
        .map(|it| {
            if it == '\t' {
                ' '
            } else if it.is_control() {
                '\u{fffd}'
            } else {
                it
            }
        })
        .collect()
}

/// Cuts a very long line to the part round `column`; returns it with the column in it.
fn window(text: &str, column: usize) -> (String, usize) {
    let text = printable(text);
    if text.chars().count() <= LINE_WIDTH {
        return (text, column);
    }
    let skip = column.saturating_sub(LINE_WIDTH / 2);
    (text.chars().skip(skip).take(LINE_WIDTH).collect(), column - skip)
}
