//! A session that was put back to an older state: what is here, and what its person decides.

use affiant_backend::GrantRole;
use minijinja::{Value, context};

use crate::app::App;
use crate::day::day;
use crate::page::frame::Frame;
use crate::session::Session;
use crate::theme::Theme;

/// The page of a session that was put back.
pub(crate) fn older(app: &App, session: &Session) -> String {
    let frame = Frame::session(app, session);
    let decides = session.role == GrantRole::Owner;
    let context = older_context(&app.theme, &frame, &day(session.row.touched), decides);
    app.theme.draw("older.html", context)
}

/// `last`: the day on which the stored answers were last changed. `decides`: whether whoever sees the
/// page owns the session.
pub(crate) fn older_context(theme: &Theme, frame: &Frame, last: &str, decides: bool) -> Value {
    context! { last, decides, ..frame.context(theme) }
}
