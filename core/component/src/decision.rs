//! What a plugin decides, in the words of the engine.

use affiant_engine::{Asked, AskedDatatype, AskedField, Decision};
use affiant_guest::{Path, Value};
use affiant_wasm::logic::{Answer, Datatype, Field, Screen, Step};

/// Answers for a plugin.
pub(crate) fn given(answers: &[(Path, Value)]) -> Vec<Answer> {
    let answer = |(variable, value): &(Path, Value)| Answer {
        variable: variable.clone(),
        value: value.clone(),
    };
    answers.iter().map(answer).collect()
}

/// What a plugin said comes next.
pub(crate) fn decision(step: Step) -> Decision {
    match step {
        Step::Ask(screen) => Decision::Ask(asked(screen)),
        Step::End(ending) => Decision::End { title: ending.title, text: ending.text },
    }
}

fn asked(screen: Screen) -> Asked {
    let fields = screen.fields.into_iter().map(field).collect();
    Asked { id: screen.id, title: screen.title, text: screen.text, fields }
}

fn field(it: Field) -> AskedField {
    AskedField {
        variable: it.variable,
        label: it.label,
        hint: it.hint,
        datatype: datatype(it.datatype),
        required: it.required,
        choices: it.choices.into_iter().map(|it| (it.value, it.label)).collect(),
        default: it.default,
    }
}

fn datatype(it: Datatype) -> AskedDatatype {
    match it {
        Datatype::Text => AskedDatatype::Text,
        Datatype::Area => AskedDatatype::Area,
        Datatype::Whole => AskedDatatype::Integer,
        Datatype::Number => AskedDatatype::Number,
        Datatype::Currency => AskedDatatype::Currency,
        Datatype::Date => AskedDatatype::Date,
        Datatype::Time => AskedDatatype::Time,
        Datatype::Moment => AskedDatatype::DateTime,
        Datatype::Email => AskedDatatype::Email,
        Datatype::YesNo => AskedDatatype::YesNo,
        Datatype::Choice => AskedDatatype::Choice,
        Datatype::Choices => AskedDatatype::Choices,
        Datatype::File => AskedDatatype::File,
    }
}
