//! All that a session knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_guest::{Path, Value};
use serde::{Deserialize, Serialize};

use crate::paged::{Buffer, Entry, Map, Paged};

/// All that a session knows. Plain data: two equal states behave equally.
///
/// It is stored as it is serialized by postcard, and read by [`State::read`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct State {
    /// The answers, by root name.
    pub(crate) answers: Paged<String, Value>,
    /// What was not answered by the user but computed, and from what.
    pub(crate) computed: Paged<Path, Computed>,
    /// Mandatory blocks that are done, by block key, with what code read.
    pub(crate) completed: Paged<String, Vec<Path>>,
    /// Actions that wait to be finished, the last one first.
    pub(crate) pending: Vec<Pending>,
    /// Earlier answers, offered again as defaults.
    pub(crate) remembered: Paged<Path, Value>,
    /// Which choice of a question without a variable was taken, by block key.
    pub(crate) chosen: BTreeMap<String, u32>,
    /// Sections of which a screen was answered, by key.
    pub(crate) visited: Vec<String>,
    /// The section of the last screen.
    pub(crate) section: Option<String>,
    /// The largest progress said so far.
    pub(crate) progress: Option<u8>,
    /// The session's language, if it is not the interview's own.
    pub(crate) language: Option<String>,
    /// A screen with `prevent going back` was answered.
    pub(crate) sealed_behind: bool,
    /// What the session was started with (`url_args`), by name.
    pub(crate) arguments: BTreeMap<String, String>,
    /// How far the mandatory blocks are known to be done.
    pub(crate) passed: Passed,
}

/// A state as it is stored, with the same fields in the same order: its maps stay bytes.
#[derive(Deserialize)]
struct Stored<'a> {
    answers: &'a [u8],
    computed: &'a [u8],
    completed: &'a [u8],
    pending: Vec<Pending>,
    remembered: &'a [u8],
    chosen: BTreeMap<String, u32>,
    visited: Vec<String>,
    section: Option<String>,
    progress: Option<u8>,
    language: Option<String>,
    sealed_behind: bool,
    arguments: BTreeMap<String, String>,
    passed: Passed,
}

/// How many mandatory blocks, or questions where there is none, are done from the first on, so that
/// a long interview does not look at each of them in every step. A memo: it says nothing that `completed` does not say.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Passed {
    /// The order of blocks that it was counted in: that of another version may differ.
    pub(crate) order: u64,
    /// How many.
    pub(crate) count: u32,
}

impl PartialEq for Passed {
    /// Two states that differ only in what they look up behave equally.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Where a computed value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Computed {
    /// Key of the block that defined it.
    pub(crate) block: String,
    /// Everything that was read or looked at on the way.
    pub(crate) reads: Vec<Path>,
}

impl Entry for Computed {
    fn reads(&self) -> &[Path] {
        &self.reads
    }
}

/// An action under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// What remains to be asked or run, first one first.
    pub(crate) targets: Vec<Target>,
    /// The action's name, for `action_argument` and the like.
    pub(crate) name: String,
    /// Its arguments.
    pub(crate) arguments: BTreeMap<String, Value>,
}

/// One thing an action does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Target {
    /// Run or show the block that answers the event.
    Event(String),
    /// Ask for it even if it is known.
    Ask(Path),
    /// Ask for it if it is not known.
    Want(Path),
    /// Forget it.
    Forget(Path),
    /// Compute it anew.
    Recompute(Path),
    /// Ask for another item of the list.
    Add(Path),
    /// Ask whether the item is to be removed.
    Confirm(Path),
    /// Take the item out of its list.
    Remove(Path),
}

impl State {
    /// A session in which nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// A state as it was stored. Its maps are not read yet, and keep the bytes. `None` for what is no
    /// state.
    pub fn read(stored: impl AsRef<[u8]> + Send + Sync + 'static) -> Option<Self> {
        let buffer: Buffer = Arc::new(stored);
        let it: Stored<'_> = postcard::from_bytes((*buffer).as_ref()).ok()?;
        let map = |bytes| Map::part(&buffer, bytes);
        Some(Self {
            answers: Paged::stored(map(it.answers)?)?,
            computed: Paged::stored(map(it.computed)?)?,
            completed: Paged::stored(map(it.completed)?)?,
            pending: it.pending,
            remembered: Paged::stored(map(it.remembered)?)?,
            chosen: it.chosen,
            visited: it.visited,
            section: it.section,
            progress: it.progress,
            language: it.language,
            sealed_behind: it.sealed_behind,
            arguments: it.arguments,
            passed: it.passed,
        })
    }

    /// The session's language if it was set.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// What is known, by root name: for exports and tests.
    pub fn answers(&self) -> &Paged<String, Value> {
        &self.answers
    }

    /// The value at a path written as text, if it is known: for tests and tools.
    pub fn look(&self, path: &str) -> Option<&Value> {
        match crate::tree::find(&self.answers, &Path::parse(path).ok()?) {
            crate::tree::Found::Value(_, value) => Some(value),
            _ => None,
        }
    }

    /// Whether all of it could be read that was looked at. What comes of a state that is not sound
    /// must not be stored: it lacks what is still there.
    pub fn is_sound(&self) -> bool {
        self.answers.is_sound()
            && self.computed.is_sound()
            && self.completed.is_sound()
            && self.remembered.is_sound()
    }

    /// Whether another state knows the same and goes on in the same way; what is kept only as
    /// default does not count.
    pub fn same_answers(&self, other: &Self) -> bool {
        self.answers == other.answers
            && self.pending == other.pending
            && self.completed == other.completed
            && self.chosen == other.chosen
    }

    /// Whether the author forbids going back behind this point.
    pub fn is_sealed_behind(&self) -> bool {
        self.sealed_behind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> State {
        let mut state = State::new();
        for number in 0..100 {
            state.answers.insert(format!("answer{number}"), Value::Int(number));
        }
        state.completed.insert("block".to_owned(), vec![Path::root_of("answer7")]);
        state.section = Some("home".to_owned());
        state.language = Some("de".to_owned());
        state
    }

    #[test]
    fn what_was_stored_is_read() {
        let state = known();
        let stored = postcard::to_stdvec(&state).expect("a state can be stored");
        let read = State::read(stored).expect("it can be read");
        assert_eq!(read, state);
        assert_eq!(read.section, state.section);
        assert!(read.is_sound());
    }

    #[test]
    fn what_is_cut_off_is_no_state() {
        let stored = postcard::to_stdvec(&known()).expect("a state can be stored");
        for end in 0..stored.len() {
            assert!(State::read(stored[..end].to_vec()).is_none(), "{end}");
        }
    }
}
