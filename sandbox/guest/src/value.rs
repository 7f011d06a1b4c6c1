//! Typed answers.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Path;

/// One answer, or one value on its way through a script or a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Known to be nothing: "I don't know", or an optional choice left open.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An exact decimal, for money.
    Decimal(Decimal),
    /// A binary floating point number.
    Float(f64),
    /// Plain text. Never parsed as Markdown, template or code.
    Text(String),
    /// Markdown made by a template or table block, its answers already escaped.
    Markup(String),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A day with a time of day, without a zone.
    DateTime(DateTime),
    /// A list written in code, without questions of its own.
    List(Vec<Value>),
    /// A dictionary written in code or data.
    Dict(IndexMap<String, Value>),
    /// Something with a class that can be asked about.
    Object(Box<Object>),
    /// Another name of the object that lives at this path.
    Alias(Path),
    /// One uploaded or made file.
    File(FileReference),
    /// Stands for any object that is not there: every attribute of it is empty too.
    Empty,
}

/// Something with a class: a person, an address, a list of things.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Name of the class, such as `Individual` or `List`.
    pub class: String,
    /// What is known about it.
    pub attributes: BTreeMap<String, Value>,
    /// What it contains.
    pub content: Content,
}

/// What an object contains besides its attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Content {
    /// Nothing: a plain thing.
    #[default]
    None,
    /// The items of a list or set, in order.
    Items(Vec<Value>),
    /// The entries of a dictionary, in order.
    Entries(IndexMap<String, Value>),
}

/// Names a stored file. The bytes live sealed in the file store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReference {
    /// Identifies the file within the session.
    pub id: String,
    /// The name it had on the user's machine, cleaned.
    pub name: String,
    /// Media type found by looking at the content.
    pub media_type: String,
    /// Length in bytes.
    pub length: u64,
}

impl Object {
    /// An object of `class` of which nothing is known.
    pub fn new(class: impl Into<String>) -> Self {
        Self { class: class.into(), ..Self::default() }
    }
}

impl Value {
    /// Text from anything that becomes a string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The name of the value's kind, for messages to authors.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Decimal(_) => "a decimal",
            Self::Float(_) => "a float",
            Self::Text(_) => "text",
            Self::Markup(_) => "formatted text",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::DateTime(_) => "a date with time",
            Self::List(_) => "a list",
            Self::Dict(_) => "a dictionary",
            Self::Object(_) | Self::Alias(_) => "an object",
            Self::File(_) => "a file",
            Self::Empty => "empty",
        }
    }

    /// Whether a condition holds: everything but null, false, zero, empty texts and empty collections.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null | Self::Empty => false,
            Self::Bool(it) => *it,
            Self::Int(it) => *it != 0,
            Self::Decimal(it) => !it.is_zero(),
            Self::Float(it) => *it != 0.0,
            Self::Text(it) | Self::Markup(it) => !it.is_empty(),
            Self::List(it) => !it.is_empty(),
            Self::Dict(it) => !it.is_empty(),
            Self::Date(_)
            | Self::Time(_)
            | Self::DateTime(_)
            | Self::Object(_)
            | Self::Alias(_)
            | Self::File(_) => true,
        }
    }
}

impl From<bool> for Value {
    fn from(it: bool) -> Self {
        Self::Bool(it)
    }
}

impl From<i64> for Value {
    fn from(it: i64) -> Self {
        Self::Int(it)
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        Self::text(it)
    }
}
