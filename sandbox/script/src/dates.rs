//! Days, times of day and moments.

use std::any::TypeId;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan, Unit};
use rhai::{Dynamic, Module, NativeCallContext};

use crate::builtins::{Outcome, any, getter, set};
use crate::numbers::out_of_range;
use crate::values;

pub(crate) fn add(module: &mut Module) {
    compare::<Date>(module);
    compare::<Time>(module);
    compare::<DateTime>(module);
    compare_mixed(module);
    parts(module);
    move_by_days(module);
    let date = TypeId::of::<Date>();
    set(module, "-", &[date, date], |context, arguments| {
        let (Some(a), Some(b)) = (get::<Date>(arguments[0]), get::<Date>(arguments[1])) else {
            return out_of_range(context, "these are not two dates");
        };
        days_between(context, a, b)
    });
}

fn get<T: Copy + Send + Sync + 'static>(value: &Dynamic) -> Option<T> {
    value.read_lock::<T>().map(|it| *it)
}

fn days_between(context: &NativeCallContext<'_>, a: Date, b: Date) -> Outcome {
    match b.until((Unit::Day, a)) {
        Ok(span) => Ok(i64::from(span.get_days()).into()),
        Err(_) => out_of_range(context, "these dates are too far apart"),
    }
}

/// Whether an order of two values is what an operator asks for.
type Holds = fn(std::cmp::Ordering) -> bool;

const ORDERS: [(&str, Holds); 6] = [
    ("==", std::cmp::Ordering::is_eq),
    ("!=", std::cmp::Ordering::is_ne),
    ("<", std::cmp::Ordering::is_lt),
    ("<=", std::cmp::Ordering::is_le),
    (">", std::cmp::Ordering::is_gt),
    (">=", std::cmp::Ordering::is_ge),
];

fn compare<T: Copy + Ord + Send + Sync + 'static>(module: &mut Module) {
    let own = TypeId::of::<T>();
    for (name, holds) in ORDERS {
        set(module, name, &[own, own], move |_, arguments| {
            let (a, b) = (get::<T>(arguments[0]), get::<T>(arguments[1]));
            Ok(holds(a.cmp(&b)).into())
        });
    }
    equal_to_anything(module, own);
}

/// `==` and `!=` with a value of another type, null for example.
pub(crate) fn equal_to_anything(module: &mut Module, own: TypeId) {
    for types in [[own, any()], [any(), own]] {
        for (name, negated) in [("==", false), ("!=", true)] {
            set(module, name, &types, move |_, arguments| {
                let a = values::to_value(arguments[0].clone());
                let b = values::to_value(arguments[1].clone());
                Ok(((a.is_ok() && a == b) != negated).into())
            });
        }
    }
}

/// A day with a moment: the day counts as its midnight.
fn compare_mixed(module: &mut Module) {
    let (date, moment) = (TypeId::of::<Date>(), TypeId::of::<DateTime>());
    let midnight = |it: &Dynamic| {
        get::<DateTime>(it).or_else(|| get::<Date>(it).map(|it| it.to_datetime(Time::midnight())))
    };
    for types in [[date, moment], [moment, date]] {
        for (name, holds) in ORDERS {
            set(module, name, &types, move |_, arguments| {
                Ok(holds(midnight(arguments[0]).cmp(&midnight(arguments[1]))).into())
            });
        }
    }
}

/// `date.year` and its like.
fn parts(module: &mut Module) {
    let part = |module: &mut Module, name: &str, own: TypeId, read: fn(&Dynamic) -> Option<i64>| {
        set(module, &getter(name), &[own], move |_, arguments| {
            Ok(read(arguments[0]).map_or(Dynamic::UNIT, Dynamic::from))
        });
    };
    let (date, time, moment) =
        (TypeId::of::<Date>(), TypeId::of::<Time>(), TypeId::of::<DateTime>());
    for own in [date, moment] {
        part(module, "year", own, |it| day_of(it).map(|it| it.year().into()));
        part(module, "month", own, |it| day_of(it).map(|it| it.month().into()));
        part(module, "day", own, |it| day_of(it).map(|it| it.day().into()));
        part(module, "weekday", own, |it| {
            day_of(it).map(|it| it.weekday().to_monday_one_offset().into())
        });
    }
    for own in [time, moment] {
        part(module, "hour", own, |it| time_of(it).map(|it| it.hour().into()));
        part(module, "minute", own, |it| time_of(it).map(|it| it.minute().into()));
        part(module, "second", own, |it| time_of(it).map(|it| it.second().into()));
    }
}

fn day_of(value: &Dynamic) -> Option<Date> {
    get::<Date>(value).or_else(|| get::<DateTime>(value).map(DateTime::date))
}

fn time_of(value: &Dynamic) -> Option<Time> {
    get::<Time>(value).or_else(|| get::<DateTime>(value).map(DateTime::time))
}

/// `date + days` and `date - days`.
fn move_by_days(module: &mut Module) {
    let (date, moment, integer) =
        (TypeId::of::<Date>(), TypeId::of::<DateTime>(), TypeId::of::<i64>());
    for own in [date, moment] {
        for (name, backwards) in [("+", false), ("-", true)] {
            set(module, name, &[own, integer], move |context, arguments| {
                let days = arguments[1].as_int().unwrap_or_default();
                let days = if backwards { days.checked_neg() } else { Some(days) };
                let Some(span) = days.and_then(span_of) else {
                    return out_of_range(context, "this is too many days");
                };
                moved(context, arguments[0], span)
            });
        }
    }
}

fn span_of(days: i64) -> Option<Span> {
    // Beyond this no two dates lie, and making the span would panic.
    i32::try_from(days).ok().filter(|it| it.abs() < 7_000_000).map(ToSpan::days)
}

fn moved(context: &NativeCallContext<'_>, from: &Dynamic, span: Span) -> Outcome {
    let to = match (get::<Date>(from), get::<DateTime>(from)) {
        (Some(date), _) => date.checked_add(span).map(Dynamic::from),
        (_, Some(moment)) => moment.checked_add(span).map(Dynamic::from),
        _ => return out_of_range(context, "this is not a date"),
    };
    to.or_else(|_| out_of_range(context, "there is no such date"))
}
