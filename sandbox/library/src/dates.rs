//! Days and times.

use affiant_guest::{Stop, Value};
use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan as _};

use crate::registry::{Call, Function, needed, optional};
use crate::words::{DAYS, MONTHS};

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function {
            name: "today",
            parameters: const { &[optional("format")] },
            variadic: false,
            summary: "The day of this step.",
            call: today,
        },
        Function {
            name: "current_datetime",
            parameters: &[],
            variadic: false,
            summary: "The moment of this step.",
            call: |it| Ok(Value::DateTime(it.answers.now())),
        },
        Function {
            name: "as_datetime",
            parameters: const { &[needed("date")] },
            variadic: false,
            summary: "A date from text.",
            call: |it| date(it, 0, "date").map(Value::Date),
        },
        Function {
            name: "date",
            parameters: const { &[needed("year"), needed("month"), needed("day")] },
            variadic: false,
            summary: "A date from its parts.",
            call: from_parts,
        },
        Function {
            name: "format_date",
            parameters: const { &[needed("date"), optional("format")] },
            variadic: false,
            summary: "A date in words, or as `format` says.",
            call: format_date,
        },
        Function {
            name: "format_time",
            parameters: const { &[needed("time")] },
            variadic: false,
            summary: "A time of day.",
            call: format_time,
        },
        Function {
            name: "year_of",
            parameters: const { &[needed("date")] },
            variadic: false,
            summary: "The year of a date.",
            call: |it| Ok(Value::Int(date(it, 0, "date")?.year().into())),
        },
        Function {
            name: "month_of",
            parameters: const { &[needed("date"), optional("as_word")] },
            variadic: false,
            summary: "The month of a date.",
            call: month_of,
        },
        Function {
            name: "day_of",
            parameters: const { &[needed("date")] },
            variadic: false,
            summary: "The day of the month of a date.",
            call: |it| Ok(Value::Int(date(it, 0, "date")?.day().into())),
        },
        Function {
            name: "dow_of",
            parameters: const { &[needed("date"), optional("as_word")] },
            variadic: false,
            summary: "The day of the week of a date, Monday is 1.",
            call: dow_of,
        },
        Function {
            name: "days_between",
            parameters: const { &[needed("from"), needed("to")] },
            variadic: false,
            summary: "Days from one date to another.",
            call: days_between,
        },
        Function {
            name: "date_difference",
            parameters: const { &[needed("starting"), optional("ending")] },
            variadic: false,
            summary: "Days, weeks and years from one date to another, as a dictionary.",
            call: date_difference,
        },
        Function {
            name: "years_since",
            parameters: const { &[needed("date")] },
            variadic: false,
            summary: "Whole years from a date to today.",
            call: |it| Ok(Value::Int(years(date(it, 0, "date")?, it.answers.today()))),
        },
        Function {
            name: "add_days",
            parameters: const { &[needed("date"), needed("days")] },
            variadic: false,
            summary: "A date some days later.",
            call: |it| shifted(it, "days", |n| n.days()),
        },
        Function {
            name: "add_months",
            parameters: const { &[needed("date"), needed("months")] },
            variadic: false,
            summary: "A date some months later.",
            call: |it| shifted(it, "months", |n| n.months()),
        },
        Function {
            name: "add_years",
            parameters: const { &[needed("date"), needed("years")] },
            variadic: false,
            summary: "A date some years later.",
            call: |it| shifted(it, "years", |n| n.years()),
        },
    ]
}

/// A day in words: `27 March 2026`.
pub(crate) fn in_words(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// A time of day: `14:30`.
pub(crate) fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn month(date: Date) -> &'static str {
    MONTHS.get(usize::from(date.month().unsigned_abs()).saturating_sub(1)).unwrap_or(&"")
}

fn weekday(date: Date) -> &'static str {
    DAYS.get(usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())).unwrap_or(&"")
}

/// Whole years between two days.
pub(crate) fn years(from: Date, to: Date) -> i64 {
    let before = (to.month(), to.day()) < (from.month(), from.day());
    i64::from(to.year()) - i64::from(from.year()) - i64::from(before)
}

/// A value as a day.
pub(crate) fn as_date(value: &Value) -> Option<Date> {
    match value {
        Value::Date(it) => Some(*it),
        Value::DateTime(it) => Some(it.date()),
        Value::Text(it) => it
            .trim()
            .parse()
            .ok()
            .or_else(|| it.trim().parse::<DateTime>().ok().map(DateTime::date)),
        _ => None,
    }
}

fn date(call: &Call<'_>, at: usize, name: &str) -> Result<Date, Stop> {
    as_date(call.required(at, name)?)
        .ok_or_else(|| Stop::bad_call(format!("`{name}` must be a date")))
}

