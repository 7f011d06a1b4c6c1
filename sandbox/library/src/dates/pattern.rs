//! Dates and times in the patterns that authors know (Unicode TR 35).

use jiff::civil::{Date, DateTime, Time};

use crate::words::{self, DAYS, HALVES, MONTHS};

/// The longest pattern, in bytes; the rest is left out.
const MAX_PATTERN: usize = 200;

/// A month's name.
pub(crate) fn month(date: Date) -> &'static str {
    MONTHS.get(usize::from(date.month().unsigned_abs()).saturating_sub(1)).unwrap_or(&"")
}

/// A weekday's name.
pub(crate) fn weekday(date: Date) -> &'static str {
    DAYS.get(usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())).unwrap_or(&"")
}

/// A date in a named format or a pattern.
pub(crate) fn date(date: Date, format: &str) -> String {
    in_pattern(DateTime::from_parts(date, Time::midnight()), pattern_of(format))
}

/// A date with time in a named format of the date, or a pattern of both.
pub(crate) fn date_time(moment: DateTime, format: &str) -> String {
    match words::date_pattern(format) {
        Some(pattern) => {
            format!("{}, {}", in_pattern(moment, pattern), super::clock(moment.time()))
        }
        None => in_pattern(moment, format),
    }
}

/// A time of day in a pattern.
pub(crate) fn time(time: Time, format: &str) -> String {
    let pattern = if words::date_pattern(format).is_some() { "HH:mm" } else { format };
    in_pattern(DateTime::from_parts(Date::ZERO, time), pattern)
}

fn pattern_of(format: &str) -> &str {
    words::date_pattern(format).unwrap_or(format)
}

/// Runs of letters are parts, text between `'` is text, anything else stands for itself.
fn in_pattern(moment: DateTime, pattern: &str) -> String {
    let mut text = String::new();
    let mut rest = pattern.get(..MAX_PATTERN.min(pattern.len())).unwrap_or("");
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(rest, &mut text);
            continue;
        }
        let length = rest.chars().take_while(|it| *it == first).count() * first.len_utf8();
        let (run, behind) = rest.split_at(length);
        text.push_str(&part(moment, first, run));
        rest = behind;
    }
    text
}

/// Takes quoted text off the front; `''` is one `'`, inside of quotes too.
fn quoted<'p>(rest: &'p str, text: &mut String) -> &'p str {
    let mut rest = &rest[1..];
    if let Some(behind) = rest.strip_prefix('\'') {
        text.push('\'');
        return behind;
    }
    loop {
        let end = rest.find('\'').unwrap_or(rest.len());
        text.push_str(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or("");
        match rest.strip_prefix('\'') {
            Some(behind) => {
                text.push('\'');
                rest = behind;
            }
            None => return rest,
        }
    }
}

fn part(moment: DateTime, letter: char, run: &str) -> String {
    let (date, time) = (moment.date(), moment.time());
    let number = |value: i64| match run.len() {
        1 => value.to_string(),
        _ => format!("{value:02}"),
    };
    let short = |name: &str| name.chars().take(3).collect::<String>();
    let twelve = match time.hour() % 12 {
        0 => 12,
        hour => i64::from(hour),
    };
    match (letter, run.len()) {
        ('y', 2) => format!("{:02}", date.year().rem_euclid(100)),
        ('y', _) => date.year().to_string(),
        ('M' | 'L', 1 | 2) => number(date.month().into()),
        ('M' | 'L', 3) => short(month(date)),
        ('M' | 'L', _) => month(date).to_owned(),
        ('d', _) => number(date.day().into()),
        ('E', 1..=3) => short(weekday(date)),
        ('E', _) => weekday(date).to_owned(),
        ('H', _) => number(time.hour().into()),
        ('h', _) => number(twelve),
        ('m', _) => number(time.minute().into()),
        ('s', _) => number(time.second().into()),
        ('a', _) => HALVES[usize::from(time.hour() >= 12)].to_owned(),
        _ => run.to_owned(),
    }
}
