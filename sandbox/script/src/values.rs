//! Values on their way between answers and Rhai.

use std::sync::Arc;

use affiant_guest::{FaultKind, Stop, Value};
use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, Time};
use rhai::{Array, Dynamic, FnPtr, Map};

use crate::handle::Handle;
use crate::state::{Caught, State};

/// Lists and dictionaries may be nested this deep when they become answers or results.
const MAX_DEPTH: usize = 64;

/// A range longer than this does not become a list.
const MAX_RANGE: i64 = 10_000;

/// A value that Rhai has no type for: formatted text, a file, an object without a place, empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opaque(pub(crate) Value);

/// A value as a script sees it.
pub(crate) fn to_dynamic(value: Value, state: &Arc<State>) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(it) => it.into(),
        Value::Int(it) => it.into(),
        Value::Decimal(it) => Dynamic::from_decimal(it),
        Value::Float(it) => it.into(),
        Value::Text(it) => it.into(),
        Value::Date(it) => Dynamic::from(it),
        Value::Time(it) => Dynamic::from(it),
        Value::DateTime(it) => Dynamic::from(it),
        Value::List(items) => {
            let items: Array = items.into_iter().map(|it| to_dynamic(it, state)).collect();
            items.into()
        }
        Value::Dict(entries) => {
            let entries: Map =
                entries.into_iter().map(|(key, it)| (key.into(), to_dynamic(it, state))).collect();
            entries.into()
        }
        Value::Alias(path) => Dynamic::from(Handle::new(path, state)),
        other @ (Value::Object(_) | Value::Markup(_) | Value::File(_) | Value::Empty) => {
            Dynamic::from(Opaque(other))
        }
    }
}

/// A script's value as an answer or a result. Fails with a fault on closures and iterators, and on
/// nesting beyond [`MAX_DEPTH`].
pub(crate) fn to_value(dynamic: Dynamic) -> Result<Value, Stop> {
    convert(dynamic.flatten(), 0)
}

fn convert(dynamic: Dynamic, depth: usize) -> Result<Value, Stop> {
    if depth > MAX_DEPTH {
        return Err(Stop::fault(
            FaultKind::OverBudget,
            "lists and dictionaries are nested too deep",
        ));
    }
    if let Ok(it) = dynamic.as_bool() {
        return Ok(Value::Bool(it));
    }
    if let Ok(it) = dynamic.as_int() {
        return Ok(Value::Int(it));
    }
    if dynamic.is_unit() {
        return Ok(Value::Null);
    }
    if dynamic.is_string() {
        return Ok(Value::Text(dynamic.into_string().unwrap_or_default()));
    }
    if let Ok(it) = dynamic.as_decimal() {
        return Ok(Value::Decimal(it));
    }
    if let Ok(it) = dynamic.as_float() {
        return Ok(Value::Float(it));
    }
    if let Ok(it) = dynamic.as_char() {
        return Ok(Value::Text(it.into()));
    }
    if dynamic.is_array() {
        let items = dynamic.into_array().unwrap_or_default();
        let items = items.into_iter().map(|it| convert(it.flatten(), depth + 1));
        return Ok(Value::List(items.collect::<Result<_, _>>()?));
    }
    if dynamic.is_map() {
        let entries = dynamic.try_cast::<Map>().unwrap_or_default().into_iter();
        let entries = entries.map(|(key, it)| Ok((key.into(), convert(it.flatten(), depth + 1)?)));
        return Ok(Value::Dict(entries.collect::<Result<IndexMap<String, Value>, Stop>>()?));
    }
    convert_custom(dynamic)
}

/// The types that Rhai does not know itself.
fn convert_custom(dynamic: Dynamic) -> Result<Value, Stop> {
    if dynamic.is::<Handle>() {
        let handle = dynamic.cast::<Handle>();
        return Ok(Value::Alias(Arc::unwrap_or_clone(handle.path)));
    }
    if dynamic.is::<Opaque>() {
        return Ok(dynamic.cast::<Opaque>().0);
    }
    if dynamic.is::<Date>() {
        return Ok(Value::Date(dynamic.cast()));
    }
    if dynamic.is::<DateTime>() {
        return Ok(Value::DateTime(dynamic.cast()));
    }
    if dynamic.is::<Time>() {
        return Ok(Value::Time(dynamic.cast()));
    }
    if dynamic.is::<std::ops::Range<i64>>() {
        let range = dynamic.cast::<std::ops::Range<i64>>();
        return list_of(range.start, range.end);
    }
    if dynamic.is::<std::ops::RangeInclusive<i64>>() {
        let range = dynamic.cast::<std::ops::RangeInclusive<i64>>();
        return list_of(*range.start(), range.end().saturating_add(1));
    }
    if dynamic.is::<Caught>() {
        return Ok(Value::Text(dynamic.cast::<Caught>().0.message));
    }
    let what = if dynamic.is::<FnPtr>() { "a closure" } else { "this" };
    Err(Stop::bad_call(format!("{what} is not a value that can be kept or shown")))
}

fn list_of(start: i64, end: i64) -> Result<Value, Stop> {
    if end.saturating_sub(start) > MAX_RANGE {
        return Err(Stop::fault(FaultKind::OverBudget, "this range is too long to be a list"));
    }
    Ok(Value::List((start..end).map(Value::Int).collect()))
}

/// Roughly how many bytes `value` takes.
pub(crate) fn weight(value: &Value) -> usize {
    /// One value without what it owns.
    const SELF: usize = size_of::<Value>();
    match value {
        Value::Text(it) | Value::Markup(it) => SELF + it.len(),
        Value::List(items) => SELF + items.iter().map(weight).sum::<usize>(),
        Value::Dict(entries) => {
            SELF + entries.iter().map(|(key, it)| key.len() + weight(it)).sum::<usize>()
        }
        _ => SELF,
    }
}

/// A list or dictionary's own contents: how many values at all depths, and how many bytes of text.
pub(crate) fn sizes(dynamic: &Dynamic) -> (usize, usize) {
    if let Ok(text) = dynamic.as_immutable_string_ref() {
        return (1, text.len());
    }
    let add = |(values, bytes): (usize, usize), it: &Dynamic| {
        let (more_values, more_bytes) = sizes(it);
        (values + more_values, bytes + more_bytes)
    };
    if let Ok(items) = dynamic.as_array_ref() {
        return items.iter().fold((1, 0), add);
    }
    if let Ok(entries) = dynamic.as_map_ref() {
        return entries.values().fold((1, 0), add);
    }
    (1, 0)
}

/// Takes off `left` roughly how many bytes a script's value takes; false when there are not
/// enough. Looks at no more than that.
pub(crate) fn fits(dynamic: &Dynamic, left: &mut usize) -> bool {
    /// A value in a list or under a short key.
    const EACH: usize = 48;
    let text = dynamic.as_immutable_string_ref().map_or(0, |it| it.len());
    let Some(rest) = left.checked_sub(EACH + text) else { return false };
    *left = rest;
    if let Ok(items) = dynamic.as_array_ref() {
        return items.iter().all(|it| fits(it, left));
    }
    if let Ok(entries) = dynamic.as_map_ref() {
        return entries.values().all(|it| fits(it, left));
    }
    true
}
