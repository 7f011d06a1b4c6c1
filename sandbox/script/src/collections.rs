//! Lists and dictionaries: those of the answers, and Rhai's where it needs help.

use std::any::TypeId;

use affiant_guest::{FaultKind, Stop};
use rhai::{Array, Dynamic, EvalAltResult, FnPtr, ImmutableString, Map, Module, NativeCallContext};

use crate::builtins::{GET_INDEX, Outcome, SET_INDEX, any, set, take};
use crate::handle::{Handle, Shape};
use crate::place::Place;
use crate::state;
use crate::values;

/// Methods of Rhai's lists that work on a list of the answers too, by making a list of its items.
pub(crate) const OF_LISTS: [&str; 13] = [
    "all",
    "any",
    "filter",
    "find",
    "find_map",
    "for_each",
    "index_of",
    "map",
    "order",
    "order_by",
    "reduce",
    "reduce_rev",
    "some",
];

/// Methods of Rhai's lists that also take the name of a function, which is not for authors.
const BY_NAME: [&str; 14] = [
    "all", "dedup", "drain", "filter", "find", "find_map", "for_each", "map", "order", "order_by",
    "reduce", "retain", "some", "sort",
];

pub(crate) fn add(module: &mut Module) {
    add_indexers(module);
    add_compound_assignments(module);
    let handle = TypeId::of::<Handle>();
    module.set_iter_result(handle, |it| match it.try_cast::<Handle>() {
        Some(handle) => handle.walk(),
        None => Box::new(std::iter::empty()),
    });
    for name in ["len", "is_empty", "keys", "values"] {
        set(module, name, &[handle], on_handle);
    }
    for name in ["contains", "push"] {
        set(module, name, &[handle, any()], on_handle);
    }
    for name in OF_LISTS {
        for types in [&[handle, any()][..], &[handle, any(), any()]] {
            set(module, name, types, on_handle);
        }
    }
    add_any_and_map(module);
    let (array, string) = (TypeId::of::<Array>(), TypeId::of::<ImmutableString>());
    for name in BY_NAME {
        set(module, name, &[array, string], |context, _| {
            let message = format!("`{}` takes a closure such as `|x| x > 1`", context.fn_name());
            Err(state::of(context)?.raise(Stop::bad_call(message)))
        });
    }
}

/// What every object that contains something can do, whatever its class.
pub(crate) fn on_handle(
    context: &NativeCallContext<'_>,
    arguments: &mut [&mut Dynamic],
) -> Outcome {
    let Some((first, rest)) = arguments.split_first_mut() else { return Ok(Dynamic::UNIT) };
    let Some(handle) = first.read_lock::<Handle>().map(|it| it.clone()) else {
        return Ok(Dynamic::UNIT);
    };
    let name = context.fn_name();
    match (name, rest) {
        ("len", []) => Ok(count(&handle)?.into()),
        ("is_empty", []) => Ok((count(&handle)? == 0).into()),
        ("keys", []) => {
            let keys = handle.entries()?.into_iter().map(|(key, _)| key.into());
            Ok(keys.collect::<Array>().into())
        }
        ("values", []) => Ok(handle.values()?.into()),
        ("push", [value]) => handle.push(take(value)),
        ("contains", [value]) => contains(context, &handle, value),
        (name, rest) if OF_LISTS.contains(&name) => {
            let mut items: Dynamic = handle.values()?.into();
            let mut arguments: Vec<&mut Dynamic> = vec![&mut items];
            arguments.extend(rest.iter_mut().map(|it| &mut **it));
            context.call_native_fn_raw(name, true, &mut arguments)
        }
        (name, _) => {
            let class = handle.state.answers.class_of(&handle.path);
            let class = class.as_deref().unwrap_or("object");
            let message = format!("a `{class}` has no method `{name}`");
            Err(handle.state.raise(Stop::fault(FaultKind::Unknown, message)))
        }
    }
}

