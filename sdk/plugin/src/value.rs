//! Values of answers, as a plugin sees them.

mod convert;
mod wire;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

pub(crate) use wire::{file_from_wire, from_wire, to_date, to_wire};

use crate::failure::Failure;

/// A value: an answer, an argument, a result.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Nothing,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An exact decimal: money, say.
    Decimal(Decimal),
    /// A number that is not exact.
    Float(f64),
    /// A text.
    Text(String),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A day with a time of day, without a zone.
    Moment(DateTime),
    /// Several, in order.
    List(Vec<Value>),
    /// Named ones, in order; each name once.
    Map(Vec<(String, Value)>),
    /// Something with a class: a person, an address.
    Object(Box<Object>),
    /// A stored file.
    File(File),
}

/// Something with a class: a person, an address, a list of things.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Its class, as in `Individual`.
    pub class: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, Value>,
    /// What is in it, when it is a list.
    pub items: Vec<Value>,
    /// What is in it, when it is a dictionary.
    pub entries: Vec<(String, Value)>,
}

/// A stored file. [`documents`](crate::documents) reads its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What the host calls it. A plugin can pass on those that it was given, and make up none.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// In bytes.
    pub length: u64,
}

impl Value {
    /// What is called this in a map, or an attribute or entry of an object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let named = |of: &'_ [(String, Value)]| of.iter().position(|(it, _)| it == name);
        match self {
            Self::Map(entries) => named(entries).map(|it| &entries[it].1),
            Self::Object(object) => object
                .attributes
                .get(name)
                .or_else(|| named(&object.entries).map(|it| &object.entries[it].1)),
            _ => None,
        }
    }

    /// The same as another type.
    pub fn to<T: FromValue>(&self) -> Result<T, Mismatch> {
        T::from_value(self.clone())
    }

    /// Its type in words.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Bool(_) => "yes or no",
            Self::Int(_) => "a whole number",
            Self::Decimal(_) => "a decimal",
            Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::Date(_) => "a day",
            Self::Time(_) => "a time of day",
            Self::Moment(_) => "a day with a time",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
            Self::File(_) => "a file",
        }
    }
}

/// A type that values can be turned into.
pub trait FromValue: Sized {
    /// Turns a value into this type. What would lose something is refused.
    fn from_value(value: Value) -> Result<Self, Mismatch>;
}

/// A type that can be turned into a value.
pub trait IntoValue {
    /// Turns it into a value.
    fn into_value(self) -> Value;
}

/// A value is not of the type that is wanted. Says nothing of what it is but its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What is wanted.
    pub wanted: &'static str,
    /// What is there.
    pub found: &'static str,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is wanted, and {} is there", self.wanted, self.found)
    }
}

impl std::error::Error for Mismatch {}

impl From<Mismatch> for Failure {
    fn from(it: Mismatch) -> Self {
        Self::BadArgument(it.to_string())
    }
}
