//! Decimals together with floats: the result is a decimal.

use std::any::TypeId;

use affiant_guest::{FaultKind, Stop};
use rhai::{Dynamic, EvalAltResult, Module, NativeCallContext};
use rust_decimal::Decimal;

use crate::builtins::{Outcome, set};
use crate::state;

/// Computes with two decimals; `None` when there is no result.
type Operation = fn(Decimal, Decimal) -> Option<Decimal>;

const OPERATIONS: [(&str, &str, Operation); 5] = [
    ("+", "+=", Decimal::checked_add),
    ("-", "-=", Decimal::checked_sub),
    ("*", "*=", Decimal::checked_mul),
    ("/", "/=", Decimal::checked_div),
    ("%", "%=", Decimal::checked_rem),
];

/// Whether two decimals stand in a relation.
type Holds = fn(&Decimal, &Decimal) -> bool;

const COMPARISONS: [(&str, Holds); 6] = [
    ("==", |a, b| a == b),
    ("!=", |a, b| a != b),
    ("<", |a, b| a < b),
    ("<=", |a, b| a <= b),
    (">", |a, b| a > b),
    (">=", |a, b| a >= b),
];

pub(crate) fn add(module: &mut Module) {
    let (decimal, float) = (TypeId::of::<Decimal>(), TypeId::of::<f64>());
    for types in [[decimal, float], [float, decimal]] {
        for (name, assigning, operation) in OPERATIONS {
            set(module, name, &types, move |context, arguments| {
                compute(context, arguments, operation).map(Dynamic::from_decimal)
            });
            set(module, assigning, &types, move |context, arguments| {
                *arguments[0] = Dynamic::from_decimal(compute(context, arguments, operation)?);
                Ok(Dynamic::UNIT)
            });
        }
        for (name, holds) in COMPARISONS {
            set(module, name, &types, move |context, arguments| {
                let (a, b) = both(context, arguments)?;
                Ok(holds(&a, &b).into())
            });
        }
    }
}

fn compute(
    context: &NativeCallContext<'_>,
    arguments: &[&mut Dynamic],
    operation: Operation,
) -> Result<Decimal, Box<EvalAltResult>> {
    let (a, b) = both(context, arguments)?;
    match operation(a, b) {
        Some(result) => Ok(result),
        None => Err(no_result(context)?),
    }
}

fn no_result(context: &NativeCallContext<'_>) -> Result<Box<EvalAltResult>, Box<EvalAltResult>> {
    let message = "this calculation has no result: division by zero, or too large a number";
    Ok(state::of(context)?.raise(Stop::fault(FaultKind::Arithmetic, message)))
}

fn both(
    context: &NativeCallContext<'_>,
    arguments: &[&mut Dynamic],
) -> Result<(Decimal, Decimal), Box<EvalAltResult>> {
    let decimal = |it: &Dynamic| {
        it.as_decimal()
            .ok()
            .or_else(|| it.as_float().ok().and_then(|it| Decimal::try_from(it).ok()))
    };
    match (decimal(arguments[0]), decimal(arguments[1])) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ => Err(no_result(context)?),
    }
}

/// What a native function without a result says.
pub(crate) fn out_of_range(context: &NativeCallContext<'_>, message: &str) -> Outcome {
    Err(state::of(context)?.raise(Stop::fault(FaultKind::Arithmetic, message)))
}
