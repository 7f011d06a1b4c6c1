//! Suggestions while somebody types: addresses, courts, employers.

use crate::failure::Failure;
use crate::value::{IntoValue, Value};

/// A plugin that suggests: `export!(lookup: …)`.
pub trait Lookup {
    /// The lists that there are, as authors name them. Always the same.
    fn sources() -> Vec<String>;

    /// Suggests.
    fn suggest(question: Question) -> Result<Vec<Suggestion>, Failure>;
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// In which list.
    pub source: String,
    /// What somebody typed so far.
    pub typed: String,
    /// Their language.
    pub language: String,
    /// How many suggestions at most.
    pub most: u32,
}

/// A suggestion.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What is shown.
    pub label: String,
    /// What becomes the answer.
    pub value: Value,
}

impl Suggestion {
    /// A suggestion.
    pub fn new(label: impl Into<String>, value: impl IntoValue) -> Self {
        Self { label: label.into(), value: value.into_value() }
    }
}
