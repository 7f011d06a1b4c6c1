//! What pages say in each language.

use std::collections::BTreeMap;

use jiff::civil::Date;
use minijinja::Value;
use serde::Deserialize;

use crate::theme::ThemeError;

/// The language whose words stand in for those that another one lacks.
pub(crate) const FALLBACK: &str = "en";

/// What pages say, by language and key.
#[derive(Debug, Default)]
pub(crate) struct Words {
    languages: BTreeMap<String, BTreeMap<String, Said>>,
}

/// One thing that pages say. `{name}` stands for what is given.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Said {
    Always(String),
    /// By the number `n`.
    ByNumber {
        one: Option<String>,
        other: String,
    },
}

impl Words {
    /// Adds the words of a language from JSON.
    pub(crate) fn add(&mut self, language: &str, file: &str, json: &str) -> Result<(), ThemeError> {
        let said = serde_json::from_str(json).map_err(|error| ThemeError::Words {
            file: file.to_owned(),
            message: error.to_string(),
        })?;
        self.languages.insert(language.to_owned(), said);
        Ok(())
    }

    /// The languages there are words for.
    pub(crate) fn languages(&self) -> Vec<String> {
        self.languages.keys().cloned().collect()
    }

    /// A day, which comes as `2027-03-01`, as the language writes it; what is no day stays as it is.
    pub(crate) fn day(&self, language: &str, day: &str) -> String {
        let Ok(date) = day.parse::<Date>() else { return day.to_owned() };
        let month = self.say(language, &format!("month_{}", date.month()), |_| None);
        let given = |name: &str| match name {
            "day" => Some(Value::from(date.day())),
            "month" => month.clone().map(Value::from),
            "year" => Some(Value::from(date.year())),
            _ => None,
        };
        self.say(language, "date", given).unwrap_or_else(|| day.to_owned())
    }

    /// The words for a key, in the language, else in its main language, else in English.
    pub(crate) fn say(
        &self,
        language: &str,
        key: &str,
        given: impl Fn(&str) -> Option<Value>,
    ) -> Option<String> {
        let main = language.split('-').next().unwrap_or(language);
        let said =
            [language, main, FALLBACK].iter().find_map(|it| self.languages.get(*it)?.get(key))?;
        let pattern = match said {
            Said::Always(pattern) => pattern,
            Said::ByNumber { one: Some(one), .. } if is_one(main, given("n")) => one,
            Said::ByNumber { other, .. } => other,
        };
        Some(fill(pattern, given))
    }
}

/// Whether a language says a number as it says one (Unicode plural rules).
fn is_one(language: &str, number: Option<Value>) -> bool {
    let number = number.and_then(|it| i64::try_from(it).ok());
    match language {
        "fr" | "pt" => matches!(number, Some(0 | 1)),
        _ => number == Some(1),
    }
}

/// Puts what is given in the place of `{name}`.
fn fill(pattern: &str, given: impl Fn(&str) -> Option<Value>) -> String {
    let mut filled = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        if let Some(value) = given(name) {
            filled.push_str(&value.to_string());
        } else {
            filled.push('{');
            filled.push_str(name);
            filled.push('}');
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}
