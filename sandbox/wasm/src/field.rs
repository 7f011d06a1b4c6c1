//! Plugins of the kind `field`: types of fields of their own.

use affiant_guest::Value;

use crate::bindings::field::Field;
use crate::bindings::field::exports::affiant::field::datatypes as wit;
use crate::convert::to_guest;
use crate::evaluation::{Evaluation, Stopped};
use crate::fault::Fault;

/// One type of field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datatype {
    /// As authors write it.
    pub name: String,
    /// How the input is drawn.
    pub hints: Hints,
    /// An example of what can be entered.
    pub example: Option<String>,
}

/// How an input is drawn. The host draws it; texts here are not HTML, and nobody looked at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hints {
    /// The keys that a screen keyboard shows.
    pub input_mode: InputMode,
    /// The attribute `autocomplete`, as the component says it.
    pub autocomplete: Option<String>,
    /// How many characters it is wide.
    pub width: Option<u32>,
    /// How many characters it takes.
    pub longest: Option<u32>,
    /// Shown before it.
    pub prefix: Option<String>,
    /// Shown behind it.
    pub suffix: Option<String>,
}

/// The keys that a screen keyboard shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputMode {
    /// Letters.
    Text,
    /// Digits.
    Numeric,
    /// Digits and a separator.
    Decimal,
    /// Those of a telephone.
    Tel,
    /// Those of an address of mail.
    Email,
}

impl InputMode {
    /// The value of the attribute `inputmode`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Numeric => "numeric",
            Self::Decimal => "decimal",
            Self::Tel => "tel",
            Self::Email => "email",
        }
    }
}

impl Evaluation {
    /// The types that the component has.
    pub fn datatypes(&mut self) -> Result<Vec<Datatype>, Fault> {
        let described =
            self.run(|store, it: &Field| it.affiant_field_datatypes().call_describe(store))?;
        Ok(described.into_iter().map(datatype).collect())
    }

    /// What a person entered as a value, or what is wrong with it, in their language.
    pub fn parse(
        &mut self,
        datatype: &str,
        entered: &str,
        language: &str,
    ) -> Result<Result<Value, String>, Stopped> {
        let answered = self.run(|store, it: &Field| {
            it.affiant_field_datatypes().call_parse(store, datatype, entered, language)
        })?;
        match self.settled(answered)? {
            Ok(value) => Ok(Ok(self.taken(value)?)),
            Err(wrong) => Ok(Err(wrong)),
        }
    }

    /// A value as it is shown and can be entered again.
    pub fn show(
        &mut self,
        datatype: &str,
        value: &Value,
        language: &str,
    ) -> Result<String, Stopped> {
        let given = to_guest(value, self.nodes()).map_err(|it| self.fault(it))?;
        let answered = self.run(|store, it: &Field| {
            it.affiant_field_datatypes().call_show(store, datatype, &given, language)
        })?;
        self.settled(answered)
    }
}

fn datatype(it: wit::Datatype) -> Datatype {
    let input_mode = match it.hints.input_mode {
        wit::InputMode::Text => InputMode::Text,
        wit::InputMode::Numeric => InputMode::Numeric,
        wit::InputMode::Decimal => InputMode::Decimal,
        wit::InputMode::Tel => InputMode::Tel,
        wit::InputMode::Email => InputMode::Email,
    };
    let hints = Hints {
        input_mode,
        autocomplete: it.hints.autocomplete,
        width: it.hints.width,
        longest: it.hints.longest,
        prefix: it.hints.prefix,
        suffix: it.hints.suffix,
    };
    Datatype { name: it.name, hints, example: it.example }
}
