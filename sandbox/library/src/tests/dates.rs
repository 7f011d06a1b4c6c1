//! Dates and times.

use std::slice::from_ref;

use affiant_guest::Value;
use affiant_guest::testing::TestAnswers;
use jiff::civil::{date, time};

use super::{call, call_with, text, told};

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

#[test]
fn dates_print_in_every_format() {
    let answers = TestAnswers::new();
    for (format, shown) in [
        ("long", "7 March 2026"),
        ("full", "Saturday, 7 March 2026"),
        ("medium", "7 Mar 2026"),
        ("short", "2026-03-07"),
        ("MM/dd/yyyy", "03/07/2026"),
        ("M/d/yy", "3/7/26"),
        ("EEE, MMM d", "Sat, Mar 7"),
        ("EEEE", "Saturday"),
        ("d 'of' MMMM, yyyy", "7 of March, 2026"),
        ("h 'o''clock'", "12 o'clock"),
        ("", ""),
        ("'open", "open"),
    ] {
        let given = [day("2026-03-07"), text(format)];
        assert_eq!(call(&answers, "format_date", &given), Ok(text(shown)), "{format}");
    }
    assert_eq!(call(&answers, "format_date", &[text("2026-03-07")]), Ok(text("7 March 2026")));
    for nothing in [Value::Null, Value::Empty, text(" ")] {
        assert_eq!(call(&answers, "format_date", &[nothing]), Ok(text("")));
    }
    assert_eq!(told(call(&answers, "format_date", &[text("soon")])), "`date` must be a date");
}

#[test]
fn times_print_in_every_format() {
    let answers = TestAnswers::new();
    for (hour, format, shown) in [
        (0, "h:mm a", "12:05 am"),
        (12, "h:mm a", "12:05 pm"),
        (15, "hh.mm", "03.05"),
        (15, "HH:mm:ss", "15:05:00"),
        (7, "long", "07:05"),
    ] {
        let given = [Value::Time(time(hour, 5, 0, 0)), text(format)];
        assert_eq!(call(&answers, "format_time", &given), Ok(text(shown)), "{format}");
    }
    let moment = Value::DateTime(date(2026, 3, 7).at(15, 5, 0, 0));
    assert_eq!(call(&answers, "format_time", from_ref(&moment)), Ok(text("15:05")));
    assert_eq!(
        call(&answers, "format_datetime", from_ref(&moment)),
        Ok(text("7 March 2026, 15:05"))
    );
    assert_eq!(call(&answers, "format_datetime", &[moment, text("d/M h a")]), Ok(text("7/3 3 pm")));
}

#[test]
fn today_is_the_day_of_the_step() {
    let answers = TestAnswers::new();
    assert_eq!(call(&answers, "today", &[]), Ok(day("2026-03-27")));
    let format = [("format", text("yyyy"))];
    assert_eq!(call_with(&answers, "today", &[], &format), Ok(text("2026")));
    let now = Value::DateTime(date(2026, 3, 27).at(14, 30, 0, 0));
    assert_eq!(call(&answers, "current_datetime", &[]), Ok(now));
    assert_eq!(call(&answers, "years_since", &[day("2000-03-28")]), Ok(Value::Int(25)));
}

#[test]
fn dates_come_from_text_and_parts() {
    let answers = TestAnswers::new();
    assert_eq!(call(&answers, "as_datetime", &[text("2026-03-07")]), Ok(day("2026-03-07")));
    let moment = Value::DateTime(date(2026, 3, 7).at(9, 30, 0, 0));
    assert_eq!(call(&answers, "as_datetime", &[text("2026-03-07T09:30")]), Ok(moment));
    let parts = [2026.into(), 2.into(), 28.into()];
    assert_eq!(call(&answers, "date", &parts), Ok(day("2026-02-28")));
    for parts in [[2026, 2, 30], [2026, 13, 1], [99999, 1, 1], [2026, 1, 300]] {
        let parts = parts.map(Value::Int);
        assert_eq!(told(call(&answers, "date", &parts)), "there is no such day");
    }
    for (name, number, word) in [("month_of", 3, "March"), ("dow_of", 6, "Saturday")] {
        let given = [day("2026-03-07")];
        assert_eq!(call(&answers, name, &given), Ok(Value::Int(number)));
        let as_word = [("as_word", true.into())];
        assert_eq!(call_with(&answers, name, &given, &as_word), Ok(text(word)));
    }
    assert_eq!(call(&answers, "year_of", &[day("2026-03-07")]), Ok(Value::Int(2026)));
    assert_eq!(call(&answers, "day_of", &[day("2026-03-07")]), Ok(Value::Int(7)));
}

#[test]
fn dates_move_and_stop_at_the_end_of_time() {
    let answers = TestAnswers::new();
    for (name, count, moved) in [
        ("add_days", 30, "2026-03-02"),
        ("add_days", -31, "2025-12-31"),
        ("add_months", 1, "2026-02-28"),
        ("add_years", -1, "2025-01-31"),
    ] {
        let given = [day("2026-01-31"), count.into()];
        assert_eq!(call(&answers, name, &given), Ok(day(moved)), "{name}");
    }
    for name in ["add_days", "add_months", "add_years"] {
        for count in [20_000_000, -20_000_000, i64::MAX, i64::MIN] {
            let given = [day("2026-01-31"), count.into()];
            assert_eq!(told(call(&answers, name, &given)), "there is no such day", "{name}");
        }
    }
}

#[test]
fn intervals_add_their_units_one_by_one() {
    let answers = TestAnswers::new();
    let named = [("months", 1.into()), ("days", (-1).into())];
    let interval = call_with(&answers, "date_interval", &[], &named).unwrap();
    let given = [day("2026-01-31"), interval];
    assert_eq!(call(&answers, "add_interval", &given), Ok(day("2026-02-27")));
    let wrong = [day("2026-01-31"), 3.into()];
    assert!(told(call(&answers, "add_interval", &wrong)).contains("date_interval"));
}

#[test]
fn differences_count_whole_units() {
    let answers = TestAnswers::new();
    let parts = |given: &[Value]| match call(&answers, "date_difference", given) {
        Ok(Value::Dict(parts)) => {
            parts.into_iter().map(|(name, value)| format!("{name} {value:?}")).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        parts(&[day("2024-02-29"), day("2026-02-28")]),
        ["days Int(730)", "weeks Int(104)", "months Int(23)", "years Int(1)"]
    );
    assert_eq!(
        parts(&[day("2026-04-27")]),
        ["days Int(-31)", "weeks Int(-4)", "months Int(-1)", "years Int(0)"]
    );
    let given = [day("2026-03-01"), day("2026-03-27")];
    assert_eq!(call(&answers, "days_between", &given), Ok(Value::Int(26)));
}
