//! Days and times.

pub(crate) mod pattern;

use affiant_guest::{Stop, Value};
use indexmap::IndexMap;
use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::prelude::ToPrimitive as _;

use crate::locale::{self, Locale};
use crate::registry::{Call, Function, needed, number, optional};

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    [of_now(), of_text(), of_parts(), of_spans()].into_iter().flatten().collect()
}

fn of_now() -> Vec<Function> {
    vec![
        Function::new("today", const { &[optional("format")] }, "The day of this step.", today),
        Function::new("current_datetime", &[], "The moment of this step.", |it| {
            Ok(Value::DateTime(it.answers.now()))
        }),
        Function::new(
            "years_since",
            const { &[needed("date")] },
            "Whole years from a date to today.",
            |it| Ok(Value::Int(years(date(it, 0, "date")?, it.answers.today()))),
        ),
    ]
}

fn of_text() -> Vec<Function> {
    vec![
        Function::new(
            "as_datetime",
            const { &[needed("date")] },
            "A date, or a date with time, from text.",
            as_datetime,
        ),
        Function::new(
            "date",
            const { &[needed("year"), needed("month"), needed("day")] },
            "A date from its parts.",
            from_parts,
        ),
        Function::new(
            "format_date",
            const { &[needed("date"), optional("format")] },
            "A date in words, or as `format` says.",
            |it| {
                formatted(it, "date", |locale, value, format| {
                    as_date(value).map(|it| pattern::date(locale, it, format))
                })
            },
        ),
        Function::new(
            "format_datetime",
            const { &[needed("date"), optional("format")] },
            "A date with time in words, or as `format` says.",
            |it| {
                formatted(it, "date", |locale, value, format| {
                    as_date_time(value).map(|it| pattern::date_time(locale, it, format))
                })
            },
        ),
        Function::new(
            "format_time",
            const { &[needed("time"), optional("format")] },
            "A time of day, or as `format` says.",
            |it| {
                formatted(it, "time", |locale, value, format| {
                    as_time(value).map(|it| pattern::time(locale, it, format))
                })
            },
        ),
    ]
}

fn of_parts() -> Vec<Function> {
    vec![
        Function::new("year_of", const { &[needed("date")] }, "The year of a date.", |it| {
            Ok(Value::Int(date(it, 0, "date")?.year().into()))
        }),
        Function::new(
            "month_of",
            const { &[needed("date"), optional("as_word")] },
            "The month of a date.",
            |it| {
                let date = date(it, 0, "date")?;
                Ok(if it.flag(1, "as_word", false) {
                    Value::text(pattern::month(locale::of(it.answers), date))
                } else {
                    Value::Int(date.month().into())
                })
            },
        ),
        Function::new("day_of", const { &[needed("date")] }, "The day of the month.", |it| {
            Ok(Value::Int(date(it, 0, "date")?.day().into()))
        }),
        Function::new(
            "dow_of",
            const { &[needed("date"), optional("as_word")] },
            "The day of the week of a date, Monday is 1.",
            |it| {
                let date = date(it, 0, "date")?;
                Ok(if it.flag(1, "as_word", false) {
                    Value::text(pattern::weekday(locale::of(it.answers), date))
                } else {
                    Value::Int(date.weekday().to_monday_one_offset().into())
                })
            },
        ),
    ]
}

fn of_spans() -> Vec<Function> {
    vec![
        Function::new(
            "days_between",
            const { &[needed("from"), needed("to")] },
            "Days from one date to another.",
            |it| Ok(Value::Int(days(date(it, 0, "from")?, date(it, 1, "to")?))),
        ),
        Function::new(
            "date_difference",
            const { &[optional("starting"), optional("ending")] },
            "Days, weeks, months and years from one date to another, as a dictionary.",
            date_difference,
        ),
        Function::new(
            "date_interval",
            const { &[optional("years"), optional("months"), optional("weeks"), optional("days")] },
            "A span of time, as a dictionary that `add_interval` takes.",
            date_interval,
        ),
        Function::new(
            "add_interval",
            const { &[needed("date"), needed("interval")] },
            "A date some years, months, weeks and days later.",
            add_interval,
        ),
        Function::new(
            "add_days",
            const { &[needed("date"), needed("days")] },
            "A date some days later.",
            |it| shifted(it, "days"),
        ),
        Function::new(
            "add_months",
            const { &[needed("date"), needed("months")] },
            "A date some months later.",
            |it| shifted(it, "months"),
        ),
        Function::new(
            "add_years",
            const { &[needed("date"), needed("years")] },
            "A date some years later.",
            |it| shifted(it, "years"),
        ),
    ]
}

/// Whole years between two days; negative when the second is earlier.
pub(crate) fn years(from: Date, to: Date) -> i64 {
    if to < from {
        return -years(to, from);
    }
    let before = (to.month(), to.day()) < (from.month(), from.day());
    i64::from(to.year()) - i64::from(from.year()) - i64::from(before)
}

/// Whole months between two days; negative when the second is earlier.
fn months(from: Date, to: Date) -> i64 {
    if to < from {
        return -months(to, from);
    }
    let count = |it: Date| i64::from(it.year()) * 12 + i64::from(it.month());
    count(to) - count(from) - i64::from(to.day() < from.day())
}

/// Days from one day to another; negative when the second is earlier.
fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |it| i64::from(it.get_days()))
}

/// A value as a day.
pub(crate) fn as_date(value: &Value) -> Option<Date> {
    match value {
        Value::Date(it) => Some(*it),
        other => as_date_time(other).map(DateTime::date),
    }
}

