//! From what was entered to a typed value.

use affiant_guest::{Content, FileReference, Object, Value};
use affiant_interview::Datatype;
use affiant_library::Locale;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use crate::choice::form_value;
use crate::input::Input;
use crate::problem::Problem;
use crate::screen::{ScreenField, Widget};

/// What the form posts for the check box that means none.
pub const NONE_OF_THE_ABOVE: &str = "_none";

/// The longest text a field takes when the author gives no limit, in characters.
const MAX_TEXT: usize = 100_000;

/// What an input came to.
pub(crate) enum Parsed {
    Value(Value),
    /// Nothing was entered, and nothing had to be.
    Unanswered,
}

/// What was wrong, and with which part.
type Wrong = (Problem, Option<&'static str>);

/// Reads what was entered in a field.
pub(crate) fn value(
    field: &ScreenField,
    input: Option<&Input>,
    locale: &Locale,
) -> Result<Parsed, Wrong> {
    // What programs send is written in one way.
    let locale = if matches!(input, Some(Input::Number(_))) {
        affiant_library::locale("en")
    } else {
        locale
    };
    match field.widget {
        Widget::Hidden => Ok(field.value.clone().map_or(Parsed::Unanswered, Parsed::Value)),
        Widget::Checkbox => Ok(Parsed::Value(ticked(field, input)?)),
        Widget::Checkboxes | Widget::Multiselect => boxes(field, input),
        Widget::File | Widget::Files | Widget::Signature => files(field, input),
        Widget::Date => date_field(field, input, locale),
        Widget::Radio | Widget::Dropdown | Widget::Buttons => one_choice(field, input),
        _ if field.choices.is_empty() => {
            typed(field, &text(input, field.widget == Widget::Area), locale)
        }
        _ => {
            // Text boxes with suggestions take other texts too.
            let entered = text(input, false);
            let label = field.choices.iter().find(|it| it.label == entered || it.value == entered);
            match label {
                Some(choice) => Ok(Parsed::Value(choice.holds.clone())),
                None => typed(field, &entered, locale),
            }
        }
    }
}

/// What a field holds when nothing was entered: empty text for texts, null for everything else.
pub(crate) fn nothing(field: &ScreenField) -> Value {
    match field.datatype {
        Datatype::Text | Datatype::Area | Datatype::Email | Datatype::Password | Datatype::Raw
            if field.choices.is_empty() =>
        {
            Value::text("")
        }
        Datatype::Files => Value::List(Vec::new()),
        _ => Value::Null,
    }
}

/// Whether a field's value is, or among check boxes contains, the form value.
pub(crate) fn is_chosen(value: &Value, form: &str) -> bool {
    match value {
        Value::Object(object) => match &object.content {
            Content::Entries(entries) => entries.get(form).is_some_and(Value::is_true),
            _ => false,
        },
        other => form_value(other) == form,
    }
}

fn empty(field: &ScreenField, problem: Problem) -> Result<Parsed, Wrong> {
    if field.required { Err((problem, None)) } else { Ok(Parsed::Unanswered) }
}

/// One text: control characters out, spaces at the ends off, composed (NFC). Line ends stay in
/// areas.
fn text(input: Option<&Input>, keeps_lines: bool) -> String {
    let raw = match input {
        Some(Input::Text(text) | Input::Number(text)) => text.as_str(),
        Some(Input::Texts(all)) => all.first().map_or("", String::as_str),
        _ => "",
    };
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let cleaned: String = unified
        .nfc()
        .filter_map(|it| match it {
            '\n' if keeps_lines => Some('\n'),
            '\n' | '\t' => Some(' '),
            it if it.is_control() => None,
            it => Some(it),
        })
        .collect();
    cleaned.trim().to_owned()
}

fn typed(field: &ScreenField, entered: &str, locale: &Locale) -> Result<Parsed, Wrong> {
    if entered.is_empty() {
        return empty(field, Problem::Empty);
    }
    let value = match field.datatype {
        Datatype::Integer => Value::Int(whole(entered, locale)?),
        Datatype::Number => {
            Value::Decimal(decimal(entered, &[], locale).ok_or((Problem::NotNumber, None))?)
        }
        Datatype::Currency => {
            let own = field.currency_symbol.as_deref().unwrap_or_default();
            let amount =
                decimal(entered, &[own, "$", "£", "€"], locale).ok_or((Problem::NotMoney, None))?;
            if amount.normalize().scale() > 2 {
                return Err((Problem::NotMoney, None));
            }
            Value::Decimal(amount)
        }
        Datatype::Range => range(entered)?,
        Datatype::Time => Value::Time(time(entered).ok_or((Problem::NotTime, None))?),
        Datatype::DateTime => Value::DateTime(moment(entered).ok_or((Problem::NotDate, None))?),
        Datatype::Email => Value::Text(email(entered).ok_or((Problem::NotEmail, None))?),
        _ => Value::Text(entered.to_owned()),
    };
    check_length(field, entered)?;
    check_range(field, &value, locale)?;
    Ok(Parsed::Value(value))
}

fn check_length(field: &ScreenField, entered: &str) -> Result<(), Wrong> {
    let length = entered.chars().count();
    let most = field.max_length.map_or(MAX_TEXT, |it| it as usize);
    if length > most {
        return Err((Problem::TooLong(most.to_string()), None));
    }
    match field.min_length {
        Some(least) if length < least as usize => Err((Problem::TooShort(least.to_string()), None)),
        _ => Ok(()),
    }
}

/// Smallest, largest, step: for numbers.
fn check_range(field: &ScreenField, value: &Value, locale: &Locale) -> Result<(), Wrong> {
    let Some(number) = number(value) else { return Ok(()) };
    let shown = |limit: Decimal| match (field.datatype, &field.currency_symbol) {
        (Datatype::Currency, Some(sign)) => locale.money(sign, &locale.plain_number(limit)),
        _ => locale.plain_number(limit),
    };
    if let Some(least) = field.min.as_ref().and_then(self::number)
        && number < least
    {
        return Err((Problem::TooSmall(shown(least)), None));
    }
    if let Some(most) = field.max.as_ref().and_then(self::number)
        && number > most
    {
        return Err((Problem::TooLarge(shown(most)), None));
    }
    let step = field.step.as_ref().and_then(self::number).filter(|it| !it.is_zero());
    let from = field.min.as_ref().and_then(self::number).unwrap_or_default();
    match step {
        Some(step) if !((number - from) % step).is_zero() => {
            Err((Problem::OffStep(shown(step)), None))
        }
        _ => Ok(()),
    }
}

/// A value as a number, also when a bound was written as text.
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(it) => Some(Decimal::from(*it)),
        Value::Decimal(it) => Some(*it),
        Value::Float(it) => Decimal::try_from(*it).ok(),
        Value::Text(it) => it.parse().ok(),
        _ => None,
    }
}

