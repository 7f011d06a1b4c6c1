//! How a session is stored and read part by part, when its interview keeps sections apart: whoever
//! has the keys of some parts reads those, and answers behind everybody else.

use affiant_account::{Unlocked, head_of};
use affiant_backend::{History, SessionId, SessionRow, StepRow};
use affiant_engine::{Change, Part, Parts, State};
use affiant_vault::{KeySet, StepName, is_parted};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Holder, SMALL, SNAPSHOT_EVERY, Session, StorageOr, Stored, Wanting, open_owned};
use crate::app::App;
use crate::error::{WebError, internal, kept, kept_before, no_session};
use crate::heard::heard;

/// The state after the last step of a history as far as the keys open it, and how it is stored. The
/// row is the session's of the same moment; refused if one does not fit the other.
pub(crate) fn state_of(
    keys: &KeySet,
    row: &SessionRow,
    history: &History,
) -> Result<(State, Stored), WebError> {
    let head = head_of(keys, row)?;
    let (number, sealed) =
        history.snapshot.as_ref().ok_or_else(|| internal("a session has no snapshot"))?;
    let is_split = |it: &Vec<u8>| is_parted(it);
    let stored_in_parts = is_split(sealed) && history.deltas.iter().all(|(_, it)| is_split(it));
    if !keys.is_whole() && !stored_in_parts {
        // It is from before the interview kept anything apart.
        return Err(kept());
    }
    let (mut state, length) = snapshot_of(keys, head.step(*number)?, sealed)?;
    let mut behind = Vec::new();
    for (number, sealed) in history.deltas.iter().rev() {
        let record = Record::open(keys, head.step(*number)?, sealed)?;
        let is_all = record.is_all();
        behind.push(record);
        if is_all {
            break;
        }
    }
    let at = history.deltas.last().map_or(*number, |(it, _)| *it);
    let (mut since, deltas) = (Some(Vec::new()), history.deltas.len());
    for record in behind.into_iter().rev() {
        record.apply(&mut state, &mut since);
    }
    let is_small = length <= SMALL;
    Ok((state, Stored { head, is_small, deltas, at, since, is_parted: stored_in_parts }))
}

/// The state of a snapshot as far as the keys open it, and how many bytes that has.
fn snapshot_of(keys: &KeySet, name: StepName, sealed: &[u8]) -> Result<(State, usize), WebError> {
    let (mut length, mut states, mut is_sound) = (0, Vec::new(), true);
    keys.open_to_keep(name, "snapshot", sealed, |_, it| {
        length += it.as_ref().len();
        match State::read(it) {
            Some(state) => states.push(state),
            None => is_sound = false,
        }
    })?;
    if !is_sound {
        return Err(internal("a stored state could not be read"));
    }
    let state =
        if is_parted(sealed) { State::join(states) } else { states.pop().unwrap_or_default() };
    Ok((state, length))
}

/// The changes of a step, as they are stored.
enum Record {
    Whole(Vec<Change>),
    /// Those that could be opened, each with its place among all.
    Parts(Vec<(u32, Change)>),
}

impl Record {
    fn open(keys: &KeySet, name: StepName, sealed: &[u8]) -> Result<Self, WebError> {
        Ok(if is_parted(sealed) {
            Self::Parts(opened(keys, name, sealed)?)
        } else {
            Self::Whole(opened(keys, name, sealed)?)
        })
    }

    /// Whether it has the changes of all steps since the snapshot.
    fn is_all(&self) -> bool {
        matches!(self, Self::Whole(changes) if changes.first() == Some(&Change::Since))
    }

    /// Applies it, and adds it to all that was applied, if that can be told.
    fn apply(self, state: &mut State, since: &mut Option<Vec<Change>>) {
        match self {
            Self::Parts(changes) => {
                state.apply_parts(changes);
                *since = None;
            }
            Self::Whole(changes) => {
                state.apply(&changes);
                // What was forgotten because of it depends on where a step ends.
                if changes.contains(&Change::Unseeing) {
                    *since = None;
                }
                if let Some(since) = since {
                    since.extend(changes.into_iter().filter(|it| *it != Change::Since));
                }
            }
        }
    }
}

/// Opens what the keys open of a step's changes.
fn opened<T: DeserializeOwned>(
    keys: &KeySet,
    name: StepName,
    sealed: &[u8],
) -> Result<Vec<T>, WebError> {
    let (mut all, mut is_sound) = (Vec::new(), true);
    keys.open(name, "delta", sealed, |_, it| match postcard::from_bytes::<Vec<T>>(it) {
        Ok(part) => all.extend(part),
        Err(_) => is_sound = false,
    })?;
    if is_sound { Ok(all) } else { Err(internal("a stored step could not be read")) }
}

/// What a part is called where it is sealed.
fn name_of(part: &Part) -> &str {
    match part {
        Part::Common => affiant_vault::COMMON,
        Part::Section(section) => section,
        Part::Whole => "",
    }
}

/// Each part as it is stored, in the order of parts: the common one first.
fn written<T: Serialize>(parts: &Parts<T>) -> Result<Vec<(&str, Vec<u8>)>, WebError> {
    let one = |(part, it): (_, &T)| -> Result<_, WebError> {
        Ok((name_of(part), postcard::to_stdvec(it).map_err(internal)?))
    };
    parts.iter().map(one).collect()
}

