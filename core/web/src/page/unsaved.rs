//! Nothing could be stored, and the screen cannot be drawn either: what was posted, to be sent again.

use affiant_interview::{BlockKind, Control, Datatype, FieldEntry, Interview};
use minijinja::{Value, context};

use crate::app::App;
use crate::form::Form;
use crate::page::Unsaved;
use crate::page::frame::Frame;
use crate::theme::Theme;

/// The page that posts a form again. An interview that asks for passwords gets none of its answers
/// back: without the screen nobody can tell which of them is one.
pub(crate) fn unsaved(
    app: &App,
    name: &str,
    interview: &Interview,
    step: u32,
    form: &Form,
    why: Unsaved,
) -> String {
    let frame = Frame::interview(app, name, interview);
    let posted = again(interview, form);
    app.theme.draw("unsaved.html", unsaved_context(&app.theme, &frame, step, posted, why))
}

pub(crate) fn unsaved_context(
    theme: &Theme,
    frame: &Frame,
    step: u32,
    posted: Vec<(String, String)>,
    why: Unsaved,
) -> Value {
    let again = |(name, value)| context! { name, value };
    let posted: Vec<Value> = posted.into_iter().map(again).collect();
    context! { step, posted, unsaved => why.key(), ..frame.context(theme) }
}

/// What was posted, to be posted again.
pub(super) fn again(interview: &Interview, form: &Form) -> Vec<(String, String)> {
    if has_passwords(interview) { Vec::new() } else { form.everything() }
}

/// Whether some question asks for a password.
fn has_passwords(interview: &Interview) -> bool {
    interview.blocks.iter().any(|block| match &block.kind {
        BlockKind::Question(question) => match &question.control {
            Control::Fields { entries, .. } => entries.iter().any(|it| match it {
                FieldEntry::Field(field) => field.datatype == Datatype::Password,
                // Fields by code may be of any kind.
                FieldEntry::Code(_) => true,
            }),
            _ => false,
        },
        _ => false,
    })
}
