//! Sorting by a closure. Rhai's own swallows what the closure fails with.

use std::any::TypeId;
use std::cmp::Ordering;

use affiant_guest::Stop;
use rhai::{Array, Dynamic, EvalAltResult, FnPtr, Module, NativeCallContext};

use crate::builtins::{Outcome, set, take};
use crate::state;

pub(crate) fn add(module: &mut Module) {
    let types = [TypeId::of::<Array>(), TypeId::of::<FnPtr>()];
    for name in ["sort", "sort_by"] {
        set(module, name, &types, |context, arguments| {
            if arguments[0].is_read_only() {
                let name = context.fn_name().to_owned();
                let at = context.call_position();
                return Err(EvalAltResult::ErrorNonPureMethodCallOnConstant(name, at).into());
            }
            *arguments[0] = ordered(context, arguments)?;
            Ok(Dynamic::UNIT)
        });
    }
    for name in ["order", "order_by"] {
        set(module, name, &types, ordered);
    }
}

fn ordered(context: &NativeCallContext<'_>, arguments: &mut [&mut Dynamic]) -> Outcome {
    let items = arguments[0].clone().into_array().unwrap_or_default();
    let Some(comparer) = take(arguments[1]).try_cast::<FnPtr>() else { return Ok(Dynamic::UNIT) };
    let mut compare = |a: &Dynamic, b: &Dynamic| -> Result<Ordering, Box<EvalAltResult>> {
        let result = comparer.call_raw(context, None, [a.clone(), b.clone()])?;
        if let Ok(number) = result.as_int() {
            return Ok(number.cmp(&0));
        }
        if let Ok(before) = result.as_bool() {
            return Ok(if before { Ordering::Less } else { Ordering::Greater });
        }
        let message = "the closure that sorts gives a number below, at or above zero";
        Err(state::of(context)?.raise(Stop::bad_call(message)))
    };
    Ok(merge_sort(items, &mut compare)?.into())
}

/// A stable sort that ends whatever the comparison says.
fn merge_sort<E>(
    mut items: Array,
    compare: &mut impl FnMut(&Dynamic, &Dynamic) -> Result<Ordering, E>,
) -> Result<Array, E> {
    if items.len() < 2 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let length = items.len() + right.len();
    let mut left = merge_sort(items, compare)?.into_iter().peekable();
    let mut right = merge_sort(right, compare)?.into_iter().peekable();
    let mut merged = Array::with_capacity(length);
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let first = if compare(a, b)?.is_gt() { &mut right } else { &mut left };
        merged.extend(first.next());
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
