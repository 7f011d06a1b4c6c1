//! How a question is answered: exactly one way.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::question::{Draft, DraftControl};
use crate::{ChoiceSource, ChoiceValue, Control, Review};

impl Draft {
    /// The one way in which the question is answered.
    pub(super) fn take_control(&mut self, builder: &mut Builder<'_>) -> Control {
        let mut controls = std::mem::take(&mut self.controls).into_iter();
        let Some((name, span, control)) = controls.next() else { return self.plain(builder) };
        for (other, place, _) in controls {
            builder.report(diagnostics::two_controls(place, name, other, span));
        }
        if !matches!(control, DraftControl::Choice(..))
            && let Some((_, place)) = &self.field
        {
            builder.report(diagnostics::two_controls(*place, name, "field", span));
        }
        if let DraftControl::YesNo(..) | DraftControl::Choice(..) | DraftControl::Signature(_) =
            control
            && let Some((_, place)) = &self.continue_field
        {
            builder.report(diagnostics::two_controls(*place, name, "continue button field", span));
        }
        self.finished(control).unwrap_or(Control::None)
    }

    /// A screen with nothing to fill in.
    fn plain(&mut self, builder: &mut Builder<'_>) -> Control {
        match (self.field.take(), self.continue_field.take()) {
            (Some(_), Some((target, place))) => {
                builder.report(diagnostics::field_and_continue(place));
                Control::Continue(target)
            }
            (Some((target, _)), None) | (None, Some((target, _))) => Control::Continue(target),
            (None, None) => Control::None,
        }
    }

    /// `None` after a mistake in the variable's name, which has been reported.
    fn finished(&mut self, control: DraftControl) -> Option<Control> {
        let continue_field = self.continue_field.take().map(|it| it.0);
        Some(match control {
            DraftControl::Fields(entries) => Control::Fields { entries, continue_field },
            DraftControl::YesNo(target, kind) => Control::YesNo { target: target?, kind },
            DraftControl::Signature(target) => {
                Control::Signature { target: target?, required: self.required }
            }
            DraftControl::Choice(style, choices) => {
                let target = self.field.take().map(|it| it.0);
                if target.is_none() && !leads_somewhere(&choices) {
                    // The choices have no variable to set: `field` was refused, or is reported.
                    return None;
                }
                Control::Choice { target, style, choices, default: self.default.take() }
            }
            DraftControl::Review(items) => Control::Review(Review {
                items,
                skip_undefined: !self.shows_undefined,
                continue_field,
                resume_label: self.resume_label.take().or(self.continue_label),
            }),
        })
    }
}

fn leads_somewhere(choices: &ChoiceSource) -> bool {
    match choices {
        ChoiceSource::Items(items) => items
            .iter()
            .any(|it| matches!(it.value, ChoiceValue::Block(_) | ChoiceValue::Command { .. })),
        ChoiceSource::Code(_) => false,
    }
}
