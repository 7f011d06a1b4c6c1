//! Faulty interviews: what authors are shown, and what everybody else is told.

use affiant_diagnostic::{Diagnostic, Sources};
use axum::response::{Html, IntoResponse as _, Response};
use minijinja::{Value, context};

use crate::app::App;
use crate::catalogue::Entry;
use crate::error::of_fault;
use crate::page::frame::Frame;
use crate::page::site;
use crate::session::Session;
use crate::theme::Theme;

/// Whether an author sees the mistakes of the version on the disk instead of the last good one.
pub(crate) fn shows_mistakes(app: &App, entry: &Entry) -> bool {
    app.settings.dev && entry.diagnostics.iter().any(Diagnostic::is_error)
}

/// An interview that does not load.
pub(crate) fn broken(app: &App, entry: &Entry) -> Response {
    faults(app, &entry.diagnostics, &entry.sources)
}

/// A fault while running.
pub(crate) fn fault(app: &App, session: &Session, diagnostics: &[Diagnostic]) -> Response {
    let sources = &session.loaded.interview().sources;
    for diagnostic in diagnostics {
        let place = sources.locate(diagnostic.span);
        tracing::error!(
            code = diagnostic.code,
            file = place.file,
            line = place.line,
            "an interview is faulty"
        );
    }
    faults(app, diagnostics, sources)
}

fn faults(app: &App, diagnostics: &[Diagnostic], sources: &Sources) -> Response {
    let error = of_fault(diagnostics);
    let body = if app.settings.dev {
        let frame = Frame::english(app);
        app.theme.draw("faults.html", faults_context(&app.theme, &frame, diagnostics, sources))
    } else {
        site::error(app, &error)
    };
    (error.status, Html(body)).into_response()
}

pub(crate) fn faults_context(
    theme: &Theme,
    frame: &Frame,
    diagnostics: &[Diagnostic],
    sources: &Sources,
) -> Value {
    let shown: Vec<Value> = diagnostics.iter().map(|it| shown(it, sources)).collect();
    context! { diagnostics => shown, ..frame.context(theme) }
}

fn shown(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let place = sources.locate(diagnostic.span);
    let number = place.line.to_string();
    // Tabs keep their width under the line, so that the mark stands where it should.
    let before = place.text.chars().take(place.column.saturating_sub(1));
    let indent: String = before.map(|it| if it == '\t' { '\t' } else { ' ' }).collect();
    context! {
        message => diagnostic.message.as_str(),
        code => diagnostic.code,
        file => place.file,
        line => place.line,
        column => place.column,
        margin => " ".repeat(number.len()),
        number,
        text => place.text,
        caret => format!("{indent}{}", "^".repeat(place.width)),
        hint => diagnostic.hint.as_deref(),
        is_error => diagnostic.is_error(),
    }
}
