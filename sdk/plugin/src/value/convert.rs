//! Types of Rust as values, and back.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

use super::{File, FromValue, IntoValue, Mismatch, Object, Value};

fn mismatch<T>(wanted: &'static str, found: &Value) -> Result<T, Mismatch> {
    Err(Mismatch { wanted, found: found.type_name() })
}

/// Both ways, for a type that has a variant of its own.
macro_rules! own {
    ($($type:ty, $variant:ident, $wanted:literal;)+) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, Mismatch> {
                match value {
                    Value::$variant(it) => Ok(it),
                    other => mismatch($wanted, &other),
                }
            }
        }

        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::$variant(self)
            }
        }

        impl From<$type> for Value {
            fn from(it: $type) -> Self {
                Self::$variant(it)
            }
        }
    )+};
}

own! {
    bool, Bool, "yes or no";
    String, Text, "a text";
    Date, Date, "a day";
    Time, Time, "a time of day";
    DateTime, Moment, "a day with a time";
    File, File, "a file";
}

/// Whole numbers, those that are written as decimals included.
macro_rules! whole {
    ($($type:ty),+) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, Mismatch> {
                const WANTED: &str = "a whole number that is not too large";
                let found = value.type_name();
                let whole = match value {
                    Value::Int(it) => Some(it),
                    Value::Decimal(it) if it.fract().is_zero() => i64::try_from(it).ok(),
                    other => return mismatch("a whole number", &other),
                };
                whole
                    .and_then(|it| Self::try_from(it).ok())
                    .ok_or(Mismatch { wanted: WANTED, found })
            }
        }
    )+};
}

whole!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// Whole numbers that always fit.
macro_rules! fits {
    ($($type:ty),+) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Int(self.into())
            }
        }

        impl From<$type> for Value {
            fn from(it: $type) -> Self {
                Self::Int(it.into())
            }
        }
    )+};
}

fits!(i8, i16, i32, i64, u8, u16, u32);

/// Whole numbers that may be larger than any that there is: then they are decimals.
macro_rules! large {
    ($($type:ty),+) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                i64::try_from(self).map_or_else(|_| Value::Decimal(Decimal::from(self)), Value::Int)
            }
        }

        impl From<$type> for Value {
            fn from(it: $type) -> Self {
                it.into_value()
            }
        }
    )+};
}

large!(isize, u64, usize);

impl FromValue for Decimal {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Decimal(it) => Ok(it),
            Value::Int(it) => Ok(it.into()),
            Value::Float(it) => Self::try_from(it)
                .map_err(|_| Mismatch { wanted: "a decimal", found: "a number that is too large" }),
            other => mismatch("a number", &other),
        }
    }
}

impl IntoValue for Decimal {
    fn into_value(self) -> Value {
        Value::Decimal(self)
    }
}

impl From<Decimal> for Value {
    fn from(it: Decimal) -> Self {
        Self::Decimal(it)
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Float(it) => Ok(it),
            // Whoever asks for this type takes what is near.
            Value::Int(it) => Decimal::from(it).try_into().map_err(|_| not_near()),
            Value::Decimal(it) => it.try_into().map_err(|_| not_near()),
            other => mismatch("a number", &other),
        }
    }
}

fn not_near() -> Mismatch {
    Mismatch { wanted: "a number", found: "one that is too large" }
}

impl IntoValue for f64 {
    /// What is not finite is no value, and becomes nothing.
    fn into_value(self) -> Value {
        if self.is_finite() { Value::Float(self) } else { Value::Nothing }
    }
}

impl From<f64> for Value {
    fn from(it: f64) -> Self {
        it.into_value()
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        it.into_value()
    }
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl FromValue for Object {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Object(it) => Ok(*it),
            other => mismatch("an object", &other),
        }
    }
}

impl IntoValue for Object {
    fn into_value(self) -> Value {
        Value::Object(Box::new(self))
    }
}

impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::Nothing
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Nothing => Ok(None),
            some => T::from_value(some).map(Some),
        }
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Nothing, T::into_value)
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    /// Lists, and objects that are lists.
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let items = match value {
            Value::List(items) => items,
            Value::Object(object) if object.entries.is_empty() => object.items,
            other => return mismatch("a list", &other),
        };
        items.into_iter().map(T::from_value).collect()
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    /// Maps, and objects that are dictionaries.
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let entries = match value {
            Value::Map(entries) => entries,
            Value::Object(object) if object.items.is_empty() => object.entries,
            other => return mismatch("a map", &other),
        };
        entries.into_iter().map(|(name, it)| Ok((name, T::from_value(it)?))).collect()
    }
}

impl<T: IntoValue> IntoValue for BTreeMap<String, T> {
    fn into_value(self) -> Value {
        Value::Map(self.into_iter().map(|(name, it)| (name, it.into_value())).collect())
    }
}
