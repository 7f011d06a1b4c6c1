//! Plugins of the kind `logic`: whole interviews that a component decides.

use std::collections::BTreeSet;

use affiant_guest::{Path, Value};

use crate::bindings::logic::Logic;
use crate::bindings::logic::exports::affiant::logic::interview as wit;
use crate::convert::to_guest;
use crate::evaluation::{Evaluation, Stopped};
use crate::fault::FaultKind;

/// A variable and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The variable.
    pub variable: Path,
    /// What was answered.
    pub value: Value,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A screen that asks.
    Ask(Screen),
    /// The interview is done.
    End(Ending),
}

/// What a person sees at once. Texts are Markdown that nobody looked at: escape what is shown.
///
/// Invariant: no two fields set the same variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    /// The same whenever the same is asked.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// What it asks.
    pub fields: Vec<Field>,
}

/// One input of a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The variable that it sets.
    pub variable: Path,
    /// What stands at it.
    pub label: String,
    /// A hint below.
    pub hint: Option<String>,
    /// What it takes.
    pub datatype: Datatype,
    /// Whether it must be answered.
    pub required: bool,
    /// What can be chosen, for those that choose.
    pub choices: Vec<Choice>,
    /// What stands in it first.
    pub default: Option<Value>,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datatype {
    /// One line.
    Text,
    /// Several lines.
    Area,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// An amount of money.
    Currency,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day with a time.
    Moment,
    /// An address of mail.
    Email,
    /// Yes or no.
    YesNo,
    /// One of its choices.
    Choice,
    /// Some of its choices.
    Choices,
    /// A file.
    File,
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What becomes the answer.
    pub value: Value,
    /// What is shown.
    pub label: String,
}

/// The end of an interview, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// Something about an answer that must be mended first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The variable.
    pub variable: Path,
    /// What is wrong, for the person.
    pub message: String,
}

impl Evaluation {
    /// What comes next after these answers, which stand in the order in which they were given.
    pub fn next_step(&mut self, answers: &[Answer], language: &str) -> Result<Step, Stopped> {
        let given = self.given(answers)?;
        let answered = self.run(|store, it: &Logic| {
            it.affiant_logic_interview().call_next(store, &given, language)
        })?;
        match self.settled(answered)? {
            wit::Step::Ask(it) => Ok(Step::Ask(self.screen(it)?)),
            wit::Step::End(it) => Ok(Step::End(Ending { title: it.title, text: it.text })),
        }
    }

    /// Looks at the answers of one screen before they are taken.
    pub fn validate(
        &mut self,
        screen: &str,
        answers: &[Answer],
        language: &str,
    ) -> Result<Vec<Complaint>, Stopped> {
        let given = self.given(answers)?;
        let answered = self.run(|store, it: &Logic| {
            it.affiant_logic_interview().call_validate(store, screen, &given, language)
        })?;
        let complaints = self.settled(answered)?.into_iter();
        complaints
            .map(|it| Ok(Complaint { variable: self.path(&it.variable)?, message: it.message }))
            .collect()
    }

    fn given(&self, answers: &[Answer]) -> Result<Vec<wit::Answer>, Stopped> {
        let most = self.nodes();
        let given = answers.iter().map(|it| {
            let value = to_guest(&it.value, most)?;
            Ok(wit::Answer { variable: it.variable.to_string(), value })
        });
        given.collect::<Result<_, FaultKind>>().map_err(|it| self.fault(it).into())
    }

    fn screen(&self, it: wit::Screen) -> Result<Screen, Stopped> {
        let fields = it.fields.into_iter().map(|it| self.field(it));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let variables: BTreeSet<&Path> = fields.iter().map(|it| &it.variable).collect();
        if variables.len() < fields.len() {
            return Err(self.fault(FaultKind::BadValue("two fields set the same")).into());
        }
        Ok(Screen { id: it.id, title: it.title, text: it.text, fields })
    }

    fn field(&self, it: wit::Field) -> Result<Field, Stopped> {
        let choices = it.choices.into_iter();
        let choices =
            choices.map(|it| Ok(Choice { value: self.taken(it.value)?, label: it.label }));
        Ok(Field {
            variable: self.path(&it.variable)?,
            label: it.label,
            hint: it.hint,
            datatype: datatype(it.datatype),
            required: it.required,
            choices: choices.collect::<Result<_, Stopped>>()?,
            default: it.default.map(|it| self.taken(it)).transpose()?,
        })
    }
}

fn datatype(it: wit::Datatype) -> Datatype {
    match it {
        wit::Datatype::Text => Datatype::Text,
        wit::Datatype::Area => Datatype::Area,
        wit::Datatype::Whole => Datatype::Whole,
        wit::Datatype::Number => Datatype::Number,
        wit::Datatype::Currency => Datatype::Currency,
        wit::Datatype::Date => Datatype::Date,
        wit::Datatype::Time => Datatype::Time,
        wit::Datatype::Moment => Datatype::Moment,
        wit::Datatype::Email => Datatype::Email,
        wit::Datatype::YesNo => Datatype::YesNo,
        wit::Datatype::Choice => Datatype::Choice,
        wit::Datatype::Choices => Datatype::Choices,
        wit::Datatype::File => Datatype::File,
    }
}