fn count(handle: &Handle) -> Result<i64, Box<EvalAltResult>> {
    let count = match handle.shape() {
        Shape::List => handle.items()?.len(),
        Shape::Dictionary => handle.entries()?.len(),
    };
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// `value in handle`: a key of a dictionary, an item of a list.
fn contains(context: &NativeCallContext<'_>, handle: &Handle, value: &Dynamic) -> Outcome {
    if handle.shape() == Shape::Dictionary {
        let Ok(key) = value.as_immutable_string_ref() else { return Ok(false.into()) };
        return Ok(handle.entries()?.iter().any(|(it, _)| *it == **key).into());
    }
    let mut items: Dynamic = handle.values()?.into();
    context.call_native_fn_raw("contains", true, &mut [&mut items, &mut value.clone()])
}

fn add_indexers(module: &mut Module) {
    let (handle, place) = (TypeId::of::<Handle>(), TypeId::of::<Place>());
    let indexes = [TypeId::of::<i64>(), TypeId::of::<ImmutableString>(), any()];
    for index in indexes {
        set(module, GET_INDEX, &[handle, index], |_, it| {
            let handle = it[0].read_lock::<Handle>();
            handle.map_or(Ok(Dynamic::UNIT), |handle| handle.at(it[1]))
        });
        set(module, GET_INDEX, &[place, index], |_, it| {
            let place = it[0].read_lock::<Place>();
            place.map_or(Ok(Dynamic::UNIT), |place| place.at(it[1]))
        });
    }
    set(module, SET_INDEX, &[handle, any(), any()], |_, it| {
        let value = take(it[2]);
        if let Some(handle) = it[0].read_lock::<Handle>() {
            handle.set_at(it[1], value)?;
        }
        Ok(Dynamic::UNIT)
    });
    set(module, SET_INDEX, &[place, any(), any()], |_, it| {
        let value = take(it[2]);
        if let Some(place) = it[0].read_lock::<Place>() {
            place.set_at(it[1], value)?;
        }
        Ok(Dynamic::UNIT)
    });
}

/// `total += 1` on an answer: reads, computes, and leaves the result for Rhai to write.
fn add_compound_assignments(module: &mut Module) {
    let place = TypeId::of::<Place>();
    for operator in ["+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^"] {
        let name = format!("{operator}=");
        set(module, &name, &[place, any()], move |context, arguments| {
            let old = arguments[0].read_lock::<Place>().map(|it| it.read()).transpose()?;
            let (mut old, mut other) = (old.unwrap_or_default(), take(arguments[1]));
            let new = context.call_native_fn_raw(operator, false, &mut [&mut old, &mut other])?;
            *arguments[0] = new;
            Ok(Dynamic::UNIT)
        });
    }
}

fn add_any_and_map(module: &mut Module) {
    let (array, closure) = (TypeId::of::<Array>(), TypeId::of::<FnPtr>());
    set(module, "any", &[array, closure], |context, arguments| {
        let (list, rest) = arguments.split_at_mut(1);
        context.call_native_fn_raw("some", true, &mut [&mut *list[0], &mut *rest[0]])
    });
    // Rhai's own look at the size of the result when it is complete.
    set(module, "map", &[array, closure], |context, arguments| {
        let items = arguments[0].as_array_ref().map(|it| it.clone()).unwrap_or_default();
        let Some(closure) = take(arguments[1]).try_cast::<FnPtr>() else {
            return Ok(Dynamic::UNIT);
        };
        let mut results = Array::with_capacity(items.len());
        let mut size = (0, 0);
        for (index, item) in (0_i64..).zip(items) {
            let result = apply(context, &closure, item, index.into())?;
            grow(context, &mut size, &result)?;
            results.push(result);
        }
        Ok(results.into())
    });
    // Rhai's own gives the closure only the index.
    set(module, "for_each", &[array, closure], |context, arguments| {
        let items = arguments[0].as_array_ref().map(|it| it.clone()).unwrap_or_default();
        let Some(closure) = take(arguments[1]).try_cast::<FnPtr>() else {
            return Ok(Dynamic::UNIT);
        };
        for (index, item) in (0_i64..).zip(items) {
            let _unused: Dynamic = apply(context, &closure, item, index.into())?;
        }
        Ok(Dynamic::UNIT)
    });
    set(module, "map", &[TypeId::of::<Map>(), closure], |context, arguments| {
        let entries = arguments[0].as_map_ref().map(|it| it.clone()).unwrap_or_default();
        let Some(closure) = take(arguments[1]).try_cast::<FnPtr>() else {
            return Ok(Dynamic::UNIT);
        };
        let mut results = Map::new();
        let mut size = (0, 0);
        for (key, value) in entries {
            let result = apply(context, &closure, key.as_str().into(), value)?;
            grow(context, &mut size, &result)?;
            results.insert(key, result);
        }
        Ok(results.into())
    });
}

/// Calls a closure with as many of two arguments as it takes.
fn apply(
    context: &NativeCallContext<'_>,
    closure: &FnPtr,
    first: Dynamic,
    second: Dynamic,
) -> Outcome {
    let given = closure.curry().len() + 2;
    let takes_two =
        context.iter_namespaces().any(|it| it.get_script_fn(closure.fn_name(), given).is_some());
    let result = if takes_two {
        closure.call_raw(context, None, [first, second])
    } else {
        closure.call_raw(context, None, [first])
    };
    result.map(Dynamic::flatten)
}

/// Adds the size of one more result; fails when all together are too large for one list.
fn grow(
    context: &NativeCallContext<'_>,
    size: &mut (usize, usize),
    added: &Dynamic,
) -> Result<(), Box<EvalAltResult>> {
    let (count, bytes) = values::sizes(added);
    *size = (size.0 + count, size.1 + bytes);
    let engine = context.engine();
    if size.0 > engine.max_array_size() || size.1 > engine.max_string_size() {
        let stop = Stop::fault(FaultKind::OverBudget, "this list is too long");
        return Err(state::of(context)?.raise(stop));
    }
    Ok(())
}