fn as_date_time(value: &Value) -> Option<DateTime> {
    match value {
        Value::Date(it) => Some(it.at(0, 0, 0, 0)),
        Value::DateTime(it) => Some(*it),
        Value::Text(it) => {
            let it = it.trim();
            it.parse::<DateTime>()
                .ok()
                .or_else(|| it.parse::<Date>().ok().map(|it| it.at(0, 0, 0, 0)))
        }
        _ => None,
    }
}

fn as_time(value: &Value) -> Option<Time> {
    match value {
        Value::Time(it) => Some(*it),
        Value::DateTime(it) => Some(it.time()),
        Value::Text(it) => it.trim().parse().ok(),
        _ => None,
    }
}

/// The argument as a day.
pub(crate) fn date(call: &Call<'_>, at: usize, name: &str) -> Result<Date, Stop> {
    as_date(call.required(at, name)?)
        .ok_or_else(|| Stop::bad_call(format!("`{name}` must be a date")))
}

/// The argument as a day, or today.
pub(crate) fn date_or_today(call: &Call<'_>, at: usize, name: &str) -> Result<Date, Stop> {
    if call.is_blank(at, name) { Ok(call.answers.today()) } else { date(call, at, name) }
}

fn today(call: &Call<'_>) -> Result<Value, Stop> {
    let today = call.answers.today();
    Ok(match call.optional_text(0, "format")? {
        Some(format) => Value::Text(pattern::date(locale::of(call.answers), today, &format)),
        None => Value::Date(today),
    })
}

/// A text with a time is a date with time; any other date is a date.
fn as_datetime(call: &Call<'_>) -> Result<Value, Stop> {
    let given = call.required(0, "date")?;
    let moment = as_date_time(given).ok_or_else(|| Stop::bad_call("`date` must be a date"))?;
    let has_time = match given {
        Value::Text(text) => text.trim().parse::<Date>().is_err() || text.contains(':'),
        other => matches!(other, Value::DateTime(_)),
    };
    Ok(if has_time { Value::DateTime(moment) } else { Value::Date(moment.date()) })
}

fn no_such_day() -> Stop {
    Stop::bad_call("there is no such day")
}

fn from_parts(call: &Call<'_>) -> Result<Value, Stop> {
    let (year, month, day) =
        (call.integer(0, "year")?, call.integer(1, "month")?, call.integer(2, "day")?);
    let parts = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    parts
        .and_then(|((year, month), day)| Date::new(year, month, day).ok())
        .map(Value::Date)
        .ok_or_else(no_such_day)
}

/// The first argument in the format of the second. Nothing stays nothing.
fn formatted(
    call: &Call<'_>,
    name: &str,
    format: fn(&Locale, &Value, &str) -> Option<String>,
) -> Result<Value, Stop> {
    let value = call.required(0, name)?;
    if call.is_blank(0, name) {
        return Ok(Value::text(""));
    }
    let pattern = call.optional_text(1, "format")?;
    let locale = locale::of(call.answers);
    format(locale, value, pattern.as_deref().unwrap_or("long")).map(Value::Text).ok_or_else(|| {
        let kind = if name == "time" { "a time of day" } else { "a date" };
        Stop::bad_call(format!("`{name}` must be {kind}"))
    })
}

fn date_difference(call: &Call<'_>) -> Result<Value, Stop> {
    let starting = date_or_today(call, 0, "starting")?;
    let ending = date_or_today(call, 1, "ending")?;
    let days = days(starting, ending);
    let parts = [
        ("days", days),
        ("weeks", days / 7),
        ("months", months(starting, ending)),
        ("years", years(starting, ending)),
    ];
    Ok(dictionary(parts))
}

fn dictionary<const N: usize>(parts: [(&str, i64); N]) -> Value {
    Value::Dict(parts.map(|(name, count)| (name.to_owned(), Value::Int(count))).into())
}

/// The units of an interval, in the order in which they move a date.
const UNITS: [&str; 4] = ["years", "months", "weeks", "days"];

/// A date some units later. Fails when there is no such day.
fn moved(date: Date, unit: &str, count: i64) -> Result<Date, Stop> {
    let span = match unit {
        "years" => Span::new().try_years(count),
        "months" => Span::new().try_months(count),
        "weeks" => Span::new().try_weeks(count),
        _ => Span::new().try_days(count),
    };
    span.and_then(|it| date.checked_add(it)).map_err(|_| no_such_day())
}

fn date_interval(call: &Call<'_>) -> Result<Value, Stop> {
    let mut interval = IndexMap::new();
    for (at, name) in UNITS.into_iter().enumerate() {
        if !call.is_blank(at, name) {
            interval.insert(name.to_owned(), Value::Int(call.integer(at, name)?));
        }
    }
    Ok(Value::Dict(interval))
}

fn add_interval(call: &Call<'_>) -> Result<Value, Stop> {
    let mut date = date(call, 0, "date")?;
    let Value::Dict(interval) = call.required(1, "interval")? else {
        return Err(Stop::bad_call("`interval` must come from `date_interval`"));
    };
    for name in UNITS {
        let Some(value) = interval.get(name) else { continue };
        let count = number(value)
            .and_then(|it| it.to_i64())
            .ok_or_else(|| Stop::bad_call(format!("`{name}` must be a whole number")))?;
        date = moved(date, name, count)?;
    }
    Ok(Value::Date(date))
}

fn shifted(call: &Call<'_>, unit: &'static str) -> Result<Value, Stop> {
    moved(date(call, 0, "date")?, unit, call.integer(1, unit)?).map(Value::Date)
}
