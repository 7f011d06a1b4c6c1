//! Values as text, and operations on text that Rhai does not bound.

use std::any::TypeId;

use affiant_guest::{FaultKind, Stop, Value};
use jiff::civil::{Date, DateTime, Time};
use rhai::{Array, Dynamic, EvalAltResult, ImmutableString, Map, Module, NativeCallContext};
use rust_decimal::Decimal;

use crate::builtins::{Outcome, set};
use crate::handle::Handle;
use crate::state;
use crate::values::{self, Opaque};
use crate::{calls, dates};

pub(crate) fn add(module: &mut Module) {
    let shown_alike = [
        TypeId::of::<()>(),
        TypeId::of::<bool>(),
        TypeId::of::<f64>(),
        TypeId::of::<Decimal>(),
        TypeId::of::<Array>(),
        TypeId::of::<Map>(),
        TypeId::of::<Date>(),
        TypeId::of::<Time>(),
        TypeId::of::<DateTime>(),
        TypeId::of::<Handle>(),
        TypeId::of::<Opaque>(),
    ];
    for own in shown_alike {
        set(module, "to_string", &[own], |context, arguments| shown(context, arguments[0]));
    }
    dates::equal_to_anything(module, TypeId::of::<Opaque>());
    dates::equal_to_anything(module, TypeId::of::<Handle>());
    add_replace(module);
    add_split(module);
}

/// The text that the interview shows for a value.
pub(crate) fn shown(context: &NativeCallContext<'_>, value: &Dynamic) -> Outcome {
    let state = state::of(context)?;
    let text = values::to_value(value.clone()).and_then(|it| calls::text_of(&state.answers, &it));
    text.map(Dynamic::from).map_err(|stop| state.raise(stop))
}

/// `value.name` of something without a place among the answers.
pub(crate) fn attribute(context: &NativeCallContext<'_>, value: &Dynamic, name: &str) -> Outcome {
    let Some(opaque) = value.read_lock::<Opaque>() else { return Ok(Dynamic::UNIT) };
    let state = state::of(context)?;
    let found = match &opaque.0 {
        Value::Empty => Some(Value::Empty),
        Value::Object(object) => object.attributes.get(name).cloned(),
        Value::File(file) => match name {
            "name" | "filename" => Some(Value::text(&file.name)),
            "media_type" | "mimetype" => Some(Value::text(&file.media_type)),
            "length" | "size_in_bytes" => i64::try_from(file.length).ok().map(Value::Int),
            _ => None,
        },
        _ => None,
    };
    match found {
        Some(value) => Ok(values::to_dynamic(value, &state)),
        None => Err(state.raise(no_attribute(&opaque.0, name))),
    }
}

/// `value.name = …` of a new object that is not an answer yet.
pub(crate) fn set_attribute(
    context: &NativeCallContext<'_>,
    target: &mut Dynamic,
    name: &str,
    value: Dynamic,
) -> Outcome {
    let state = state::of(context)?;
    let value = values::to_value(value).map_err(|stop| state.raise(stop))?;
    let Some(mut opaque) = target.write_lock::<Opaque>() else { return Ok(Dynamic::UNIT) };
    match &mut opaque.0 {
        Value::Object(object) => {
            object.attributes.insert(name.to_owned(), value);
            Ok(Dynamic::UNIT)
        }
        other => Err(state.raise(no_attribute(other, name))),
    }
}

fn no_attribute(value: &Value, name: &str) -> Stop {
    let message = format!("{} has no attribute `{name}` here", value.kind());
    Stop::fault(FaultKind::Unknown, message)
}

/// A text or a single character.
fn text(value: &Dynamic) -> String {
    match value.as_char() {
        Ok(character) => character.into(),
        Err(_) => value.as_immutable_string_ref().map(|it| it.to_string()).unwrap_or_default(),
    }
}

const TEXTS: [fn() -> TypeId; 2] = [TypeId::of::<ImmutableString>, TypeId::of::<char>];

/// Rhai's own makes the result before it looks at its length.
fn add_replace(module: &mut Module) {
    for find in TEXTS {
        for substitute in TEXTS {
            let types = [TypeId::of::<ImmutableString>(), find(), substitute()];
            set(module, "replace", &types, |context, arguments| {
                if arguments[0].is_read_only() {
                    let name = context.fn_name().to_owned();
                    let at = context.call_position();
                    return Err(EvalAltResult::ErrorNonPureMethodCallOnConstant(name, at).into());
                }
                let (find, substitute) = (text(arguments[1]), text(arguments[2]));
                let original = text(arguments[0]);
                let count = original.matches(&find).count();
                let length = (original.len() + count.saturating_mul(substitute.len()))
                    .saturating_sub(count * find.len());
                if length > context.engine().max_string_size() {
                    return too_large(context, "this text is too long");
                }
                *arguments[0] = original.replace(&find, &substitute).into();
                Ok(Dynamic::UNIT)
            });
        }
    }
}

fn too_large(context: &NativeCallContext<'_>, message: &str) -> Outcome {
    Err(state::of(context)?.raise(Stop::fault(FaultKind::OverBudget, message)))
}

/// Rhai's own make all parts before they look at their number.
fn add_split(module: &mut Module) {
    let string = TypeId::of::<ImmutableString>();
    set(module, "split", &[string], |context, arguments| {
        let text = text(arguments[0]);
        list(context, text.split_whitespace().map(Into::into))
    });
    set(module, "to_chars", &[string], |context, arguments| {
        let text = text(arguments[0]);
        list(context, text.chars().map(Dynamic::from))
    });
    for delimiter in TEXTS {
        set(module, "split", &[string, delimiter()], |context, arguments| {
            let (text, delimiter) = (text(arguments[0]), text(arguments[1]));
            list(context, text.split(&delimiter).map(Into::into))
        });
        set(module, "split_rev", &[string, delimiter()], |context, arguments| {
            let (text, delimiter) = (text(arguments[0]), text(arguments[1]));
            list(context, text.rsplit(&delimiter).map(Into::into))
        });
    }
}

fn list(context: &NativeCallContext<'_>, parts: impl Iterator<Item = Dynamic>) -> Outcome {
    let most = context.engine().max_array_size();
    let parts: Array = parts.take(most + 1).collect();
    if parts.len() > most {
        return too_large(context, "this list is too long");
    }
    Ok(parts.into())
}
