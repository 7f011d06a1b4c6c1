//! Between the values of answers and those of minijinja.

use affiant_guest::Value as Answer;
use indexmap::IndexMap;
use minijinja::Value;
use minijinja::value::{Kwargs, ValueKind};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::object::{Exact, Handle};
use crate::render::Context;

/// An answer as a template sees it. Money becomes a float where that loses nothing, so that it can
/// be compared and computed with; otherwise it stays exact and only prints.
pub(crate) fn to_template(context: &Context, value: Answer) -> Value {
    match value {
        Answer::Null | Answer::Empty => Value::from(()),
        Answer::Bool(it) => Value::from(it),
        Answer::Int(it) => Value::from(it),
        Answer::Decimal(it) => match it.to_f64().filter(|float| is_exact(*float, it)) {
            Some(float) => Value::from(float),
            None => Value::from_object(Exact::new(context, Answer::Decimal(it))),
        },
        Answer::Float(it) => Value::from(it),
        Answer::Text(it) => Value::from(it),
        Answer::Markup(it) => Value::from_safe_string(it),
        Answer::List(items) => items.into_iter().map(|it| to_template(context, it)).collect(),
        Answer::Dict(entries) => Value::from_pairs(
            entries.into_iter().map(|(key, it)| (Value::from(key), to_template(context, it))),
        ),
        Answer::Alias(path) => Value::from_object(Handle::new(context, path)),
        other => Value::from_object(Exact::new(context, other)),
    }
}

/// Whether a float prints as the decimal does.
fn is_exact(float: f64, decimal: Decimal) -> bool {
    Decimal::try_from(float).is_ok_and(|it| it == decimal)
}

/// What a template passes to a function.
pub(crate) fn to_answer(value: &Value) -> Answer {
    if let Some(handle) = value.downcast_object_ref::<Handle>() {
        return Answer::Alias(handle.path().clone());
    }
    if let Some(exact) = value.downcast_object_ref::<Exact>() {
        return exact.value().clone();
    }
    match value.kind() {
        ValueKind::Bool => Answer::Bool(value.is_true()),
        ValueKind::Number => number(value),
        ValueKind::String => {
            let text = value.as_str().unwrap_or("").to_owned();
            if value.is_safe() { Answer::Markup(text) } else { Answer::Text(text) }
        }
        ValueKind::Seq | ValueKind::Iterable => {
            Answer::List(value.try_iter().into_iter().flatten().map(|it| to_answer(&it)).collect())
        }
        ValueKind::Map => {
            let mut entries = IndexMap::new();
            for key in value.try_iter().into_iter().flatten() {
                let item = value.get_item(&key).unwrap_or_default();
                entries.insert(key.to_string(), to_answer(&item));
            }
            Answer::Dict(entries)
        }
        _ => Answer::Null,
    }
}

fn number(value: &Value) -> Answer {
    if value.is_integer() {
        return value.as_i64().map_or(Answer::Null, Answer::Int);
    }
    let float = f64::try_from(value.clone()).unwrap_or(f64::NAN);
    Decimal::try_from(float).map_or(Answer::Float(float), Answer::Decimal)
}

/// The arguments of a call: those by place, and those by name.
pub(crate) fn arguments(values: &[Value]) -> affiant_library::Arguments {
    let mut found = affiant_library::Arguments::default();
    for value in values {
        if value.is_kwargs() {
            if let Ok(named) = Kwargs::try_from(value.clone()) {
                for name in named.args() {
                    if let Ok(value) = named.peek::<Value>(name) {
                        found.named.insert(name.to_owned(), to_answer(&value));
                    }
                }
            }
        } else {
            found.positional.push(to_answer(value));
        }
    }
    found
}
