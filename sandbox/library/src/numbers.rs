//! Numbers and money.

use affiant_guest::{Stop, Value};
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::locale::{self, Locale};
use crate::registry::{Call, Function, needed, number, optional};
use crate::words;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "currency",
            const { &[needed("value"), optional("symbol"), optional("decimals")] },
            "An amount of money.",
            currency,
        ),
        Function::new("currency_symbol", &[], "The symbol of the interview’s currency.", |it| {
            symbol(it, None).map(Value::Text)
        }),
        Function::new(
            "nice_number",
            const { &[needed("value"), optional("capitalize"), optional("use_word")] },
            "A number in words up to ten, in digits with commas beyond.",
            nice_number,
        ),
        Function::new(
            "ordinal",
            const { &[needed("index"), optional("use_word"), optional("capitalize")] },
            "The place of an index, counted from zero: first, second.",
            |it| ordinal(it, "index", 1),
        ),
        Function::new(
            "ordinal_number",
            const { &[needed("number"), optional("use_word"), optional("capitalize")] },
            "A number as ordinal: first, 23rd.",
            |it| ordinal(it, "number", 0),
        ),
        Function::new(
            "thousands",
            const { &[needed("value")] },
            "A number with commas between thousands.",
            |it| {
                Ok(Value::Text(grouped(
                    locale::of(it.answers),
                    it.number(0, "value")?.normalize(),
                    None,
                )))
            },
        ),
        Function::new(
            "decimal",
            const { &[needed("value")] },
            "An exact number from text or another number.",
            |it| it.number(0, "value").map(Value::Decimal),
        ),
        Function::new(
            "int",
            const { &[needed("value")] },
            "A whole number, cut towards zero.",
            |it| it.integer(0, "value").map(Value::Int),
        ),
        Function::new("float", const { &[needed("value")] }, "A number.", |it| {
            it.number(0, "value").map(Value::Decimal)
        }),
        Function::new(
            "round",
            const { &[needed("value"), optional("places")] },
            "A number rounded, halves away from zero.",
            round,
        ),
        Function::new("abs", const { &[needed("value")] }, "A number without its sign.", absolute),
        Function::new("min", &[], "The smallest of several numbers or dates.", |it| {
            extreme(it, false)
        })
        .variadic(),
        Function::new("max", &[], "The largest of several numbers or dates.", |it| {
            extreme(it, true)
        })
        .variadic(),
    ]
}

/// A number in words where that is short, with commas between thousands.
pub(crate) fn nice(locale: &'static Locale, value: &Decimal, in_digits: bool) -> String {
    let word = value.to_i64().filter(|_| value.fract().is_zero() && !in_digits);
    match word.and_then(|it| words::small_number(locale, it)) {
        Some(word) => word.to_owned(),
        None => grouped(locale, value.normalize(), None),
    }
}

fn nice_number(call: &Call<'_>) -> Result<Value, Stop> {
    let text =
        nice(locale::of(call.answers), &call.number(0, "value")?, !call.flag(2, "use_word", true));
    Ok(Value::Text(capitalized_if(call, 1, text)))
}

fn capitalized_if(call: &Call<'_>, at: usize, text: String) -> String {
    if call.flag(at, "capitalize", false) { crate::texts::capitalized(&text) } else { text }
}

fn ordinal(call: &Call<'_>, name: &str, plus: i64) -> Result<Value, Stop> {
    let number = call.integer(0, name)?.saturating_add(plus);
    let text = words::ordinal(locale::of(call.answers), number, call.flag(1, "use_word", true));
    Ok(Value::Text(capitalized_if(call, 2, text)))
}

/// The symbol given, the interview's, or the language's.
fn symbol(call: &Call<'_>, given: Option<usize>) -> Result<String, Stop> {
    if let Some(at) = given
        && let Some(symbol) = call.optional_text(at, "symbol")?
    {
        return Ok(symbol);
    }
    Ok(match call.answers.session("currency_symbol") {
        Some(Value::Text(symbol)) => symbol,
        _ => locale::of(call.answers).currency_symbol().to_owned(),
    })
}

/// `$1,200.50`; without decimals when `decimals` is false. Nothing stays nothing.
fn currency(call: &Call<'_>) -> Result<Value, Stop> {
    let given = call.required(0, "value")?;
    if call.is_blank(0, "value") {
        return Ok(Value::text(""));
    }
    let value = number(given).ok_or_else(|| Stop::bad_call("`value` must be a number"))?;
    let symbol = symbol(call, Some(1))?;
    let places = if call.flag(2, "decimals", true) { 2 } else { 0 };
    let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
    let locale = locale::of(call.answers);
    let amount = grouped(locale, rounded.abs(), Some(places));
    Ok(Value::Text(format!("{sign}{}", locale.money(&symbol, &amount))))
}

/// Digits with the language’s mark between thousands, and a fixed number of places if there is one.
pub(crate) fn grouped(locale: &Locale, value: Decimal, places: Option<u32>) -> String {
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
            grouped.push(locale.thousands_mark);
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}{}{fraction}", locale.decimal_mark),
        None => format!("{sign}{grouped}"),
    }
}

fn round(call: &Call<'_>) -> Result<Value, Stop> {
    let places = match call.argument(1, "places") {
        Some(_) => call.count(1, "places", 28)?,
        None => 0,
    };
    let places = u32::try_from(places).unwrap_or(0);
    let value = call.number(0, "value")?;
    Ok(Value::Decimal(value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)))
}

fn absolute(call: &Call<'_>) -> Result<Value, Stop> {
    if let Value::Int(it) = call.required(0, "value")?
        && let Some(it) = it.checked_abs()
    {
        return Ok(Value::Int(it));
    }
    call.number(0, "value").map(|it| Value::Decimal(it.abs()))
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
                    (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
                    (Value::Time(a), Value::Time(b)) => a.cmp(b),
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
