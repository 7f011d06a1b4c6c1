//! The words that people see, from `sentences/`, in every language there is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// Spanish.
    Es,
}

type Sentences = BTreeMap<String, String>;

static ALL: LazyLock<[Sentences; 3]> = LazyLock::new(|| {
    let read = |text| serde_json::from_str(text).expect("a test reads them all");
    [
        read(include_str!("../sentences/en.json")),
        read(include_str!("../sentences/de.json")),
        read(include_str!("../sentences/es.json")),
    ]
});

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Es];

    /// The language of a BCP 47 tag, or English.
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next().unwrap_or_default() {
            "de" => Self::De,
            "es" => Self::Es,
            _ => Self::En,
        }
    }

    pub(crate) fn sentences(self) -> &'static BTreeMap<String, String> {
        &ALL[self as usize]
    }

    /// The sentence of this key, with `{name}` replaced by what is given for it.
    ///
    /// What has no sentence of its own is shown as it is: a name, a time, a host.
    pub(crate) fn say(self, key: &str, given: &[(&str, &str)]) -> String {
        let Some(sentence) = self.sentences().get(key) else { return key.to_owned() };
        let mut said = String::with_capacity(sentence.len());
        let mut rest = sentence.as_str();
        // In one pass, so that what is filled in is never taken for a place to fill.
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            said.push_str(before);
            said.push_str(given.iter().find(|(it, _)| *it == name).map_or("", |(_, it)| it));
            rest = behind;
        }
        said.push_str(rest);
        said
    }

    /// The word of a set of words, or the word as it is when it is somebody's own.
    pub(crate) fn word(self, set: &str, word: &str) -> String {
        let key = format!("{set}.{word}");
        self.sentences().get(&key).cloned().unwrap_or_else(|| word.to_owned())
    }

    /// A time such as `P30D` in words; as it is when it is none.
    pub(crate) fn time(self, text: &str) -> String {
        let Ok(span) = text.parse::<jiff::Span>() else { return text.to_owned() };
        let parts = [
            ("years", i64::from(span.get_years())),
            ("months", i64::from(span.get_months())),
            ("weeks", i64::from(span.get_weeks())),
            ("days", i64::from(span.get_days())),
            ("hours", i64::from(span.get_hours())),
            ("minutes", span.get_minutes()),
            ("seconds", span.get_seconds()),
        ];
        let said = parts.into_iter().filter(|(_, count)| *count > 0).map(|(unit, count)| {
            let form = if count == 1 { "one" } else { "other" };
            self.say(&format!("time.{unit}.{form}"), &[("n", &count.to_string())])
        });
        said.collect::<Vec<_>>().join(" ")
    }
}
