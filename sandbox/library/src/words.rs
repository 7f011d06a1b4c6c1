//! Words that depend on the language. English so far; another language is another such file.

mod grammar;

pub(crate) use grammar::{past, plural, singular, third_person, with_article};

/// Between the last two items of a phrase.
pub(crate) const AND: &str = "and";

/// What a button is called that has no label.
pub(crate) const EDIT: &str = "Edit";

/// The first numbers in words.
const NUMBERS: [&str; 11] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// The first ordinals in words.
const ORDINALS: [&str; 11] = [
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth",
];

/// Months, January first.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days of the week, Monday first.
pub(crate) const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The patterns of a date behind the names that authors know: `long` is the default.
pub(crate) fn date_pattern(name: &str) -> Option<&'static str> {
    Some(match name {
        "long" => "d MMMM yyyy",
        "full" => "EEEE, d MMMM yyyy",
        "medium" => "d MMM yyyy",
        "short" => "yyyy-MM-dd",
        _ => return None,
    })
}

/// Before and after noon.
pub(crate) const HALVES: [&str; 2] = ["am", "pm"];

/// How a boolean prints.
pub(crate) fn yes_or_no(is_yes: bool) -> &'static str {
    if is_yes { "yes" } else { "no" }
}

/// Suffixes of people's names to choose from.
pub(crate) const NAME_SUFFIXES: [&str; 8] = ["Jr", "Sr", "II", "III", "IV", "V", "VI", "VII"];

/// A number in words up to ten, in digits beyond; `None` beyond.
pub(crate) fn small_number(of: i64) -> Option<&'static str> {
    usize::try_from(of).ok().and_then(|it| NUMBERS.get(it)).copied()
}

/// A number in words up to ten, in digits beyond.
pub(crate) fn number(of: i64) -> String {
    small_number(of).map_or_else(|| of.to_string(), str::to_owned)
}

/// An ordinal in words up to ten, in digits beyond.
pub(crate) fn ordinal(of: i64, in_words: bool) -> String {
    let word = usize::try_from(of).ok().and_then(|it| ORDINALS.get(it));
    if let (true, Some(word)) = (in_words, word) {
        return (*word).to_owned();
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
pub(crate) fn possession(owner: &str, thing: &str) -> String {
    format!("{} {thing}", possessive(owner))
}

/// A part of something.
pub(crate) fn of(part: &str, whole: &str) -> String {
    format!("{part} of {whole}")
}

/// An item by its place.
pub(crate) fn item_of(place: &str, list: &str) -> String {
    format!("{place} item of {list}")
}

/// A number of things.
pub(crate) fn quantity(count: i64, noun: &str) -> String {
    format!("{} {}", number(count), counted(count, noun))
}

/// A noun as it stands behind a number.
pub(crate) fn counted(count: i64, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { plural(noun) }
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
pub(crate) fn unit(text: &str) -> String {
    let has_word = text.split(|it: char| !it.is_alphabetic()).any(|it| it.chars().count() > 1);
    if has_word || text.starts_with('#') { text.to_owned() } else { format!("Unit {text}") }
}

/// A floor and a room of an address.
pub(crate) fn floor(text: &str) -> String {
    named("Floor", text)
}

/// A room of an address.
pub(crate) fn room(text: &str) -> String {
    named("Room", text)
}

fn named(word: &str, text: &str) -> String {
    if text.to_lowercase().contains(&word.to_lowercase()) {
        text.to_owned()
    } else {
        format!("{word} {text}")
    }
}
