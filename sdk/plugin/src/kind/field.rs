//! Types of fields of a plugin's own.

use crate::failure::Failure;
use crate::value::Value;

/// A plugin with types of fields: `export!(field: …)`.
pub trait Field {
    /// The types that there are. Always the same.
    fn describe() -> Vec<Datatype>;

    /// What a person entered as a value, or what is wrong with it, in their language.
    fn parse(
        datatype: &str,
        entered: &str,
        language: &str,
    ) -> Result<Result<Value, String>, Failure>;

    /// A value as it is shown and can be entered again.
    fn show(datatype: &str, value: Value, language: &str) -> Result<String, Failure>;
}

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

/// How an input is drawn. The host draws it: a plugin never writes HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Which keyboard is shown.
    pub input_mode: InputMode,
    /// The attribute `autocomplete`.
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

/// Which keyboard a phone shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InputMode {
    /// Letters.
    #[default]
    Text,
    /// Digits.
    Numeric,
    /// Digits and what separates them.
    Decimal,
    /// Numbers of telephones.
    Tel,
    /// Addresses of mail.
    Email,
}