/// A number in the language's way: spaces or its mark between thousands, its mark before the
/// fraction, and one of the signs before or behind it.
fn decimal(entered: &str, signs: &[&str], locale: &Locale) -> Option<Decimal> {
    let mut text = entered.trim();
    for sign in signs.iter().filter(|it| !it.is_empty()) {
        text = text.strip_prefix(sign).unwrap_or(text).trim();
        text = text.strip_suffix(sign).unwrap_or(text).trim();
    }
    let (negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim()),
        None => (false, text),
    };
    let (point, comma) = locale.marks();
    let spaces = [' ', '\u{a0}', '\u{202f}', '\'', '’'];
    let text: String =
        text.chars().filter(|it| *it == point || *it == comma || !spaces.contains(it)).collect();
    let (whole, fraction) = text.split_once(point).unwrap_or((&text, ""));
    let groups: Vec<&str> = whole.split(comma).collect();
    let grouped =
        groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|it| it.len() == 3));
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if !grouped || !groups.iter().all(|it| digits(it)) || !digits(fraction) {
        return None;
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let plain = format!("{}.{fraction}", groups.concat());
    let number: Decimal = plain.trim_end_matches('.').parse().ok()?;
    Some(if negative { -number } else { number })
}

fn whole(entered: &str, locale: &Locale) -> Result<i64, Wrong> {
    let number = decimal(entered, &[], locale).ok_or((Problem::NotNumber, None))?;
    if !number.fract().is_zero() {
        return Err((Problem::NotWhole, None));
    }
    i64::try_from(number.trunc()).map_err(|_| (Problem::NotNumber, None))
}

/// A slider's value, which browsers write with a point in every language: whole if it can be.
fn range(entered: &str) -> Result<Value, Wrong> {
    let number = decimal(entered, &[], affiant_library::locale("en"));
    let number = number.ok_or((Problem::NotNumber, None))?;
    if number.fract().is_zero()
        && let Ok(whole) = i64::try_from(number.trunc())
    {
        return Ok(Value::Int(whole));
    }
    Ok(Value::Decimal(number))
}

