//! Private sections: what of a session belongs to which of them, so that it is sealed under a key of
//! its own and somebody without that key gets along without it.
//!
//! A name belongs as a whole, by its root: `hers` with all of `hers.income`. Which roots are whose is
//! found when an interview is loaded and does not depend on answers; so nothing ever moves from one
//! part to another while a session lasts.

use std::collections::{BTreeMap, BTreeSet};

use affiant_diagnostic::Diagnostic;
use affiant_guest::Path;
use affiant_interview::BlockIndex;

use crate::change::Change;
use crate::goal::{Halt, Run};
use crate::paged::{Entry, Paged};
use crate::state::{Passed, Pending, State, Target};
use crate::world::LANGUAGE;

/// A part of a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What everybody sees who sees any of it.
    Common,
    /// A private section, by its key.
    Section(String),
    /// What comes from several private sections: only who sees everything sees that.
    Whole,
}

/// Something of each part.
pub type Parts<T> = BTreeMap<Part, T>;

/// What belongs to which private section. Empty for an interview that has none.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// For every root that the interview can define, the private sections that it is asked in or
    /// computed from.
    pub roots: BTreeMap<String, BTreeSet<String>>,
    /// The same for blocks, by their key.
    pub blocks: BTreeMap<String, BTreeSet<String>>,
}

impl Apart {
    /// Whether nothing is kept apart.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// The part that everything below a root belongs to. A root that the interview does not know,
    /// such as one of another version of it, is for whoever sees everything.
    pub fn part_of(&self, root: &str) -> Part {
        part(self.roots.get(root))
    }

    /// Whether something is kept from whoever has only these sections.
    pub(crate) fn is_kept_from(&self, root: &str, held: &BTreeSet<String>) -> bool {
        is_kept_from(&self.part_of(root), held)
    }

    /// The sections of a block and of all that it read.
    fn part_of_block(&self, block: &str, reads: &[Path]) -> Part {
        let mut all = vec![part(self.blocks.get(block))];
        all.extend(reads.iter().map(|it| self.part_of_read(it)));
        joined(all)
    }

    fn part_of_read(&self, read: &Path) -> Part {
        if read.root() == LANGUAGE { Part::Common } else { self.part_of(read.root()) }
    }

    fn part_of_pending(&self, pending: &[Pending]) -> Part {
        let mut all = Vec::new();
        for it in pending {
            // What an action is given may come from anywhere.
            all.push(if it.arguments.is_empty() { Part::Common } else { Part::Whole });
            for target in &it.targets {
                all.push(match target {
                    Target::Event(_) => Part::Common,
                    Target::Ask(path)
                    | Target::Want(path)
                    | Target::Forget(path)
                    | Target::Recompute(path)
                    | Target::Add(path)
                    | Target::Confirm(path)
                    | Target::Remove(path) => self.part_of(path.root()),
                });
            }
        }
        joined(all)
    }

    fn part_of_change(&self, change: &Change) -> Part {
        match change {
            Change::Put { path, .. }
            | Change::Insert { path, .. }
            | Change::Take { path }
            | Change::Remembered { path, .. } => self.part_of(path.root()),
            Change::Computed { path, from } => {
                let reads = from.iter().flat_map(|it| &it.reads).map(|it| self.part_of_read(it));
                joined(std::iter::once(self.part_of(path.root())).chain(reads))
            }
            Change::Completed { block, reads } => {
                self.part_of_block(block, reads.as_deref().unwrap_or_default())
            }
            Change::Chosen { block, .. } => self.part_of_block(block, &[]),
            Change::Pending(all) => self.part_of_pending(all),
            Change::Visited(_)
            | Change::Section(_)
            | Change::Progress(_)
            | Change::Language(_)
            | Change::SealedBehind(_)
            | Change::Unseeing
            | Change::Since => Part::Common,
        }
    }

    /// The changes of a step by the part that each belongs to, with its place among them.
    pub fn split(&self, changes: &[Change]) -> Parts<Vec<(u32, Change)>> {
        let mut parts: Parts<Vec<(u32, Change)>> = Parts::new();
        for (at, change) in (0..).zip(changes) {
            parts.entry(self.part_of_change(change)).or_default().push((at, change.clone()));
        }
        parts
    }

    /// A state by the parts that everything in it belongs to.
    pub fn split_state(&self, state: &State) -> Parts<State> {
        let mut parts: Parts<State> = Parts::new();
        let common = State {
            visited: state.visited.clone(),
            section: state.section.clone(),
            progress: state.progress,
            language: state.language.clone(),
            sealed_behind: state.sealed_behind,
            arguments: state.arguments.clone(),
            ..State::default()
        };
        parts.insert(Part::Common, common);
        for (root, value) in state.answers.iter() {
            let own = parts.entry(self.part_of(root)).or_default();
            own.answers.insert(root.clone(), value.clone());
        }
        for (path, from) in state.computed.iter() {
            let reads = from.reads.iter().map(|it| self.part_of_read(it));
            let part = joined(std::iter::once(self.part_of(path.root())).chain(reads));
            parts.entry(part).or_default().computed.insert(path.clone(), from.clone());
        }
        for (block, reads) in state.completed.iter() {
            let own = parts.entry(self.part_of_block(block, reads)).or_default();
            own.completed.insert(block.clone(), reads.clone());
        }
        for (path, value) in state.remembered.iter() {
            let own = parts.entry(self.part_of(path.root())).or_default();
            own.remembered.insert(path.clone(), value.clone());
        }
        for (block, choice) in &state.chosen {
            let own = parts.entry(self.part_of_block(block, &[])).or_default();
            own.chosen.insert(block.clone(), *choice);
        }
        let own = parts.entry(self.part_of_pending(&state.pending)).or_default();
        own.pending.clone_from(&state.pending);
        parts
    }

