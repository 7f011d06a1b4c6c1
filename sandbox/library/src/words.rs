//! The grammar of nouns, verbs and names: English, and in other languages what they have of it.

mod grammar;

pub(crate) use grammar::{past, third_person, with_article};

use crate::locale::Locale;
use grammar::{plural, singular};

/// Before and after noon.
pub(crate) const HALVES: [&str; 2] = ["am", "pm"];

/// Suffixes of people's names to choose from.
pub(crate) const NAME_SUFFIXES: [&str; 8] = ["Jr", "Sr", "II", "III", "IV", "V", "VI", "VII"];

/// A number in words up to ten; `None` beyond.
pub(crate) fn small_number(locale: &'static Locale, of: i64) -> Option<&'static str> {
    usize::try_from(of).ok().and_then(|it| locale.numbers.get(it)).map(String::as_str)
}

/// A number in words up to ten, in digits beyond.
pub(crate) fn number(locale: &'static Locale, of: i64) -> String {
    small_number(locale, of).map_or_else(|| of.to_string(), str::to_owned)
}

/// An ordinal in words up to ten, in digits beyond.
pub(crate) fn ordinal(locale: &Locale, of: i64, in_words: bool) -> String {
    let word = usize::try_from(of).ok().and_then(|it| locale.ordinals.get(it));
    if let (true, Some(word)) = (in_words, word) {
        return word.clone();
    }
    if !locale.is_english() {
        return locale.say("ordinal", &[("number", &of.to_string())]);
    }
    let ending = match (of.unsigned_abs() % 100, of.unsigned_abs() % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{of}{ending}")
}

/// The possessive of a name.
pub(crate) fn possessive(name: &str) -> String {
    if name.ends_with('s') { format!("{name}’") } else { format!("{name}’s") }
}

/// Somebody's something.
pub(crate) fn possession(locale: &Locale, owner: &str, thing: &str) -> String {
    if locale.is_english() {
        format!("{} {thing}", possessive(owner))
    } else {
        of(locale, thing, owner)
    }
}

/// A part of something.
pub(crate) fn of(locale: &Locale, part: &str, whole: &str) -> String {
    locale.say("part_of", &[("part", part), ("whole", whole)])
}

/// An item by its place.
pub(crate) fn item_of(locale: &Locale, place: &str, list: &str) -> String {
    locale.say("item_of", &[("place", place), ("list", list)])
}

/// A number of things.
pub(crate) fn quantity(locale: &'static Locale, count: i64, noun: &str) -> String {
    format!("{} {}", number(locale, count), counted(locale, count, noun))
}

/// A noun as it stands behind a number.
pub(crate) fn counted(locale: &Locale, count: i64, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { plural_in(locale, noun) }
}

/// A noun's plural. Where no rule gives it, as in German, the noun stays: authors write both.
pub(crate) fn plural_in(locale: &Locale, noun: &str) -> String {
    match locale.tag() {
        "en" => plural(noun),
        "es" => spanish_plural(noun),
        _ => noun.to_owned(),
    }
}

/// A noun's singular, where a rule gives it.
pub(crate) fn singular_in(locale: &Locale, noun: &str) -> String {
    if locale.is_english() { singular(noun) } else { noun.to_owned() }
}

/// A Spanish plural: `s` behind a vowel, `es` behind a consonant, `z` becomes `c`.
fn spanish_plural(noun: &str) -> String {
    let last = noun.chars().next_back();
    match last {
        Some('z') => format!("{}ces", &noun[..noun.len() - 1]),
        Some('s' | 'x') => noun.to_owned(),
        Some('a' | 'e' | 'i' | 'o' | 'u' | 'á' | 'é' | 'ó') => format!("{noun}s"),
        Some('n') if noun.ends_with("ión") => format!("{}iones", noun.trim_end_matches("ión")),
        Some(_) => format!("{noun}es"),
        None => String::new(),
    }
}

/// Items as one phrase: `a, b, and c`, or without the comma before `and`.
pub(crate) fn join(items: &[String], and: &str, comma_before_and: bool) -> String {
    let comma = if comma_before_and { "," } else { "" };
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} {and} {second}"),
        [init @ .., last] => format!("{}{comma} {and} {last}", init.join(", ")),
    }
}

/// Who a sentence is about, as far as words depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    Male,
    Female,
    /// A person of another gender, or several.
    Neutral,
    /// An organisation or a thing.
    Thing,
}

impl Gender {
    /// What an author's `gender` says.
    pub(crate) fn of(text: &str) -> Self {
        match text.trim().to_lowercase().as_str() {
            "male" | "m" | "man" => Self::Male,
            "female" | "f" | "woman" => Self::Female,
            _ => Self::Neutral,
        }
    }

    fn pick(self, forms: [&'static str; 4]) -> &'static str {
        match self {
            Self::Male => forms[0],
            Self::Female => forms[1],
            Self::Neutral => forms[2],
            Self::Thing => forms[3],
        }
    }

    /// `he`
    pub(crate) fn subject(self) -> &'static str {
        self.pick(["he", "she", "they", "it"])
    }

    /// `him`
    pub(crate) fn object(self) -> &'static str {
        self.pick(["him", "her", "them", "it"])
    }

    /// `his`
    pub(crate) fn possessive(self) -> &'static str {
        self.pick(["his", "her", "their", "its"])
    }

    /// `Mr.`
    pub(crate) fn salutation(self) -> &'static str {
        self.pick(["Mr.", "Ms.", "Mx.", ""])
    }
}

/// The auxiliary that a question begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auxiliary {
    Be,
    Was,
    Do,
    Did,
    Have,
}

/// A verb as it stands behind a subject.
pub(crate) fn auxiliary(which: Auxiliary, is_plural: bool) -> &'static str {
    match (which, is_plural) {
        (Auxiliary::Be, false) => "is",
        (Auxiliary::Be, true) => "are",
        (Auxiliary::Was, false) => "was",
        (Auxiliary::Was, true) => "were",
        (Auxiliary::Do, false) => "does",
        (Auxiliary::Do, true) => "do",
        (Auxiliary::Did, _) => "did",
        (Auxiliary::Have, false) => "has",
        (Auxiliary::Have, true) => "have",
    }
}

/// A unit of an address: `5` is `Unit 5`, `Flat 5` stays.
pub(crate) fn unit(locale: &Locale, text: &str) -> String {
    let has_word = text.split(|it: char| !it.is_alphabetic()).any(|it| it.chars().count() > 1);
    if has_word || text.starts_with('#') {
        text.to_owned()
    } else {
        format!("{} {text}", locale.say("unit", &[]))
    }
}

/// A floor and a room of an address.
pub(crate) fn floor(locale: &Locale, text: &str) -> String {
    named(&locale.say("floor", &[]), text)
}

/// A room of an address.
pub(crate) fn room(locale: &Locale, text: &str) -> String {
    named(&locale.say("room", &[]), text)
}

fn named(word: &str, text: &str) -> String {
    if text.to_lowercase().contains(&word.to_lowercase()) {
        text.to_owned()
    } else {
        format!("{word} {text}")
    }
}
