//! Functions of collections.

use affiant_guest::{FaultKind, Path, Stop, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::objects::as_int;
use crate::registry::{Call, Function, Parameter, needed, number, optional};
use crate::say::Printer;
use crate::{is_a, locale, text_of, words};

/// How a phrase is joined, by name.
pub(crate) const PHRASE: &[Parameter] =
    &[optional("and_string"), optional("and"), optional("oxford")];

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "len",
            const { &[needed("value")] },
            "How many items or characters there are.",
            len,
        ),
        Function::new(
            "comma_and_list",
            PHRASE,
            "Items as one phrase: a, b, and c.",
            comma_and_list,
        )
        .variadic(),
        Function::new(
            "range",
            const { &[needed("from"), optional("to"), optional("step")] },
            "Whole numbers from zero, or from the first one, up to but without the last.",
            range,
        ),
        Function::new("sum", const { &[needed("list")] }, "The sum of numbers.", |it| {
            total(&values(it, 0, "list")?)
        }),
        Function::new("any_true", const { &[needed("list")] }, "Whether any item is true.", |it| {
            Ok(Value::Bool(values(it, 0, "list")?.iter().any(Value::is_true)))
        }),
        Function::new(
            "all_true",
            const { &[needed("list")] },
            "Whether every item is true.",
            |it| Ok(Value::Bool(values(it, 0, "list")?.iter().all(Value::is_true))),
        ),
        Function::new(
            "sorted",
            const { &[needed("list")] },
            "The items from the smallest to the largest.",
            |it| sorted(values(it, 0, "list")?),
        ),
    ]
}

/// The most numbers that a range has.
const MAX_RANGE: i64 = 10_000;

fn range(call: &Call<'_>) -> Result<Value, Stop> {
    let first = call.integer(0, "from")?;
    let (from, to) = match call.argument(1, "to") {
        Some(_) => (first, call.integer(1, "to")?),
        None => (0, first),
    };
    let step = if call.argument(2, "step").is_some() { call.integer(2, "step")? } else { 1 };
    if step == 0 {
        return Err(Stop::bad_call("`step` must not be zero"));
    }
    let distance = to.saturating_sub(from);
    let count = if (distance > 0) == (step > 0) {
        distance.unsigned_abs().div_ceil(step.unsigned_abs())
    } else {
        0
    };
    if count > MAX_RANGE.unsigned_abs() {
        return Err(Stop::fault(FaultKind::OverBudget, "the range has too many numbers"));
    }
    let count = i64::try_from(count).unwrap_or(MAX_RANGE);
    Ok(Value::List((0..count).map(|at| Value::Int(from + at * step)).collect()))
}

/// The values of a list as they read.
pub(crate) fn of_list(call: &Call<'_>, path: &Path) -> Result<Vec<Value>, Stop> {
    call.answers.items(path)?.iter().map(|it| call.answers.read(it)).collect()
}

/// The keys and values of a dictionary as they read.
pub(crate) fn of_dictionary(call: &Call<'_>, path: &Path) -> Result<Vec<(String, Value)>, Stop> {
    let entries = call.answers.entries(path)?;
    entries.into_iter().map(|(key, it)| Ok((key, call.answers.read(&it)?))).collect()
}

/// Whether the object at a path has entries.
fn has_entries(call: &Call<'_>, path: &Path) -> bool {
    call.answers.class_of(path).is_some_and(|it| is_a(&it, "Dict"))
}

/// The values of an argument, whatever collection it is.
pub(crate) fn values(call: &Call<'_>, at: usize, name: &str) -> Result<Vec<Value>, Stop> {
    match call.required(at, name)? {
        Value::List(all) => Ok(all.clone()),
        Value::Dict(all) => Ok(all.values().cloned().collect()),
        Value::Alias(path) if has_entries(call, path) => {
            Ok(of_dictionary(call, path)?.into_iter().map(|(_, value)| value).collect())
        }
        Value::Alias(path) => of_list(call, path),
        Value::Null | Value::Empty => Ok(Vec::new()),
        _ => Err(Stop::bad_call(format!("`{name}` must be a list or a dictionary"))),
    }
}

