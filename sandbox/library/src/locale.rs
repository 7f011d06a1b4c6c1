//! What depends on the language: words, dates, numbers, money.
//!
//! Each language is a file of `locales`; a regional one holds only what differs from its main
//! language. A language without a file is spoken to in English.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use affiant_guest::{Shared, Value};
use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::dates::pattern;

/// The language whose words stand in for those that another one lacks.
const FALLBACK: &str = "en";

/// The files, main languages before their regions.
const FILES: [(&str, &str); 9] = [
    ("en", include_str!("../locales/en.json")),
    ("en-GB", include_str!("../locales/en-GB.json")),
    ("en-IE", include_str!("../locales/en-IE.json")),
    ("en-US", include_str!("../locales/en-US.json")),
    ("de", include_str!("../locales/de.json")),
    ("de-CH", include_str!("../locales/de-CH.json")),
    ("es", include_str!("../locales/es.json")),
    ("es-MX", include_str!("../locales/es-MX.json")),
    ("es-US", include_str!("../locales/es-US.json")),
];

/// How one language says what the engine and the library say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locale {
    /// The main language's tag.
    tag: String,
    /// The language's own name.
    language: String,
    /// January first.
    pub(crate) months: [String; 12],
    /// Monday first.
    pub(crate) days: [String; 7],
    /// Zero to ten.
    pub(crate) numbers: [String; 11],
    /// Zeroth to tenth.
    pub(crate) ordinals: [String; 11],
    long_date: String,
    full_date: String,
    medium_date: String,
    /// Between whole and fraction.
    pub(crate) decimal_mark: char,
    /// Between thousands.
    pub(crate) thousands_mark: char,
    /// Where an amount's symbol stands.
    money: String,
    currency_symbol: String,
    /// Whether `a, b, and c` has its last comma.
    pub(crate) comma_before_and: bool,
    words: BTreeMap<String, String>,
}

static LOCALES: LazyLock<HashMap<&'static str, Locale>> = LazyLock::new(|| {
    let mut mains: HashMap<&str, serde_json::Value> = HashMap::new();
    let mut all = HashMap::new();
    for (tag, json) in FILES {
        let own: serde_json::Value =
            serde_json::from_str(json).expect("the files of `locales` are JSON: a test reads each");
        let mut whole = mains.get(main_of(tag)).cloned().unwrap_or_default();
        merge(&mut whole, own);
        if tag == main_of(tag) {
            mains.insert(tag, whole.clone());
        }
        let locale = serde_json::from_value(whole)
            .expect("the files of `locales` hold a locale: a test reads each");
        all.insert(tag, locale);
    }
    all
});

/// Puts what `own` says in the place of what `whole` says.
fn merge(whole: &mut serde_json::Value, own: serde_json::Value) {
    match (whole, own) {
        (serde_json::Value::Object(whole), serde_json::Value::Object(own)) => {
            for (key, value) in own {
                merge(whole.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (whole, own) => *whole = own,
    }
}

fn main_of(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// How a language (a BCP 47 tag) is spoken: as its region does, as the language does, or English.
pub fn locale(language: &str) -> &'static Locale {
    let mut known = [language, main_of(language), FALLBACK].into_iter();
    known.find_map(|it| LOCALES.get(it)).expect("English is among the files")
}

/// Whether the library has words of its own for a language.
pub fn speaks(language: &str) -> bool {
    LOCALES.contains_key(main_of(language))
}

/// The tags of all languages with a file.
pub fn languages() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|it| it.0)
}

/// What is said for a key in the session's language: by the interview's own `words`, else by ours.
/// `{name}` stands for what is given.
pub fn say(answers: &Shared, key: &str, given: &[(&str, &str)]) -> String {
    match answers.session(&format!("word:{key}")) {
        Some(Value::Text(own)) => fill(&own, given),
        _ => locale(&answers.language()).say(key, given),
    }
}

/// The locale of the session.
pub(crate) fn of(answers: &Shared) -> &'static Locale {
    locale(&answers.language())
}

impl Locale {
    /// What is said for a key; the key itself when there is nothing, which only a slip of ours
    /// can cause.
    pub fn say(&self, key: &str, given: &[(&str, &str)]) -> String {
        let said = self.words.get(key).map_or(key, String::as_str);
        fill(said, given)
    }

    /// The language's own name.
    pub fn name(&self) -> &str {
        &self.language
    }

    /// The main language's tag.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether English grammar holds.
    pub(crate) fn is_english(&self) -> bool {
        self.tag == "en"
    }

    /// The keys that there are words for.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// What stands between whole and fraction, and between thousands.
    pub fn marks(&self) -> (char, char) {
        (self.decimal_mark, self.thousands_mark)
    }

    /// The sign of money unless the interview says another.
    pub fn currency_symbol(&self) -> &str {
        &self.currency_symbol
    }

    /// A day in words: `27 March 2026`.
    pub fn date(&self, date: Date) -> String {
        pattern::date(self, date, "long")
    }

    /// The number of a month by its name, or at least three letters of it, whatever its capitals.
    pub fn month(&self, text: &str) -> Option<i8> {
        let text = text.trim_end_matches('.').to_lowercase();
        let starts = |it: &String| it.to_lowercase().starts_with(&text);
        let at = self.months.iter().position(|it| text.chars().count() >= 3 && starts(it))?;
        i8::try_from(at + 1).ok()
    }

    /// A number as people type it: the language's own mark before the fraction, no thousands.
    pub fn plain_number(&self, of: Decimal) -> String {
        of.normalize().to_string().replace('.', &self.decimal_mark.to_string())
    }

    /// An amount with its symbol where the language has it.
    pub fn money(&self, symbol: &str, amount: &str) -> String {
        // A sign of letters needs a space.
        let letters =
            symbol.chars().all(char::is_alphabetic) && self.money.starts_with("{symbol}{");
        let pattern = if letters { "{symbol} {amount}" } else { &self.money };
        fill(pattern, &[("symbol", symbol), ("amount", amount)])
    }

    /// The pattern of a date behind the names that authors know: `long` is the default.
    pub(crate) fn date_pattern(&self, name: &str) -> Option<&str> {
        Some(match name {
            "long" => &self.long_date,
            "full" => &self.full_date,
            "medium" => &self.medium_date,
            "short" => "yyyy-MM-dd",
            _ => return None,
        })
    }

    /// How a boolean prints.
    pub(crate) fn yes_or_no(&self, is_yes: bool) -> String {
        self.say(if is_yes { "yes_in_text" } else { "no_in_text" }, &[])
    }

    /// Items as one phrase in the language's way: `a, b, and c`.
    pub(crate) fn phrase(&self, items: &[String]) -> String {
        crate::words::join(items, &self.say("and", &[]), self.comma_before_and)
    }
}

/// A time of day: `14:30`.
pub(crate) fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Puts what is given in the place of `{name}`; anything else in braces stays.
fn fill(pattern: &str, given: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, behind)| {
            given.iter().find(|it| it.0 == name).map(|it| (it.1, behind))
        });
        if let Some((value, behind)) = known {
            filled.push_str(value);
            rest = behind;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}
