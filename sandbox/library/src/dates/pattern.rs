//! Dates and times in the patterns that authors know (Unicode TR 35).

use jiff::civil::{Date, DateTime, Time};

use crate::locale::{Locale, clock};
use crate::words::HALVES;

/// The longest pattern, in bytes; the rest is left out.
const MAX_PATTERN: usize = 200;

/// A month's name.
pub(crate) fn month(locale: &Locale, date: Date) -> &str {
    let at = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    locale.months.get(at).map_or("", String::as_str)
}

/// A weekday's name.
pub(crate) fn weekday(locale: &Locale, date: Date) -> &str {
    let at = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    locale.days.get(at).map_or("", String::as_str)
}

/// A date in a named format or a pattern.
pub(crate) fn date(locale: &Locale, date: Date, format: &str) -> String {
    let moment = DateTime::from_parts(date, Time::midnight());
    in_pattern(locale, moment, locale.date_pattern(format).unwrap_or(format))
}

/// A date with time in a named format of the date, or a pattern of both.
pub(crate) fn date_time(locale: &Locale, moment: DateTime, format: &str) -> String {
    match locale.date_pattern(format) {
        Some(pattern) => {
            format!("{}, {}", in_pattern(locale, moment, pattern), clock(moment.time()))
        }
        None => in_pattern(locale, moment, format),
    }
}

/// A time of day in a pattern.
pub(crate) fn time(locale: &Locale, time: Time, format: &str) -> String {
    let pattern = if locale.date_pattern(format).is_some() { "HH:mm" } else { format };
    in_pattern(locale, DateTime::from_parts(Date::ZERO, time), pattern)
}

/// Runs of letters are parts, text between `'` is text, anything else stands for itself.
fn in_pattern(locale: &Locale, moment: DateTime, pattern: &str) -> String {
    let mut text = String::new();
    let mut rest = pattern.get(..MAX_PATTERN.min(pattern.len())).unwrap_or("");
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(rest, &mut text);
            continue;
        }
        let length = rest.chars().take_while(|it| *it == first).count() * first.len_utf8();
        let (run, behind) = rest.split_at(length);
        text.push_str(&part(locale, moment, first, run));
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

fn part(locale: &Locale, moment: DateTime, letter: char, run: &str) -> String {
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
        ('M' | 'L', 3) => short(month(locale, date)),
        ('M' | 'L', _) => month(locale, date).to_owned(),
        ('d', _) => number(date.day().into()),
        ('E', 1..=3) => short(weekday(locale, date)),
        ('E', _) => weekday(locale, date).to_owned(),
        ('H', _) => number(time.hour().into()),
        ('h', _) => number(twelve),
        ('m', _) => number(time.minute().into()),
        ('s', _) => number(time.second().into()),
        ('a', _) => HALVES[usize::from(time.hour() >= 12)].to_owned(),
        _ => run.to_owned(),
    }
}
