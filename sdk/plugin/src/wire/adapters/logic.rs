//! Interviews of plugins as their contract wants them.

use std::marker::PhantomData;

use crate::kind::logic as ours;
use crate::value::{from_wire, to_wire};
use crate::wire::host::affiant::host::types as wit;
use crate::wire::logic::exports::affiant::logic::interview;

/// A plugin that is an interview as its contract wants it.
#[derive(Debug)]
pub struct Logic<T>(PhantomData<T>);

impl<T: ours::Logic + 'static> interview::Guest for Logic<T> {
    fn next(
        answers: Vec<interview::Answer>,
        language: String,
    ) -> Result<interview::Step, wit::Failure> {
        Ok(match T::next(&given(answers), &language)? {
            ours::Step::Ask(it) => interview::Step::Ask(screen(it)),
            ours::Step::End(it) => {
                interview::Step::End(interview::Ending { title: it.title, text: it.text })
            }
        })
    }

    fn validate(
        screen: String,
        answers: Vec<interview::Answer>,
        language: String,
    ) -> Result<Vec<interview::Complaint>, wit::Failure> {
        let complaints = T::validate(&screen, &given(answers), &language)?;
        let complaint = |it: ours::Complaint| interview::Complaint {
            variable: it.variable,
            message: it.message,
        };
        Ok(complaints.into_iter().map(complaint).collect())
    }
}

fn given(answers: Vec<interview::Answer>) -> ours::Answers {
    ours::Answers::new(answers.into_iter().map(|it| (it.variable, from_wire(it.value))).collect())
}

fn screen(it: ours::Screen) -> interview::Screen {
    let fields = it.fields.into_iter().map(field).collect();
    interview::Screen { id: it.id, title: it.title, text: it.text, fields }
}

fn field(it: ours::Field) -> interview::Field {
    let choice = |it: ours::Choice| interview::Choice { value: to_wire(it.value), label: it.label };
    interview::Field {
        variable: it.variable,
        label: it.label,
        hint: it.hint,
        datatype: datatype(it.datatype),
        required: it.required,
        choices: it.choices.into_iter().map(choice).collect(),
        default: it.default.map(to_wire),
    }
}

fn datatype(it: ours::Datatype) -> interview::Datatype {
    match it {
        ours::Datatype::Text => interview::Datatype::Text,
        ours::Datatype::Area => interview::Datatype::Area,
        ours::Datatype::Whole => interview::Datatype::Whole,
        ours::Datatype::Number => interview::Datatype::Number,
        ours::Datatype::Currency => interview::Datatype::Currency,
        ours::Datatype::Date => interview::Datatype::Date,
        ours::Datatype::Time => interview::Datatype::Time,
        ours::Datatype::Moment => interview::Datatype::Moment,
        ours::Datatype::Email => interview::Datatype::Email,
        ours::Datatype::YesNo => interview::Datatype::YesNo,
        ours::Datatype::Choice => interview::Datatype::Choice,
        ours::Datatype::Choices => interview::Datatype::Choices,
        ours::Datatype::File => interview::Datatype::File,
    }
}
