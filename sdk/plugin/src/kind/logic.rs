//! A whole interview, decided by a plugin: given the answers, the next screen or the end.
//!
//! An interview says `logic: org.example.parking` in a block of its own, and this plugin is asked there
//! until it says that it is over. In every step the host asks from the start: first without answers,
//! then with those to the first screen, and so on, until a screen comes that is not answered yet. So a
//! plugin keeps nothing in mind, going back and changing an answer work by themselves, and what was
//! answered on a way that is not taken any more is not given.
//!
//! - A screen is known by its id: one that comes again after it was answered is an endless loop, and
//!   ends the step. To have an answer mended, ask for the variable on a screen with another id.
//! - A variable with parts, such as `client.name.first`, needs no preparation.
//! - Texts are Markdown. Links in them lead nowhere, since an address can carry an answer away; what is
//!   in braces is shown as it stands.
//! - At the end people see what they answered, and can change it from there.

use crate::failure::Failure;
use crate::value::{FromValue, IntoValue, Value};

/// A plugin that is an interview: `export!(logic: …)`.
pub trait Logic {
    /// What comes next, from the answers to the screens until here. The same answers give the same
    /// step: whoever asks the clock or keeps something in a `static` asks people twice.
    fn next(answers: &Answers, language: &str) -> Result<Step, Failure>;

    /// Looks at the answers of one screen before they are taken. What it complains about is mended
    /// first; without complaints they are taken.
    fn validate(
        _screen: &str,
        _answers: &Answers,
        _language: &str,
    ) -> Result<Vec<Complaint>, Failure> {
        Ok(Vec::new())
    }
}

/// Answers, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(Vec<(String, Value)>);

impl Answers {
    /// These answers; of two to one variable the later holds.
    pub fn new(answers: Vec<(String, Value)>) -> Self {
        Self(answers)
    }

    /// The answer of a variable, such as `client.name.first`. `None` before it is given, and for what
    /// was left empty; fails when it is of another type.
    pub fn get<T: FromValue>(&self, variable: &str) -> Result<Option<T>, Failure> {
        let found = self.0.iter().rev().find(|(it, _)| it == variable);
        let found = found.filter(|(_, value)| *value != Value::Nothing);
        let value = found.map(|(_, value)| T::from_value(value.clone()));
        value.transpose().map_err(|it| Failure::BadArgument(format!("`{variable}`: {it}")))
    }

    /// Whether a variable is answered, be it by leaving it empty: what tells whether a field that may
    /// be left empty was asked for.
    pub fn has(&self, variable: &str) -> bool {
        self.0.iter().any(|(it, _)| it == variable)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(variable, value)| (variable.as_str(), value))
    }
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// This is asked.
    Ask(Screen),
    /// It is over.
    End(Ending),
}

/// What a person sees at once. Texts are Markdown.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    /// The same whenever the same is asked.
    pub id: String,
    /// The question.
    pub title: String,
    /// What stands below it.
    pub text: String,
    /// What is asked for.
    pub fields: Vec<Field>,
}

impl Screen {
    /// A screen without fields.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), text: String::new(), fields: Vec::new() }
    }

    /// The same with a text below the question.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// The same with one more field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }
}

impl From<Screen> for Step {
    fn from(it: Screen) -> Self {
        Self::Ask(it)
    }
}

/// The end of the interview. Texts are Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What the last screen is called.
    pub title: String,
    /// What it says.
    pub text: String,
}

impl Ending {
    /// An end.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into() }
    }
}

impl From<Ending> for Step {
    fn from(it: Ending) -> Self {
        Self::End(it)
    }
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Datatype {
    /// A line.
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
    /// One of several.
    Choice,
    /// Some of several.
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

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The variable that it sets, such as `client.name.first`.
    pub variable: String,
    /// What stands in front of it.
    pub label: String,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What it takes.
    pub datatype: Datatype,
    /// Whether it must be filled in.
    pub required: bool,
    /// For [`Datatype::Choice`] and [`Datatype::Choices`].
    pub choices: Vec<Choice>,
    /// What is in it at first.
    pub default: Option<Value>,
}

impl Field {
    /// A field that must be filled in.
    pub fn new(datatype: Datatype, variable: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            variable: variable.into(),
            label: label.into(),
            hint: None,
            datatype,
            required: true,
            choices: Vec::new(),
            default: None,
        }
    }

    /// The same with help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, which can be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The same with one more thing to choose.
    #[must_use]
    pub fn choice(mut self, value: impl IntoValue, label: impl Into<String>) -> Self {
        self.choices.push(Choice { value: value.into_value(), label: label.into() });
        self
    }

    /// The same with something in it at first.
    #[must_use]
    pub fn default(mut self, value: impl IntoValue) -> Self {
        self.default = Some(value.into_value());
        self
    }
}

/// Something about an answer that must be mended first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Whose answer.
    pub variable: String,
    /// What is wrong, for the person.
    pub message: String,
}

impl Complaint {
    /// A complaint.
    pub fn new(variable: impl Into<String>, message: impl Into<String>) -> Self {
        Self { variable: variable.into(), message: message.into() }
    }
}
