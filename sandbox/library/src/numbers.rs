//! Numbers and money.

use affiant_guest::{Stop, Value};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::registry::{Call, Function, needed, number, optional};
use crate::words;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function {
            name: "currency",
            parameters: const { &[needed("value"), optional("symbol"), optional("decimals")] },
            variadic: false,
            summary: "An amount of money.",
            call: currency,
        },
        Function {
            name: "nice_number",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "A number in words up to ten.",
            call: |it| Ok(Value::Text(nice(it, 0, "value")?)),
        },
        Function {
            name: "ordinal",
            parameters: const { &[needed("index")] },
            variadic: false,
            summary: "The place of an index, counted from zero: first, second.",
            call: |it| {
                Ok(Value::Text(words::ordinal(it.integer(0, "index")?.saturating_add(1), true)))
            },
        },
        Function {
            name: "ordinal_number",
            parameters: const { &[needed("number"), optional("use_word")] },
            variadic: false,
            summary: "A number as ordinal: first, 23rd.",
            call: ordinal_number,
        },
        Function {
            name: "thousands",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "A number with commas between thousands.",
            call: |it| Ok(Value::Text(grouped(it.number(0, "value")?.normalize(), None))),
        },
        Function {
            name: "decimal",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "An exact number from text or another number.",
            call: |it| it.number(0, "value").map(Value::Decimal),
        },
        Function {
            name: "int",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "A whole number, cut towards zero.",
            call: |it| it.integer(0, "value").map(Value::Int),
        },
        Function {
            name: "float",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "A number.",
            call: |it| it.number(0, "value").map(Value::Decimal),
        },
        Function {
            name: "round",
            parameters: const { &[needed("value"), optional("places")] },
            variadic: false,
            summary: "A number rounded, halves away from zero.",
            call: round,
        },
        Function {
            name: "abs",
            parameters: const { &[needed("value")] },
            variadic: false,
            summary: "A number without its sign.",
            call: |it| it.number(0, "value").map(|it| Value::Decimal(it.abs())),
        },
        Function {
            name: "min",
            parameters: &[],
            variadic: true,
            summary: "The smallest of several numbers or dates.",
            call: |it| extreme(it, false),
        },
        Function {
            name: "max",
            parameters: &[],
            variadic: true,
            summary: "The largest of several numbers or dates.",
            call: |it| extreme(it, true),
        },
    ]
}

fn nice(call: &Call<'_>, at: usize, name: &str) -> Result<String, Stop> {
    let value = call.number(at, name)?;
    let whole = i64::try_from(value.trunc()).ok().filter(|_| value.fract().is_zero());
    Ok(whole.map_or_else(
        || grouped(value.normalize(), None),
        |it| if it <= 10 { words::number(it) } else { grouped(value.normalize(), None) },
    ))
}

fn ordinal_number(call: &Call<'_>) -> Result<Value, Stop> {
    Ok(Value::Text(words::ordinal(call.integer(0, "number")?, call.flag(1, "use_word", true))))
}

/// `$1,200.50`; without decimals when they are zero and `decimals` is false.
fn currency(call: &Call<'_>) -> Result<Value, Stop> {
    let given = call.required(0, "value")?;
    if matches!(given, Value::Null | Value::Empty) || *given == Value::text("") {
        return Ok(Value::text(""));
    }
    let value = number(given).ok_or_else(|| Stop::bad_call("`value` must be a number"))?;
    let symbol = call.optional_text(1, "symbol")?.unwrap_or_else(|| "$".to_owned());
    let places = if call.flag(2, "decimals", true) { 2 } else { 0 };
    let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
    Ok(Value::Text(format!("{sign}{symbol}{}", grouped(rounded.abs(), Some(places)))))
}

/// Digits with commas between thousands, and a fixed number of places if there is one.
pub(crate) fn grouped(value: Decimal, places: Option<u32>) -> String {
    let text = match places {
        Some(places) => format!("{value:.*}", places as usize),
        None => value.to_string(),
    };
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |it| ("-", it));
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, it)| (whole, Some(it)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

fn round(call: &Call<'_>) -> Result<Value, Stop> {
    let places = match call.argument(1, "places") {
        Some(_) => call.integer(1, "places")?,
        None => 0,
    };
    let places =
        u32::try_from(places).map_err(|_| Stop::bad_call("`places` must not be negative"))?.min(28);
    let value = call.number(0, "value")?;
    Ok(Value::Decimal(value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)))
}

fn extreme(call: &Call<'_>, largest: bool) -> Result<Value, Stop> {
    let all: &[Value] = match call.arguments.positional.as_slice() {
        [Value::List(all)] => all,
        all => all,
    };
    let mut best: Option<&Value> = None;
    for value in all {
        let better = match best {
            None => true,
            Some(best) => {
                let order = match (value, best) {
                    (Value::Date(a), Value::Date(b)) => a.cmp(b),
                    _ => {
                        let (a, b) = number(value).zip(number(best)).ok_or_else(|| {
                            Stop::bad_call("only numbers or dates have a smallest and a largest")
                        })?;
                        a.cmp(&b)
                    }
                };
                order.is_gt() == largest && order.is_ne()
            }
        };
        if better {
            best = Some(value);
        }
    }
    best.cloned().ok_or_else(|| Stop::bad_call("there is nothing to compare"))
}
