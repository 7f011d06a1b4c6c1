//! What a step did to a session's state, so that only that needs to be stored.

use affiant_guest::{Path, Value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::paged::{Entry, Paged};
use crate::state::{Computed, Passed, Pending, State};
use crate::tree;

/// One change of a state. Applying a step's changes in order to the state before it gives the
/// state after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A place holds a value; an item behind a list's last one is appended.
    Put {
        /// The place.
        path: Path,
        /// What it holds.
        value: Value,
    },
    /// An item is put between others.
    Insert {
        /// Its place.
        path: Path,
        /// The item.
        value: Value,
    },
    /// A place is no longer known; items behind it move up.
    Take {
        /// The place.
        path: Path,
    },
    /// Where a value came from; `None` when the user gave it.
    Computed {
        /// The place.
        path: Path,
        /// The block and what it read.
        from: Option<Computed>,
    },
    /// A mandatory block is done, or no longer done.
    Completed {
        /// The block's key.
        block: String,
        /// What it read.
        reads: Option<Vec<Path>>,
    },
    /// An earlier answer is kept as default, or no longer.
    Remembered {
        /// The place.
        path: Path,
        /// The answer.
        value: Option<Value>,
    },
    /// A choice without a variable was made, or unmade.
    Chosen {
        /// The block's key.
        block: String,
        /// Which one, from zero.
        choice: Option<u32>,
    },
    /// The actions under way.
    Pending(Vec<Pending>),
    /// The sections visited.
    Visited(Vec<String>),
    /// The current section.
    Section(Option<String>),
    /// Per cent done.
    Progress(Option<u8>),
    /// The session's language.
    Language(Option<String>),
    /// Whether there is no way back.
    SealedBehind(bool),
    /// Whoever made the step did not see everything: what others computed from what it changes is
    /// stale. Stands beside the step's other changes.
    Unseeing,
    /// Stands before the changes of several steps, as many as there were since the state was stored
    /// whole: whoever reads them needs none of those before.
    Since,
}

impl State {
    /// Applies a stored step. Changes that do not fit are passed over, so that a state always
    /// comes out; the vault vouches that a stored step is the one that was made.
    pub fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            self.apply_one(change.clone());
        }
        if changes.contains(&Change::Unseeing) {
            self.forget_unseen(changes);
        }
    }

    /// Applies those parts of a stored step that could be opened, each change with its place among
    /// all of the step's.
    pub fn apply_parts(&mut self, mut changes: Vec<(u32, Change)>) {
        changes.sort_by_key(|(at, _)| *at);
        let changes: Vec<Change> = changes.into_iter().map(|(_, it)| it).collect();
        self.apply(&changes);
    }

    /// Applies one change and returns the one that undoes it; `None` when nothing changed.
    pub(crate) fn apply_one(&mut self, change: Change) -> Option<Change> {
        match change {
            Change::Put { path, value } => match tree::put(&mut self.answers, &path, value) {
                Ok(Some(old)) => Some(Change::Put { path, value: old }),
                Ok(None) => Some(Change::Take { path }),
                Err(_) => None,
            },
            Change::Insert { path, value } => {
                tree::insert(&mut self.answers, &path, value).then_some(Change::Take { path })
            }
            Change::Take { path } => {
                let was_last = tree::is_last_item(&self.answers, &path);
                let value = tree::take(&mut self.answers, &path)?;
                Some(if was_last == Some(false) {
                    Change::Insert { path, value }
                } else {
                    Change::Put { path, value }
                })
            }
            Change::Computed { path, from } => {
                let old = swap(&mut self.computed, path.clone(), from);
                Some(Change::Computed { path, from: old })
            }
            Change::Completed { block, reads } => {
                if reads.is_none() {
                    self.passed = Passed::default();
                }
                let old = swap(&mut self.completed, block.clone(), reads);
                Some(Change::Completed { block, reads: old })
            }
            Change::Remembered { path, value } => {
                let old = swap(&mut self.remembered, path.clone(), value);
                Some(Change::Remembered { path, value: old })
            }
            Change::Chosen { block, choice } => {
                let old = match choice {
                    Some(choice) => self.chosen.insert(block.clone(), choice),
                    None => self.chosen.remove(&block),
                };
                Some(Change::Chosen { block, choice: old })
            }
            Change::Pending(it) => Some(Change::Pending(std::mem::replace(&mut self.pending, it))),
            Change::Visited(it) => Some(Change::Visited(std::mem::replace(&mut self.visited, it))),
            Change::Section(it) => Some(Change::Section(std::mem::replace(&mut self.section, it))),
            Change::Progress(it) => {
                Some(Change::Progress(std::mem::replace(&mut self.progress, it)))
            }
            Change::Language(it) => {
                Some(Change::Language(std::mem::replace(&mut self.language, it)))
            }
            Change::SealedBehind(it) => {
                Some(Change::SealedBehind(std::mem::replace(&mut self.sealed_behind, it)))
            }
            Change::Unseeing | Change::Since => None,
        }
    }
}

/// Puts or removes an entry and returns what was there.
fn swap<K, V>(map: &mut Paged<K, V>, key: K, value: Option<V>) -> Option<V>
where
    K: Ord + Clone + DeserializeOwned,
    V: Entry + Clone + DeserializeOwned,
{
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    }
}

/// A state together with what was done to it since a step began.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) state: State,
    forward: Vec<Change>,
    backward: Vec<Change>,
}

impl Store {
    pub(crate) fn new(state: State) -> Self {
        Self { state, ..Self::default() }
    }

    /// Applies a change and keeps it.
    pub(crate) fn apply(&mut self, change: Change) {
        if let Some(inverse) = self.state.apply_one(change.clone()) {
            self.forward.push(change);
            self.backward.push(inverse);
        }
    }

    /// A point to which [`Store::roll_back`] returns.
    pub(crate) fn mark(&self) -> usize {
        self.forward.len()
    }

    /// Undoes everything since `mark`.
    pub(crate) fn roll_back(&mut self, mark: usize) {
        while self.forward.len() > mark {
            self.forward.pop();
            if let Some(inverse) = self.backward.pop() {
                self.state.apply_one(inverse);
            }
        }
    }

    /// What would undo everything since `mark`, the last change first.
    pub(crate) fn undoing(&self, mark: usize) -> Vec<Change> {
        self.backward.get(mark..).unwrap_or(&[]).iter().rev().cloned().collect()
    }

    /// The state and what was done to it.
    pub(crate) fn finish(self) -> (State, Vec<Change>) {
        (self.state, self.forward)
    }
}
