//! A screen needs a plugin that acts only for people who agree: what is missing, and the question itself.

use affiant_diagnostic::Diagnostic;
use axum::response::{Html, IntoResponse as _, Response};
use minijinja::{Value, context};

use crate::app::App;
use crate::error::not_agreed;
use crate::form::Form;
use crate::heard::heard;
use crate::page::frame::Frame;
use crate::page::{consent, fault, unsaved};
use crate::running::used_in;
use crate::session::Session;
use crate::theme::Theme;

/// Fields of this page's own form, which are not sent back twice.
const OWN: [&str; 4] = ["_back", "_plugin", "_all", "_again"];

/// The page, for a step of a session. What was posted there, if anything was, is posted again with the
/// answer. An interview that asks for passwords gets none of it back, as on the page of what is not
/// saved.
pub(crate) fn unagreed(
    app: &App,
    session: &Session,
    step: u32,
    form: Option<&Form>,
    diagnostics: &[Diagnostic],
) -> Response {
    let interview = session.loaded.interview();
    let name = &session.row.interview;
    let needed = consent::needed(&used_in(app, name, &session.loaded), &heard().visitor);
    if needed.is_empty() {
        // They agreed to everything.
        return fault(app, session, diagnostics);
    }
    let mut posted = form.map(|it| unsaved::again(interview, it)).unwrap_or_default();
    posted.retain(|(name, _)| !OWN.contains(&name.as_str()));
    // The panel at the top would ask the same once more.
    let frame = Frame { consent: None, ..Frame::session(app, session) };
    let context = unagreed_context(&app.theme, &frame, step, posted, needed);
    let body = app.theme.draw("unagreed.html", context);
    (not_agreed().status, Html(body)).into_response()
}

pub(crate) fn unagreed_context(
    theme: &Theme,
    frame: &Frame,
    step: u32,
    posted: Vec<(String, String)>,
    needed: Vec<Value>,
) -> Value {
    let again = |(name, value)| context! { name, value };
    let posted: Vec<Value> = posted.into_iter().map(again).collect();
    context! { step, posted, needed, ..frame.context(theme) }
}