fn len(call: &Call<'_>) -> Result<Value, Stop> {
    let count = match call.required(0, "value")? {
        Value::Text(text) | Value::Markup(text) => text.chars().count(),
        Value::List(all) => all.len(),
        Value::Dict(all) => all.len(),
        Value::Alias(path) if has_entries(call, path) => call.answers.entries(path)?.len(),
        Value::Alias(path) => call.answers.items(path)?.len(),
        Value::Null | Value::Empty => 0,
        _ => return Err(Stop::bad_call("only texts and collections have a length")),
    };
    Ok(Value::Int(as_int(count)))
}

fn comma_and_list(call: &Call<'_>) -> Result<Value, Stop> {
    let mut printer = Printer::new(call.answers);
    let all: Vec<String> = match call.arguments.positional.as_slice() {
        [Value::List(all)] => all.iter().map(|it| printer.print(it)).collect::<Result<_, _>>()?,
        [Value::Alias(path)]
            if call
                .answers
                .class_of(path)
                .is_some_and(|it| is_a(&it, "List") || is_a(&it, "Set")) =>
        {
            printer.items(path)?
        }
        all => all.iter().map(|it| printer.print(it)).collect::<Result<_, _>>()?,
    };
    phrase(call, &all)
}

/// Items as one phrase, with the call's own `and_string` and `oxford`.
pub(crate) fn phrase(call: &Call<'_>, items: &[String]) -> Result<Value, Stop> {
    let named = &call.arguments.named;
    let and = named.get("and_string").or_else(|| named.get("and"));
    let oxford = named
        .get("oxford")
        .map_or_else(|| locale::of(call.answers).comma_before_and, Value::is_true);
    let and = match and {
        Some(and) => text_of(call.answers, and)?,
        None => locale::say(call.answers, "and", &[]),
    };
    Ok(Value::Text(words::join(items, and.trim(), oxford)))
}

/// The same for a method, which takes the word by its place too.
pub(crate) fn phrase_of(call: &Call<'_>, items: &[String]) -> Result<Value, Stop> {
    match call.arguments.positional.first() {
        Some(and) => {
            let and = text_of(call.answers, and)?;
            let oxford = call.flag(2, "oxford", true);
            Ok(Value::Text(words::join(items, and.trim(), oxford)))
        }
        None => phrase(call, items),
    }
}

/// The sum of numbers: whole if all are.
pub(crate) fn total(values: &[Value]) -> Result<Value, Stop> {
    let mut total = Decimal::ZERO;
    for value in values {
        let number = number(value).ok_or_else(|| Stop::bad_call("only numbers have a sum"))?;
        total = total
            .checked_add(number)
            .ok_or_else(|| Stop::fault(FaultKind::Arithmetic, "the sum is too large"))?;
    }
    let whole = values.iter().all(|it| matches!(it, Value::Int(_)));
    Ok(match total.to_i64().filter(|_| whole) {
        Some(total) => Value::Int(total),
        None => Value::Decimal(total),
    })
}

fn sorted(mut values: Vec<Value>) -> Result<Value, Stop> {
    let is_text = |it: &Value| matches!(it, Value::Text(_));
    let comparable = values.iter().all(is_text)
        || values.iter().all(|it| !is_text(it) && number(it).is_some())
        || values.iter().all(|it| crate::dates::as_date(it).is_some());
    if !comparable {
        return Err(Stop::bad_call("only numbers, texts or dates can be sorted, of one kind"));
    }
    values.sort_by(|a, b| match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        _ => number(a)
            .cmp(&number(b))
            .then_with(|| crate::dates::as_date(a).cmp(&crate::dates::as_date(b))),
    });
    Ok(Value::List(values))
}
