//! Tables of keys: what may stand where, what it means, and which function reads it.
//!
//! One table for a place feeds the parser, "did you mean" and the documentation.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::yaml::Entry;

/// What an author may write in one place, such as in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPlace {
    /// The place, as in "not a key of …": `a field`.
    pub place: &'static str,
    /// The keys known there, in the order in which they are best explained.
    pub keys: Vec<KeySummary>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySummary {
    /// The key as authors write it.
    pub name: &'static str,
    /// What it does; for a key without support, why it has none and what to write instead.
    pub summary: &'static str,
    /// What becomes of it.
    pub support: Support,
}

/// What becomes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It does what its summary says.
    Full,
    /// It is known from other systems and ignored, with a warning.
    Ignored,
    /// It is known from other systems and an error, because an interview would not work without it.
    Refused,
}

type Handler<T> = fn(&mut Builder<'_>, &mut T, &Entry);

/// One line of a table.
pub(crate) struct Key<T> {
    name: &'static str,
    summary: &'static str,
    take: Take<T>,
}

enum Take<T> {
    With(Handler<T>),
    Ignored,
    Refused,
}

/// A key that is read by `handler`.
pub(crate) const fn takes<T>(
    name: &'static str,
    summary: &'static str,
    handler: Handler<T>,
) -> Key<T> {
    Key { name, summary, take: Take::With(handler) }
}

/// A key of other systems without which an interview works here too, and why it has no effect.
pub(crate) const fn ignores<T>(name: &'static str, why: &'static str) -> Key<T> {
    Key { name, summary: why, take: Take::Ignored }
}

/// A key of other systems without which the interview would not do what it says, and what to write.
pub(crate) const fn refuses<T>(name: &'static str, instead: &'static str) -> Key<T> {
    Key { name, summary: instead, take: Take::Refused }
}

/// The keys of one place. `T` is what their handlers fill in.
pub(crate) struct Place<T: 'static> {
    /// As in "not a key of …".
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [Key<T>],
}

impl<T> Place<T> {
    /// Hands an entry to its handler; false if the key is not of this place.
    pub(crate) fn take(&self, builder: &mut Builder<'_>, draft: &mut T, entry: &Entry) -> bool {
        let Some(key) = self.keys.iter().find(|it| it.name == entry.name()) else {
            return false;
        };
        match key.take {
            Take::With(handler) => handler(builder, draft, entry),
            Take::Ignored => {
                builder.report(diagnostics::ignored_key(entry.key.span, key.name, key.summary));
            }
            Take::Refused => {
                builder.report(diagnostics::refused_key(entry.key.span, key.name, key.summary));
            }
        }
        true
    }

    /// Hands every entry to its handler and reports the others.
    pub(crate) fn take_all(&self, builder: &mut Builder<'_>, draft: &mut T, entries: &[Entry]) {
        for entry in entries {
            if !self.take(builder, draft, entry) && !builder.is_full() {
                let near = nearest(entry.name(), self.names());
                builder.report(diagnostics::unknown_key(
                    entry.key.span,
                    entry.name(),
                    self.name,
                    &near,
                ));
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.keys.iter().any(|it| it.name == name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|it| it.name)
    }

    /// Whether a key is there, or an unknown one that must have been meant to be it and has been
    /// reported.
    pub(crate) fn has_or_typo(&self, entries: &[Entry], name: &str) -> bool {
        let is_typo = |it: &Entry| !self.has(it.name()) && !nearest(it.name(), [name]).is_empty();
        entries.iter().any(|it| it.name() == name || is_typo(it))
    }

    /// The table for people.
    pub(crate) fn summary(&self) -> KeyPlace {
        let keys = self.keys.iter().map(|it| KeySummary {
            name: it.name,
            summary: it.summary,
            support: match it.take {
                Take::With(_) => Support::Full,
                Take::Ignored => Support::Ignored,
                Take::Refused => Support::Refused,
            },
        });
        KeyPlace { place: self.name, keys: keys.collect() }
    }
}

/// Names whose lengths differ more are not compared: two edits, and some spaces.
const MAX_LENGTH_DIFFERENCE: usize = 5;

/// The names that `name` may have been meant to be, nearest first, at most three.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wanted = folded(name);
    let length = wanted.chars().count();
    // Names longer than any key cannot be near one, and would be slow to compare.
    if length == 0 || length > 60 {
        return Vec::new();
    }
    let allowed = if length <= 4 { 1 } else { 2 };
    let letters = sorted(&wanted);
    let mut found: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|it| it.len().abs_diff(name.len()) <= MAX_LENGTH_DIFFERENCE)
        .filter_map(|it| {
            let folded = folded(it);
            let distance = if folded.len() == wanted.len() && sorted(&folded) == letters {
                0
            } else {
                strsim::osa_distance(&folded, &wanted)
            };
            (distance <= allowed).then_some((distance, it))
        })
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

fn folded(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn sorted(name: &str) -> Vec<char> {
    let mut letters: Vec<char> = name.chars().collect();
    letters.sort_unstable();
    letters
}
