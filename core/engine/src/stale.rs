//! What a changed answer makes stale.

use std::collections::{BTreeMap, BTreeSet};

use affiant_guest::{Path, Segment, Value};
use affiant_interview::{BlockIndex, Pattern, PatternSegment};

use crate::change::Change;
use crate::define::bind;
use crate::goal::Run;
use crate::state::State;
use crate::tree;
use crate::world::Bindings;

/// Attributes by which a list or dictionary keeps count while it is gathered: no answers of their
/// own, so they are never offered again as defaults.
const GATHERING: &[&str] =
    &["there_is_another", "gathered", "_complete", "_wanted", "new_item_name"];

impl Run<'_> {
    /// `changed` has another value now: forgets everything that was computed from it, and from
    /// that, and so on. Values computed by `author` itself stay, so that a script may count.
    pub(crate) fn touch(&mut self, changed: &Path, author: Option<&str>) {
        self.touch_all(changed, false, author);
    }

    /// A list or dictionary got or lost an item: forgets what went through its items or printed
    /// it. What only looked into one of its items stays.
    pub(crate) fn touch_shape(&mut self, list: &Path, author: Option<&str>) {
        self.touch_all(list, true, author);
    }

    fn touch_all(&mut self, changed: &Path, shape_only: bool, author: Option<&str>) {
        let mut waiting = vec![(changed.clone(), shape_only)];
        let mut seen: BTreeSet<Path> = BTreeSet::new();
        while let Some((path, shape_only)) = waiting.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let (stale, undone) =
                self.world.inner().store.state.depending_on(&path, shape_only, author);
            for block in undone {
                self.world.apply(Change::Completed { block, reads: None });
            }
            for path in stale {
                self.world.inner().take(&path);
                self.world.apply(Change::Computed { path: path.clone(), from: None });
                waiting.push((path, false));
            }
            if !shape_only {
                for path in self.declared_dependents(&path) {
                    self.forget(&path);
                    waiting.push((path, false));
                }
            }
        }
    }

    /// What blocks that say `depends on` the path have defined.
    fn declared_dependents(&self, path: &Path) -> Vec<Path> {
        let mut found = Vec::new();
        for block in &self.program.index.dependent {
            for pattern in &self.program.block(*block).depends_on {
                if let Some(bindings) = matches(pattern, path) {
                    found.extend(self.known_targets(*block, &bindings));
                }
            }
        }
        found
    }

    fn known_targets(&self, block: BlockIndex, bindings: &Bindings) -> Vec<Path> {
        let targets = self.program.index.targets(block);
        targets
            .iter()
            .filter_map(|it| bind(it, bindings))
            .filter(|it| self.world.is_known(it))
            .collect()
    }

    /// Forgets a variable and keeps the answer as default for when it is asked again.
    pub(crate) fn forget(&mut self, path: &Path) {
        let Ok(own) = self.world.place(path) else { return };
        self.world.inner().remember(&own);
        self.world.inner().take(&own);
        self.world.apply(Change::Computed { path: own.clone(), from: None });
    }

    /// Forgets a variable that was computed, and what depended on it.
    pub(crate) fn forget_computed(&mut self, path: &Path) {
        let computed = self.world.inner().store.state.computed.contains_key(path);
        if computed {
            self.world.inner().take(path);
            self.world.apply(Change::Computed { path: path.clone(), from: None });
            self.touch(path, None);
        }
    }
}

/// The user's answers at and below a place.
pub(crate) fn answers_below(state: &State, own: &Path) -> Vec<(Path, Value)> {
    let mut kept = Vec::new();
    if let Some(value) = tree::get(&state.answers, own) {
        tree::leaves(own, value, &mut |path, value| {
            if is_answer(state, &path) {
                kept.push((path, value.clone()));
            }
        });
    }
    kept
}

/// Whether the user gave the value at this place.
fn is_answer(state: &State, path: &Path) -> bool {
    let counts =
        matches!(path.last(), Some(Segment::Attribute(name)) if GATHERING.contains(&&**name));
    !counts && !state.computed.contains_key(path)
}

impl State {
    /// The computed variables and the completed blocks that read `path`.
    pub(crate) fn depending_on(
        &self,
        path: &Path,
        shape_only: bool,
        author: Option<&str>,
    ) -> (Vec<Path>, Vec<String>) {
        let hit = |reads: &[Path]| {
            reads.iter().any(|read| if shape_only { read == path } else { read.starts_with(path) })
        };
        let stale = self
            .computed
            .reading(path.root())
            .filter(|(_, it)| Some(it.block.as_str()) != author && hit(&it.reads))
            .map(|(path, _)| path.clone())
            .collect();
        let undone = self
            .completed
            .reading(path.root())
            .filter(|(block, reads)| Some(block.as_str()) != author && hit(reads))
            .map(|(block, _)| block.clone())
            .collect();
        (stale, undone)
    }

    /// Keeps the answers of a later state as defaults, for when the user goes back and answers
    /// differently. Returns the changes, to be stored before those of the new step.
    pub fn remember(&mut self, later: &State) -> Vec<Change> {
        let mut kept: BTreeMap<Path, Value> = BTreeMap::new();
        for (root, value) in later.answers.iter() {
            tree::leaves(&Path::root_of(root), value, &mut |path, value| {
                if is_answer(later, &path) && tree::get(&self.answers, &path).is_none() {
                    kept.insert(path, value.clone());
                }
            });
        }
        for (path, value) in later.remembered.iter() {
            kept.entry(path.clone()).or_insert_with(|| value.clone());
        }
        let changes: Vec<Change> = kept
            .into_iter()
            .filter(|(path, value)| self.remembered.get(path) != Some(value))
            .map(|(path, value)| Change::Remembered { path, value: Some(value) })
            .collect();
        self.apply(&changes);
        changes
    }
}

/// How a pattern's index variables and `x` must be bound for it to be `path`.
pub(crate) fn matches(pattern: &Pattern, path: &Path) -> Option<Bindings> {
    let own = pattern.segments();
    let mut bindings = Bindings::default();
    let tail = if pattern.is_generic() {
        let length = path.segments().len().checked_sub(own.len())?;
        bindings.generic = Some(path.truncated(length));
        &path.segments()[length..]
    } else {
        if pattern.root() != path.root() || own.len() != path.segments().len() {
            return None;
        }
        path.segments()
    };
    for (wanted, found) in own.iter().zip(tail) {
        let fits = match (wanted, found) {
            (PatternSegment::Attribute(wanted), Segment::Attribute(found)) => wanted == found,
            (PatternSegment::Index(wanted), Segment::Index(found)) => wanted == found,
            (PatternSegment::Key(wanted), Segment::Key(found)) => wanted == found,
            (PatternSegment::Variable(name), Segment::Index(_) | Segment::Key(_)) => {
                bindings.index.insert(*name, found.clone());
                true
            }
            _ => false,
        };
        if !fits {
            return None;
        }
    }
    Some(bindings)
}
