//! What a scalar means: YAML 1.2's core schema.

use rust_decimal::Decimal;
use saphyr_parser::ScalarStyle;

use crate::parse::yaml::Scalar;

/// A scalar's meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Literal<'t> {
    Null,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(&'t str),
}

/// What a scalar means. Only plain scalars are anything but text.
pub(crate) fn literal(scalar: &Scalar) -> Literal<'_> {
    let text = scalar.text.as_str();
    if scalar.style != ScalarStyle::Plain {
        return Literal::Text(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Literal::Null,
        "true" | "True" | "TRUE" => Literal::Bool(true),
        "false" | "False" | "FALSE" => Literal::Bool(false),
        _ => number(text).unwrap_or(Literal::Text(text)),
    }
}

/// A number. A text of digits that begins with a superfluous zero, such as a postal code, is none.
fn number(text: &str) -> Option<Literal<'_>> {
    if let Some(digits) = text.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok().filter(|it| *it >= 0).map(Literal::Int);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return i64::from_str_radix(digits, 8).ok().filter(|it| *it >= 0).map(Literal::Int);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut bytes = digits.bytes();
    let first = bytes.next()?;
    let is_number = (first.is_ascii_digit() || first == b'.')
        && digits.bytes().any(|it| it.is_ascii_digit())
        && bytes.all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'e' | b'E' | b'+' | b'-'));
    let has_leading_zero =
        first == b'0' && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if !is_number || has_leading_zero {
        return None;
    }
    if let Ok(whole) = text.parse() {
        return Some(Literal::Int(whole));
    }
    let decimal = if digits.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()
    } else {
        Decimal::from_str_exact(text).ok()
    };
    decimal.map(Literal::Decimal)
}