fn today(call: &Call<'_>) -> Result<Value, Stop> {
    let today = call.answers.today();
    match call.optional_text(0, "format")? {
        Some(format) => Ok(Value::Text(formatted(today, &format))),
        None => Ok(Value::Date(today)),
    }
}

fn from_parts(call: &Call<'_>) -> Result<Value, Stop> {
    let (year, month, day) =
        (call.integer(0, "year")?, call.integer(1, "month")?, call.integer(2, "day")?);
    let made = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    made.and_then(|((year, month), day)| Date::new(year, month, day).ok())
        .map(Value::Date)
        .ok_or_else(|| Stop::bad_call("there is no such day"))
}

fn format_date(call: &Call<'_>) -> Result<Value, Stop> {
    let given = call.required(0, "date")?;
    if matches!(given, Value::Null | Value::Empty) || *given == Value::text("") {
        return Ok(Value::text(""));
    }
    let date = date(call, 0, "date")?;
    let format = call.optional_text(1, "format")?.unwrap_or_else(|| "long".to_owned());
    Ok(Value::Text(formatted(date, &format)))
}

/// `long`, `full`, `medium`, `short`, or a pattern of `yyyy MMMM MMM MM M dd d EEEE`.
fn formatted(date: Date, format: &str) -> String {
    let pattern = match format {
        "long" => "d MMMM yyyy",
        "full" => "EEEE, d MMMM yyyy",
        "medium" => "d MMM yyyy",
        "short" => "yyyy-MM-dd",
        other => other,
    };
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = rest.chars().take_while(|it| *it == first).count() * first.len_utf8();
        let (run, behind) = rest.split_at(length);
        match (first, run.len()) {
            ('y', 2) => text.push_str(&format!("{:02}", date.year() % 100)),
            ('y', _) => text.push_str(&date.year().to_string()),
            ('M', 1) => text.push_str(&date.month().to_string()),
            ('M', 2) => text.push_str(&format!("{:02}", date.month())),
            ('M', 3) => text.extend(month(date).chars().take(3)),
            ('M', _) => text.push_str(month(date)),
            ('d', 1) => text.push_str(&date.day().to_string()),
            ('d', _) => text.push_str(&format!("{:02}", date.day())),
            ('E', 1..=3) => text.extend(weekday(date).chars().take(3)),
            ('E', _) => text.push_str(weekday(date)),
            _ => text.push_str(run),
        }
        rest = behind;
    }
    text
}

fn format_time(call: &Call<'_>) -> Result<Value, Stop> {
    match call.required(0, "time")? {
        Value::Time(it) => Ok(Value::Text(clock(*it))),
        Value::DateTime(it) => Ok(Value::Text(clock(it.time()))),
        _ => Err(Stop::bad_call("`time` must be a time of day")),
    }
}

fn month_of(call: &Call<'_>) -> Result<Value, Stop> {
    let date = date(call, 0, "date")?;
    Ok(if call.flag(1, "as_word", false) {
        Value::text(month(date))
    } else {
        Value::Int(date.month().into())
    })
}

fn dow_of(call: &Call<'_>) -> Result<Value, Stop> {
    let date = date(call, 0, "date")?;
    Ok(if call.flag(1, "as_word", false) {
        Value::text(weekday(date))
    } else {
        Value::Int(i64::from(date.weekday().to_monday_one_offset()))
    })
}

/// Days from one day to another; negative when the second is earlier.
fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |it| i64::from(it.get_days()))
}

fn days_between(call: &Call<'_>) -> Result<Value, Stop> {
    Ok(Value::Int(days(date(call, 0, "from")?, date(call, 1, "to")?)))
}

fn date_difference(call: &Call<'_>) -> Result<Value, Stop> {
    let starting = date(call, 0, "starting")?;
    let ending = match call.argument(1, "ending") {
        Some(_) => date(call, 1, "ending")?,
        None => call.answers.today(),
    };
    let days = days(starting, ending);
    let mut entries = indexmap::IndexMap::new();
    entries.insert("days".to_owned(), Value::Int(days));
    entries.insert("weeks".to_owned(), Value::Int(days / 7));
    entries.insert("years".to_owned(), Value::Int(years(starting, ending)));
    Ok(Value::Dict(entries))
}

fn shifted(call: &Call<'_>, name: &str, span: fn(i64) -> Span) -> Result<Value, Stop> {
    let date = date(call, 0, "date")?;
    let count = call.integer(1, name)?;
    if count.abs() > 1_000_000 {
        return Err(Stop::bad_call(format!("`{name}` is out of range")));
    }
    date.checked_add(span(count))
        .map(Value::Date)
        .map_err(|_| Stop::bad_call("there is no such day"))
}
