//! Labels of items: letters, Roman numerals.

use affiant_guest::{Stop, Value};

use crate::registry::{Call, Function, needed, optional};

/// The functions of this file. Their indexes count from zero.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "alpha",
            const { &[needed("index"), optional("case")] },
            "The letters of an index, counted from zero: A, B, … Z, AA.",
            |it| cased(it, letters(it.count(0, "index", MOST)?)),
        ),
        Function::new(
            "roman",
            const { &[needed("index"), optional("case")] },
            "The Roman numeral of an index, counted from zero: I, II.",
            |it| cased(it, numeral(it.count(0, "index", MOST_ROMAN - 1)? + 1)),
        ),
        Function::new(
            "item_label",
            const { &[needed("index"), optional("level"), optional("punctuation")] },
            "The label of an item of a nested list: I. A. 1. a) (1) (a) i).",
            item_label,
        ),
    ]
}

/// The largest index that has letters.
const MOST: i64 = 1_000_000;

/// The largest Roman numeral.
const MOST_ROMAN: i64 = 3_999;

fn cased(call: &Call<'_>, text: String) -> Result<Value, Stop> {
    let is_lower = call.optional_text(1, "case")?.is_some_and(|it| it == "lower");
    Ok(Value::Text(if is_lower { text.to_lowercase() } else { text }))
}

fn letters(index: i64) -> String {
    let mut left = index + 1;
    let mut reversed = Vec::new();
    while left > 0 {
        left -= 1;
        reversed.push(u8::try_from(left % 26).map_or('A', |it| char::from(b'A' + it)));
        left /= 26;
    }
    reversed.into_iter().rev().collect()
}

fn numeral(of: i64) -> String {
    const PARTS: [(i64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut left = of;
    let mut text = String::new();
    for (size, letters) in PARTS {
        while left >= size {
            text.push_str(letters);
            left -= size;
        }
    }
    text
}

fn item_label(call: &Call<'_>) -> Result<Value, Stop> {
    let index = call.count(0, "index", MOST_ROMAN - 1)?;
    let level = if call.argument(1, "level").is_some() { call.count(1, "level", 6)? } else { 0 };
    let plain = match level {
        0 => numeral(index + 1),
        1 => letters(index),
        2 | 4 => (index + 1).to_string(),
        3 | 5 => letters(index).to_lowercase(),
        _ => numeral(index + 1).to_lowercase(),
    };
    if !call.flag(2, "punctuation", true) {
        return Ok(Value::Text(plain));
    }
    Ok(Value::Text(match level {
        0..=2 => format!("{plain}."),
        4 | 5 => format!("({plain})"),
        _ => format!("{plain})"),
    }))
}