/// `name@example.com`: one at sign, something before it, a dotted name behind it. The server only
/// keeps out slips; whether the address exists, only a mail can tell.
fn email(entered: &str) -> Option<String> {
    let (name, host) = entered.rsplit_once('@')?;
    let fits = !name.is_empty()
        && !name.contains('@')
        && host.contains('.')
        && host.split('.').all(|it| !it.is_empty())
        && !entered.contains(char::is_whitespace)
        && entered.len() <= 254;
    fits.then(|| entered.to_owned())
}

/// `14:30`, `14.30`, `2:30 pm`, `2 pm`.
fn time(entered: &str) -> Option<Time> {
    let text =
        entered.to_lowercase().replace(['.', ' '], ":").replace("a:m", "am").replace("p:m", "pm");
    let text = text.trim_matches(':').replace("::", ":");
    let (text, shift) = if let Some(rest) = text.strip_suffix("pm") {
        (rest.trim_end_matches(':').to_owned(), Some(12))
    } else if let Some(rest) = text.strip_suffix("am") {
        (rest.trim_end_matches(':').to_owned(), Some(0))
    } else {
        (text, None)
    };
    let mut parts = text.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next().map_or(Some(0), |it| it.parse().ok())?;
    let second: i8 = parts.next().map_or(Some(0), |it| it.split('.').next()?.parse().ok())?;
    if parts.next().is_some() || (shift.is_none() && !text.contains(':')) {
        return None;
    }
    let hour = match shift {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(shift) => hour % 12 + shift,
        None => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

fn moment(entered: &str) -> Option<DateTime> {
    let text = entered.trim().replacen(' ', "T", 1);
    text.parse().ok().or_else(|| {
        let (day, clock) = text.split_once('T')?;
        Some(DateTime::from_parts(day.parse().ok()?, time(clock)?))
    })
}

fn date_field(
    field: &ScreenField,
    input: Option<&Input>,
    locale: &Locale,
) -> Result<Parsed, Wrong> {
    let date = match input {
        Some(Input::Date { day, month, year }) => match parts(day, month, year, locale)? {
            Some(date) => date,
            None => return empty(field, Problem::Empty),
        },
        other => {
            let entered = text(other, false);
            if entered.is_empty() {
                return empty(field, Problem::Empty);
            }
            entered.parse().map_err(|_| (Problem::NotDate, None))?
        }
    };
    let limit = |value: &Value| match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(it) => Some(it.date()),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    if let Some(first) = field.min.as_ref().and_then(limit)
        && date < first
    {
        return Err((Problem::TooEarly(locale.date(first)), None));
    }
    if let Some(last) = field.max.as_ref().and_then(limit)
        && date > last
    {
        return Err((Problem::TooLate(locale.date(last)), None));
    }
    Ok(Parsed::Value(Value::Date(date)))
}

/// The day that three boxes say; `None` when all are empty.
fn parts(day: &str, month: &str, year: &str, locale: &Locale) -> Result<Option<Date>, Wrong> {
    let (day, month, year) = (day.trim(), month.trim(), year.trim());
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return Ok(None);
    }
    for (part, name) in [(day, "day"), (month, "month"), (year, "year")] {
        if part.is_empty() {
            return Err((Problem::DatePart(name), Some(name)));
        }
    }
    let unreal = |part: &'static str| (Problem::NotDate, Some(part));
    let number = |text: &str| text.parse::<i16>().ok();
    let day = number(day).filter(|it| (1..=31).contains(it)).ok_or(unreal("day"))?;
    let by_name = || locale.month(month).map(i16::from);
    let month = number(month).or_else(by_name).filter(|it| (1..=12).contains(it));
    let month = month.ok_or(unreal("month"))?;
    let year = number(year).filter(|it| *it >= 1000).ok_or(unreal("year"))?;
    // The ranges above fit.
    let date = Date::new(year, i8::try_from(month).unwrap_or(1), i8::try_from(day).unwrap_or(1));
    date.map(Some).map_err(|_| unreal("day"))
}

fn ticked(field: &ScreenField, input: Option<&Input>) -> Result<Value, Wrong> {
    let ticked = match input {
        Some(Input::Text(text) | Input::Number(text)) => {
            !matches!(text.as_str(), "" | "false" | "null")
        }
        Some(Input::Texts(all)) => all.iter().any(|it| !matches!(it.as_str(), "" | "false")),
        _ => false,
    };
    if field.required && !ticked {
        return Err((Problem::NotChosen, None));
    }
    Ok(Value::Bool(ticked != (field.datatype == Datatype::NoYes)))
}

fn one_choice(field: &ScreenField, input: Option<&Input>) -> Result<Parsed, Wrong> {
    let entered = text(input, false);
    if let Some(choice) = field.choices.iter().find(|it| it.value == entered) {
        return Ok(Parsed::Value(choice.holds.clone()));
    }
    if entered.is_empty() {
        return empty(field, Problem::NotChosen);
    }
    Err((Problem::UnknownChoice, None))
}

fn boxes(field: &ScreenField, input: Option<&Input>) -> Result<Parsed, Wrong> {
    let one;
    let ticked: &[String] = match input {
        Some(Input::Texts(all)) => all,
        Some(Input::Text(text) | Input::Number(text)) if !text.is_empty() => {
            one = [text.clone()];
            &one
        }
        _ => &[],
    };
    let none = ticked.iter().any(|it| it == NONE_OF_THE_ABOVE);
    let chosen: Vec<&String> =
        ticked.iter().filter(|it| *it != NONE_OF_THE_ABOVE && !it.is_empty()).collect();
    if none && !chosen.is_empty() {
        return Err((Problem::NoneAndOthers, None));
    }
    if chosen.iter().any(|it| !field.choices.iter().any(|choice| choice.value == **it)) {
        return Err((Problem::UnknownChoice, None));
    }
    if chosen.is_empty() && !none && field.required {
        return Err((Problem::NotChosen, None));
    }
    check_count(field, chosen.len(), none)?;
    Ok(Parsed::Value(box_value(field, &chosen)))
}

fn check_count(field: &ScreenField, count: usize, none: bool) -> Result<(), Wrong> {
    let count = Decimal::from(count);
    if let Some(least) = field.min.as_ref().and_then(number)
        && count < least
        && !none
    {
        return Err((Problem::TooFew(least.normalize().to_string()), None));
    }
    match field.max.as_ref().and_then(number) {
        Some(most) if count > most => Err((Problem::TooMany(most.normalize().to_string()), None)),
        _ => Ok(()),
    }
}

/// Ticked boxes as a value: a dictionary of booleans, or a list of objects.
fn box_value(field: &ScreenField, chosen: &[&String]) -> Value {
    let objects =
        matches!(field.datatype, Datatype::ObjectCheckboxes | Datatype::ObjectMultiselect);
    let mut object = Object::new(if objects { "List" } else { "Dict" });
    object.attributes.insert("gathered".to_owned(), Value::Bool(true));
    let is_chosen = |value: &String| chosen.contains(&value);
    object.content = if objects {
        Content::Items(
            field
                .choices
                .iter()
                .filter(|it| is_chosen(&it.value))
                .map(|it| it.holds.clone())
                .collect(),
        )
    } else {
        Content::Entries(
            field
                .choices
                .iter()
                .map(|it| (it.value.clone(), Value::Bool(is_chosen(&it.value))))
                .collect(),
        )
    };
    Value::Object(Box::new(object))
}

fn files(field: &ScreenField, input: Option<&Input>) -> Result<Parsed, Wrong> {
    let before: Vec<&FileReference> = match &field.value {
        Some(Value::File(file)) => vec![file],
        Some(Value::List(all)) => all
            .iter()
            .filter_map(|it| match it {
                Value::File(file) => Some(file),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let nothing = Vec::new();
    let (sent, kept): (&Vec<FileReference>, Vec<&FileReference>) = match input {
        Some(Input::Files(files)) if !files.is_empty() => (files, Vec::new()),
        Some(Input::ChangedFiles { removed, added }) => {
            let replaces = field.widget != Widget::Files && !added.is_empty();
            let stays = |it: &&FileReference| !replaces && !removed.contains(&it.id);
            (added, before.into_iter().filter(stays).collect())
        }
        // A browser cannot post again what was uploaded before.
        _ => (&nothing, before),
    };
    let fits = |media_type: &str| {
        field.accept.is_empty()
            || field.accept.iter().any(|it| {
                it == media_type
                    || it.strip_suffix("/*").is_some_and(|it| media_type.starts_with(it))
            })
    };
    if !sent.iter().all(|it| fits(&it.media_type)) {
        return Err((Problem::WrongFile, None));
    }
    let mut files = kept.into_iter().chain(sent).cloned().map(Value::File).peekable();
    if files.peek().is_none() {
        return empty(field, Problem::NotChosen);
    }
    Ok(Parsed::Value(if field.widget == Widget::Files {
        Value::List(files.collect())
    } else {
        files.next().unwrap_or(Value::Null)
    }))
}
