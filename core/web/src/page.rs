//! Pages: what the theme's templates are given.

mod field;
mod screen;

use affiant_diagnostic::Diagnostic;
use affiant_document::markdown;
use affiant_engine::FieldError;
use affiant_interview::Interview;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use minijinja::{Value, context};

pub(crate) use screen::screen;

use crate::app::App;
use crate::catalogue::Entry;
use crate::csrf;
use crate::error::WebError;
use crate::form::Form;
use crate::session::Session;

/// What was posted and refused, if anything was.
#[derive(Default)]
pub(crate) struct Typed<'a> {
    pub(crate) form: Option<&'a Form>,
    pub(crate) errors: &'a [FieldError],
}

/// Markdown as HTML that templates do not escape again.
pub(crate) fn html(text: &str) -> Value {
    Value::from_safe_string(markdown::to_html(text))
}

/// Inline Markdown as HTML.
pub(crate) fn inline(text: &str) -> Value {
    Value::from_safe_string(markdown::to_inline_html(text))
}

pub(crate) fn list(app: &App) -> String {
    let interviews: Vec<Value> = app
        .catalogue
        .all()
        .into_iter()
        .filter_map(|(name, entry)| {
            let broken = entry.loaded.is_none();
            if broken && !app.settings.dev {
                return None;
            }
            let metadata =
                entry.loaded.as_ref().map(|it| it.interview().metadata.clone()).unwrap_or_default();
            if metadata.unlisted {
                return None;
            }
            let title = if broken { name.clone() } else { metadata.title.clone() };
            Some(context! {
                name,
                title,
                broken,
                minutes => metadata.minutes,
                description => metadata.description.as_deref().map(html),
            })
        })
        .collect();
    app.theme.draw("list.html", &context! { interviews, lang => "en" })
}

/// The start page; `step` is the last one of an open session.
pub(crate) fn start(app: &App, name: &str, interview: &Interview, step: Option<u32>) -> String {
    let metadata = &interview.metadata;
    app.theme.draw(
        "start.html",
        &context! {
            name,
            title => metadata.title.clone(),
            lang => metadata.language.as_deref().unwrap_or("en"),
            description => metadata.description.as_deref().map(html),
            before => metadata.before_you_start.as_deref().map(html),
            minutes => metadata.minutes,
            keep_days => app.settings.keep_days,
            step,
        },
    )
}

/// What every page of a session shows around its own part.
pub(crate) fn around(app: &App, session: &Session) -> Value {
    let interview = session.loaded.interview();
    context! {
        name => session.row.interview.clone(),
        service => interview.metadata.title.clone(),
        lang => interview.metadata.language.as_deref().unwrap_or("en"),
        csrf => csrf::code(app, &session.token),
        revision => session.row.revision,
        last_step => session.row.last_step,
        keep_days => app.settings.keep_days,
        dev => app.settings.dev,
    }
}

/// Two tabs: what is stored, and what was just posted.
pub(crate) fn conflict(app: &App, session: &Session, step: u32, form: &Form) -> String {
    let answers: Vec<Value> =
        form.answers().into_iter().map(|(name, value)| context! { name, value }).collect();
    app.theme.draw("conflict.html", &context! { step, answers, ..around(app, session) })
}

pub(crate) fn resume(app: &App, name: &str, interview: &Interview, wrong: bool) -> String {
    app.theme.draw(
        "resume.html",
        &context! {
            name,
            service => interview.metadata.title.clone(),
            lang => interview.metadata.language.as_deref().unwrap_or("en"),
            wrong,
        },
    )
}

pub(crate) fn saved(app: &App, session: &Session, code: &str) -> String {
    app.theme.draw("saved.html", &context! { code, ..around(app, session) })
}

pub(crate) fn delete(app: &App, session: &Session) -> String {
    app.theme.draw("delete.html", &around(app, session))
}

pub(crate) fn deleted(app: &App) -> String {
    app.theme.draw("deleted.html", &context! { lang => "en" })
}

pub(crate) fn error(app: &App, error: &WebError) -> String {
    app.theme.draw(
        "error.html",
        &context! { title => error.title, message => error.message, lang => "en" },
    )
}

pub(crate) fn privacy(app: &App) -> String {
    app.theme.draw("privacy.html", &context! { keep_days => app.settings.keep_days, lang => "en" })
}

pub(crate) fn accessibility(app: &App) -> String {
    app.theme.draw("accessibility.html", &context! { lang => "en" })
}

/// Whether an author sees the mistakes of the version on the disk instead of the last good one.
pub(crate) fn shows_mistakes(app: &App, entry: &Entry) -> bool {
    app.settings.dev && entry.diagnostics.iter().any(Diagnostic::is_error)
}

/// An interview that does not load: its diagnostics for authors, an apology for everybody else.
pub(crate) fn broken(app: &App, entry: &Entry) -> Response {
    faults(app, &entry.diagnostics, &entry.sources)
}

/// A fault while running.
pub(crate) fn fault(app: &App, session: &Session, diagnostics: &[Diagnostic]) -> Response {
    for diagnostic in diagnostics {
        let place = session.loaded.interview().sources.locate(diagnostic.span);
        tracing::error!(
            code = diagnostic.code,
            file = place.file,
            line = place.line,
            "an interview is faulty"
        );
    }
    faults(app, diagnostics, &session.loaded.interview().sources)
}

fn faults(
    app: &App,
    diagnostics: &[Diagnostic],
    sources: &affiant_diagnostic::Sources,
) -> Response {
    let body = if app.settings.dev {
        let shown: Vec<Value> = diagnostics
            .iter()
            .map(|it| {
                let place = sources.locate(it.span);
                context! {
                    message => it.message.clone(),
                    code => it.code,
                    file => place.file,
                    line => place.line,
                    column => place.column,
                    text => place.text,
                    hint => it.hint.clone(),
                    is_error => it.is_error(),
                }
            })
            .collect();
        app.theme.draw("faults.html", &context! { diagnostics => shown, lang => "en" })
    } else {
        error(app, &crate::error::faulty_interview())
    };
    (StatusCode::INTERNAL_SERVER_ERROR, Html(body)).into_response()
}
