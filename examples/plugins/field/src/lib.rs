//! A type of field: number plates of German cars, as in `B-AB 123`.

use affiant_plugin::field::{Datatype, Field, Hints};
use affiant_plugin::{Failure, Value};

struct Plates;

impl Field for Plates {
    fn describe() -> Vec<Datatype> {
        let hints = Hints { width: Some(12), longest: Some(12), ..Hints::default() };
        let example = Some("B-AB 123".to_owned());
        vec![Datatype { name: "german plate".to_owned(), hints, example }]
    }

    fn parse(_: &str, entered: &str, language: &str) -> Result<Result<Value, String>, Failure> {
        Ok(plate(entered).map(Value::Text).ok_or_else(|| {
            match language {
                "de" => "Schreiben Sie Ort, Buchstaben und Zahl, wie in B-AB 123.",
                _ => "Write the town, letters and a number, as in B-AB 123.",
            }
            .to_owned()
        }))
    }

    fn show(_: &str, value: Value, _language: &str) -> Result<String, Failure> {
        Ok(value.to()?)
    }
}

affiant_plugin::export!(field: Plates);

/// A plate in the one form that it is stored in, if it is one.
fn plate(entered: &str) -> Option<String> {
    let letters = |it: &str| it.chars().all(|it| it.is_ascii_uppercase() || "ÄÖÜ".contains(it));
    let entered = entered.trim().to_uppercase().replace(['-', '.'], " ");
    let [town, middle, number] = entered.split_whitespace().collect::<Vec<_>>()[..] else {
        return None;
    };
    let is_plate = letters(town)
        && letters(middle)
        && (1..=3).contains(&town.chars().count())
        && (1..=2).contains(&middle.chars().count())
        && (1..=4).contains(&number.len())
        && !number.starts_with('0')
        && number.bytes().all(|it| it.is_ascii_digit());
    is_plate.then(|| format!("{town}-{middle} {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_are_taken_in_any_form_and_kept_in_one() {
        for entered in ["B-AB 123", " b ab 123 ", "b-ab-123", "B AB 123"] {
            assert_eq!(plate(entered).as_deref(), Some("B-AB 123"));
        }
        assert_eq!(plate("TÜ-X 1").as_deref(), Some("TÜ-X 1"));
        for entered in ["", "B 123", "BERL-A 1", "B-ABC 1", "B-A 0", "B-A 12345", "B-A 1x"] {
            assert_eq!(plate(entered), None, "{entered}");
        }
    }
}
