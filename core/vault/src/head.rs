//! The head of a session: how far its log goes, and in which change of the session each step was
//! written.
//!
//! The record of a step is bound to the change that wrote it ([`StepName`]), and the head says for
//! each step of the log which one that is. So a step that was replaced, or belongs to another course
//! of the session, does not open in the place of the one that took it; that the last steps are
//! missing, the head itself says. All is sealed with what everybody has who has any part of the
//! session, since everybody who answers adds steps.
//!
//! Changes are counted, and steps are mostly added one by one: so a head is a few bytes, whatever the
//! length of the log, and grows where somebody went back and answered anew.

use crate::cbor::Items;
use crate::envelope;
use crate::keys::SessionKeys;
use crate::part::{COMMON, KeySet};
use crate::place::{Mode, Place};
use crate::{NoRandomness, Randomness, Refused};

/// Names what the records of a step are bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepName {
    /// Its number.
    pub number: u32,
    /// The revision of the session that it made; `None` of one from before sessions had heads.
    pub revision: Option<u64>,
}

impl From<u32> for StepName {
    fn from(number: u32) -> Self {
        Self { number, revision: None }
    }
}

impl StepName {
    /// The row that a record of this step is of, in a part of the session. No name of a part begins
    /// as the array does.
    pub(crate) fn row(self, part: &str) -> Vec<u8> {
        match self.revision {
            None => part.as_bytes().to_vec(),
            Some(revision) => Items::of(2).text(part).number(revision).done(),
        }
    }
}

/// How far a session has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Counts the changes of the session.
    pub revision: u64,
    /// Its newest step.
    pub last_step: u32,
    /// By number; the first begins with step 0.
    runs: Vec<Run>,
}

/// Steps of which each was written in the change behind that of the one before, up to the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u32,
    /// The revision that the first of them made; `None` if they are from before there were heads.
    revision: Option<u64>,
}

/// Bytes of a run, and of what stands in front of them.
const RUN: usize = 12;
const FRONT: usize = 12;

impl Run {
    fn revision_of(self, step: u32) -> Option<u64> {
        Some(self.revision?.saturating_add(u64::from(step.saturating_sub(self.first))))
    }
}

impl Head {
    /// That of a session which begins: its step 0 is written with it.
    pub fn first() -> Self {
        Self { revision: 0, last_step: 0, runs: vec![Run { first: 0, revision: Some(0) }] }
    }

    /// That of a session which was stored before there were heads.
    pub fn of_before(revision: u64, last_step: u32) -> Self {
        Self { revision, last_step, runs: vec![Run { first: 0, revision: None }] }
    }

    /// The name of a step. Refused if the log does not go so far.
    pub fn step(&self, number: u32) -> Result<StepName, Refused> {
        let run = self.runs.iter().rev().find(|it| it.first <= number);
        let run = run.filter(|_| number <= self.last_step).ok_or(Refused)?;
        Ok(StepName { number, revision: run.revision_of(number) })
    }

    /// The head with which the step behind `after` is written, in place of all that was there. Its
    /// `revision` must be greater than any that the session had.
    #[must_use]
    pub fn next(&self, after: u32, revision: u64) -> Self {
        let last_step = after.saturating_add(1);
        let mut runs = self.runs.clone();
        runs.retain(|it| it.first <= after);
        let goes_on = runs.last().and_then(|it| it.revision_of(last_step)) == Some(revision);
        if !goes_on {
            runs.push(Run { first: last_step, revision: Some(revision) });
        }
        Self { revision, last_step, runs }
    }

    /// The head of the same log after a change that adds no step.
    #[must_use]
    pub fn raised(&self, revision: u64) -> Self {
        Self { revision, ..self.clone() }
    }

    /// `revision(8) last_step(4)`, then for each run `first(4) revision(8)`, where 0 stands for none
    /// and other revisions are greater by one.
    fn written(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FRONT + self.runs.len() * RUN);
        bytes.extend(self.revision.to_be_bytes());
        bytes.extend(self.last_step.to_be_bytes());
        for run in &self.runs {
            bytes.extend(run.first.to_be_bytes());
            bytes.extend(run.revision.map_or(0, |it| it.saturating_add(1)).to_be_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (revision, rest) = bytes.split_first_chunk()?;
        let (last_step, rest) = rest.split_first_chunk()?;
        let (runs, behind) = rest.as_chunks::<RUN>();
        let run = |it: &[u8; RUN]| {
            let (first, revision) = it.split_first_chunk()?;
            let revision = u64::from_be_bytes(*revision.first_chunk()?);
            Some(Run { first: u32::from_be_bytes(*first), revision: revision.checked_sub(1) })
        };
        let runs: Vec<Run> = runs.iter().map(run).collect::<Option<_>>()?;
        let begins = runs.first().is_some_and(|it| it.first == 0);
        let are_sorted = runs.is_sorted_by(|one, next| one.first < next.first);
        (begins && are_sorted && behind.is_empty()).then_some(Self {
            revision: u64::from_be_bytes(*revision),
            last_step: u32::from_be_bytes(*last_step),
            runs,
        })
    }
}

impl KeySet {
    /// Seals the head of a session, which is of this interview.
    pub fn seal_head(
        &self,
        interview: &str,
        head: &Head,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        self.with_own(COMMON, |keys| {
            let place = head_place(keys, keys.mode(), interview);
            envelope::seal(keys.answers().bytes(), &place, &head.written(), randomness)
        })
    }

    /// Opens the head of a session of this interview.
    pub fn open_head(&self, interview: &str, sealed: &[u8]) -> Result<Head, Refused> {
        let opened = self.with(COMMON, |keys| {
            let place = head_place(keys, keys.mode_of(sealed)?, interview);
            envelope::open(keys.answers().bytes(), &place, sealed, Head::read)
        });
        opened.ok_or(Refused)??.ok_or(Refused)
    }
}

fn head_place<'a>(keys: &'a SessionKeys, mode: Mode, interview: &'a str) -> Place<'a> {
    Place {
        mode,
        scope: keys.scope(),
        bare: false,
        key: &keys.scope().session,
        table: "sessions",
        row: interview.as_bytes(),
        step: 0,
        content: "head",
    }
}