impl Session {
    /// The state after the last step of a history, as far as the session's holder may see it.
    pub(super) fn state_of(
        &self,
        row: &SessionRow,
        history: &History,
    ) -> Result<(State, Stored), WebError> {
        let (state, stored) = state_of(&self.keys, row, history)?;
        let Some(held) = &self.held else { return Ok((state, stored)) };
        let apart = self.loaded.program().apart();
        if apart.is_empty() {
            // Which names are private is not known any more: so nobody without all keys sees any.
            return Err(kept());
        }
        // An older version of the interview may have kept less apart.
        Ok((apart.seen(&state, held), stored))
    }

    /// Whether the whole state is to be stored with a step.
    pub(super) fn must_be_whole(&self, number: u32) -> bool {
        number.is_multiple_of(SNAPSHOT_EVERY)
            || self.stored.deltas >= SNAPSHOT_EVERY as usize
            || !self.is_as_kept()
    }

    /// Whether what is stored of it is in parts, if it has to be.
    fn is_as_kept(&self) -> bool {
        self.stored.is_parted || self.loaded.program().apart().is_empty()
    }

    /// All changes of a step. Whoever does not see everything can only go on behind the last step:
    /// steps in the middle would be replaced together with what others answered behind them.
    pub(super) fn with_others(
        &self,
        after: u32,
        changes: &[Change],
    ) -> Result<Vec<Change>, WebError> {
        if self.held.is_none() {
            return Ok([self.spoken.as_slice(), changes].concat());
        }
        if after != self.row.last_step {
            return Err(kept_before());
        }
        Ok([&[Change::Unseeing], self.spoken.as_slice(), changes].concat())
    }

    /// A step, each part of it under its own key.
    pub(super) fn step_in_parts(
        &self,
        app: &App,
        name: StepName,
        changes: &[Change],
        state: &State,
        must_be_whole: bool,
    ) -> Result<StepRow, WebError> {
        let apart = self.loaded.program().apart();
        let mut parts = apart.split(changes);
        if !self.keys.is_whole()
            && let Some(unseen) = parts.remove(&Part::Whole)
            // What was done with several private sections in view is done again by the next who sees
            // them all; anything else would be lost.
            && unseen.iter().any(|(_, it)| !matches!(it, Change::Completed { .. }))
        {
            return Err(kept());
        }
        if !parts.keys().all(|it| self.keys.has(name_of(it))) {
            return Err(kept());
        }
        parts.entry(Part::Common).or_default();
        let mut snapshot = None;
        if self.keys.is_whole() && (must_be_whole || self.stored.is_small) {
            let states = apart.split_state(state);
            let states = written(&states)?;
            let length: usize = states.iter().map(|(_, it)| it.len()).sum();
            if must_be_whole || length <= SMALL {
                snapshot = Some(self.sealed(app, name, "snapshot", &states)?);
            }
        }
        let delta = match &snapshot {
            Some(_) => Vec::new(),
            None => self.sealed(app, name, "delta", &written(&parts)?)?,
        };
        Ok(StepRow { number: name.number, delta, snapshot })
    }

    /// Seals parts, the common one first.
    fn sealed(
        &self,
        app: &App,
        step: StepName,
        content: &str,
        parts: &[(&str, Vec<u8>)],
    ) -> Result<Vec<u8>, WebError> {
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, it)| (*name, &it[..])).collect();
        let ((_, common), others) =
            parts.split_first().ok_or_else(|| internal("a step has a common part"))?;
        Ok(self.keys.seal_parts(step, content, common, others, &*app.randomness)?)
    }

    /// The part that a file belongs to, which answers a field of this name; `None` if nothing is
    /// kept apart.
    pub(crate) fn part_of(&self, field: &str) -> Option<String> {
        let apart = self.loaded.program().apart();
        let root = field.split(['.', '[']).next().unwrap_or(field);
        (!apart.is_empty()).then(|| name_of(&apart.part_of(root)).to_owned())
    }

    /// The private sections that its holder can see, as they are called; `None` if they see
    /// everything.
    pub(crate) fn seen_sections(&self) -> Option<Vec<String>> {
        let interview = self.loaded.interview();
        let language = &heard().language;
        let all = interview.private_sections();
        let called = |key: &String| {
            let label = all.iter().find(|it| it.key == *key).map_or(key, |it| &it.label);
            interview.word(language, label).unwrap_or(label).to_owned()
        };
        self.held.as_ref().map(|it| it.iter().map(called).collect())
    }
}

/// Sees to it that a session of a person is stored in parts from its newest step on: one that was
/// begun before its interview kept anything apart is not.
pub(crate) async fn keep_apart(
    app: &App,
    person: &Unlocked,
    id: SessionId,
) -> Result<(), WebError> {
    let opened =
        open_owned(app, person, Holder::Program, id, Wanting::step(None), |_| true).await?;
    let (mut session, state) = opened.ok_or_else(no_session)?;
    if session.is_as_kept() {
        return Ok(());
    }
    match session.append(app, session.row.last_step, &[], &state).await {
        Ok(()) => Ok(()),
        Err(StorageOr::Conflict) => Err(affiant_backend::StorageError::Conflict.into()),
        Err(StorageOr::Other(error)) => Err(error),
    }
}