    /// What somebody with only these sections sees of a state.
    #[must_use]
    pub fn seen(&self, state: &State, held: &BTreeSet<String>) -> State {
        let parts = self.split_state(state);
        State::join(parts.into_iter().filter(|(it, _)| !is_kept_from(it, held)).map(|(_, it)| it))
    }
}

fn is_kept_from(part: &Part, held: &BTreeSet<String>) -> bool {
    match part {
        Part::Common => false,
        Part::Section(section) => !held.contains(section),
        Part::Whole => true,
    }
}

fn part(sections: Option<&BTreeSet<String>>) -> Part {
    let Some(sections) = sections else { return Part::Whole };
    let mut all = sections.iter();
    match (all.next(), all.next()) {
        (None, _) => Part::Common,
        (Some(only), None) => Part::Section(only.clone()),
        _ => Part::Whole,
    }
}

/// The part of what comes from all of these.
fn joined(parts: impl IntoIterator<Item = Part>) -> Part {
    parts.into_iter().fold(Part::Common, |one, other| match (one, other) {
        (Part::Common, it) | (it, Part::Common) => it,
        (one, other) if one == other => one,
        _ => Part::Whole,
    })
}

impl State {
    /// A state of parts: the common one first, in the order of [`Parts`].
    pub fn join(parts: impl IntoIterator<Item = State>) -> State {
        let mut parts = parts.into_iter();
        let mut state = parts.next().unwrap_or_default();
        for it in parts {
            extend(&mut state.answers, &it.answers);
            extend(&mut state.computed, &it.computed);
            extend(&mut state.completed, &it.completed);
            extend(&mut state.remembered, &it.remembered);
            state.chosen.extend(it.chosen);
            if !it.pending.is_empty() {
                state.pending = it.pending;
            }
        }
        state.passed = Passed::default();
        state
    }

    /// After a step of somebody who did not see everything: what was computed from what the step
    /// changed is stale, where they could not see it. What they computed themselves is not.
    pub(crate) fn forget_unseen(&mut self, changes: &[Change]) {
        let mut own: BTreeSet<&Path> = BTreeSet::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut waiting: Vec<(Path, bool)> = Vec::new();
        for change in changes {
            match change {
                Change::Put { path, .. } | Change::Insert { path, .. } | Change::Take { path } => {
                    waiting.push((path.clone(), false));
                    waiting.extend(path.parent().map(|it| (it, true)));
                }
                Change::Computed { path, from: Some(_) } => drop(own.insert(path)),
                Change::Completed { block, reads: Some(_) } => drop(done.insert(block)),
                _ => {}
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(next) = waiting.pop() {
            if !seen.insert(next.clone()) {
                continue;
            }
            let (stale, undone) = self.depending_on(&next.0, next.1, None);
            for block in undone.into_iter().filter(|it| !done.contains(it.as_str())) {
                self.apply_one(Change::Completed { block, reads: None });
            }
            for path in stale.into_iter().filter(|it| !own.contains(it)) {
                self.apply_one(Change::Take { path: path.clone() });
                self.apply_one(Change::Computed { path: path.clone(), from: None });
                waiting.push((path, false));
            }
        }
    }
}

fn extend<K, V>(map: &mut Paged<K, V>, other: &Paged<K, V>)
where
    K: Ord + Clone + serde::de::DeserializeOwned,
    V: Entry + Clone + serde::de::DeserializeOwned,
{
    for (key, value) in other.iter() {
        map.insert(key.clone(), value.clone());
    }
}

impl Run<'_> {
    /// Whether a block belongs to a section that whoever answers has no key of.
    pub(crate) fn is_block_kept(&self, block: BlockIndex) -> bool {
        let Some(held) = self.world.held() else { return false };
        let key = self.program.index.key(block);
        is_kept_from(&part(self.program.apart.blocks.get(key)), &held)
    }

    /// Fails if what is about to be kept at a place comes from a private section that the place does
    /// not belong to: whoever may read the place could learn what they must not.
    pub(crate) fn demand_apart<'p>(
        &self,
        place: &Path,
        mut reads: impl Iterator<Item = &'p Path>,
    ) -> Result<(), Halt> {
        let apart = &self.program.apart;
        if apart.is_empty() {
            return Ok(());
        }
        let own = apart.part_of(place.root());
        let fits = |it: &&Path| match apart.part_of_read(it) {
            Part::Common => true,
            part => own == Part::Whole || own == part,
        };
        match reads.find(|it| !fits(it)) {
            None => Ok(()),
            Some(read) => Err(Halt::Fault(Box::new(self.not_apart(place, read.root())))),
        }
    }

    /// Says so if the answers of a question of a private section would go to a place that is not its
    /// own.
    pub(crate) fn not_own_place(&self, block: BlockIndex, place: &Path) -> Option<Diagnostic> {
        let apart = &self.program.apart;
        let sections =
            apart.blocks.get(self.program.index.key(block)).filter(|it| !it.is_empty())?;
        let own = apart.roots.get(place.root());
        if own.is_none_or(|it| sections.is_subset(it)) {
            return None;
        }
        Some(self.not_apart(place, sections.first().map_or("", String::as_str)))
    }

    fn not_apart(&self, place: &Path, from: &str) -> Diagnostic {
        let root = place.root();
        let message = format!(
            "`{place}` comes from `{from}`, which is of a private section, and does not belong to it itself"
        );
        Diagnostic::error("not-apart", self.span_here(), message).hint(format!(
            "ask for `{root}` in that section alone, or name in the block what it is computed from, without another name for it and without `x`"
        ))
    }
}
