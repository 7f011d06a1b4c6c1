//! Telephone numbers, as far as they can be read without a numbering plan of every country.

use affiant_guest::Value;

use crate::registry::{Function, Parameter, needed, optional};

const PARAMETERS: &[Parameter] = &[needed("number"), optional("country")];

/// The functions of this file. The country is that of numbers without `+`; the North American plan
/// is known, other national numbers stay as they are written.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "phone_number_is_valid",
            PARAMETERS,
            "Whether a text can be a telephone number.",
            |it| Ok(Value::Bool(is_phone(&it.text(0, "number")?))),
        ),
        Function::new(
            "phone_number_formatted",
            PARAMETERS,
            "A telephone number as it is written in its country.",
            |it| {
                let country = it.optional_text(1, "country")?;
                Ok(Value::Text(formatted(&it.text(0, "number")?, country.as_deref())))
            },
        ),
        Function::new(
            "phone_number_in_e164",
            PARAMETERS,
            "A telephone number with + and the country’s digits, or null if they are not known.",
            |it| {
                let country = it.optional_text(1, "country")?;
                Ok(international(&it.text(0, "number")?, country.as_deref())
                    .map_or(Value::Null, Value::Text))
            },
        ),
    ]
}

/// Seven to fifteen digits (the most that ITU-T E.164 allows), with usual marks between them.
fn is_phone(text: &str) -> bool {
    let text = text.trim();
    let usual = |it: char| it.is_ascii_digit() || " +-().x/".contains(it);
    let plus = text.rfind('+').is_none_or(|it| it == 0);
    (7..=15).contains(&digits(text).len()) && plus && text.chars().all(usual)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The ten digits of a number of the North American plan: neither area nor exchange begins with 0
/// or 1.
fn north_american(text: &str, country: Option<&str>) -> Option<String> {
    let has_plus = text.trim().starts_with('+');
    if !has_plus && !matches!(country, None | Some("US" | "CA")) {
        return None;
    }
    let digits = digits(text);
    let national = match (has_plus, digits.len()) {
        (_, 11) => digits.strip_prefix('1')?.to_owned(),
        (false, 10) => digits,
        _ => return None,
    };
    let starts = |at: usize| matches!(national.as_bytes()[at], b'2'..=b'9');
    (is_phone(text) && starts(0) && starts(3)).then_some(national)
}

fn formatted(text: &str, country: Option<&str>) -> String {
    match north_american(text, country) {
        Some(digits) => format!("({}) {}-{}", &digits[..3], &digits[3..6], &digits[6..]),
        None => text.trim().to_owned(),
    }
}

fn international(text: &str, country: Option<&str>) -> Option<String> {
    if let Some(digits) = north_american(text, country) {
        return Some(format!("+1{digits}"));
    }
    let is_written_so = text.trim().starts_with('+') && is_phone(text);
    is_written_so.then(|| format!("+{}", digits(text)))
}
