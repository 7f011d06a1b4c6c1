//! One decision, whatever it is about: what becomes of it, and who may still say something to it.

use affiant_backend::SwitchRow;

use crate::ask::{Refused, Second};
use crate::setting::Setting;
use crate::weight::Weight;
use crate::{MAX_REASON, WAIT};

/// A decision, read from its row; `S` is what can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<S = Setting> {
    /// Its number.
    pub id: i64,
    /// What it is about, by name.
    pub name: String,
    /// What was in force when it was asked for.
    pub from: S,
    /// What it sets.
    pub to: S,
    /// What it does to privacy.
    pub weight: Weight,
    /// Why, in the administrator's words.
    pub reason: String,
    /// Number of the account of who asked, or [`INSTALLATION`](crate::INSTALLATION).
    pub by: i64,
    /// Number of the account of who agreed, if somebody did.
    pub second: Option<i64>,
    /// When it was asked for.
    pub asked: i64,
    /// From when on it holds, unless it was cancelled or overtaken.
    pub effective: i64,
    /// What became of it.
    pub outcome: Outcome,
}

impl<S> Decision<S> {
    /// What a row says, with what was found out about it.
    pub fn of_row(row: SwitchRow, (from, to): (S, S), weight: Weight, outcome: Outcome) -> Self {
        Self {
            id: row.id,
            name: row.name,
            from,
            to,
            weight,
            reason: row.reason,
            by: row.by,
            second: row.second,
            asked: row.asked,
            effective: row.effective,
            outcome,
        }
    }

    /// Whether it waits for its day, or a second administrator.
    pub fn is_waiting(&self, now: i64) -> bool {
        self.outcome == Outcome::Follows && now < self.effective
    }

    /// The decision of this number, if it waits.
    pub fn find_waiting(all: &[Self], id: i64, now: i64) -> Result<&Self, Refused> {
        let found = all.iter().find(|it| it.id == id && it.is_waiting(now));
        found.ok_or(Refused::NotWaiting)
    }

    /// The decision of this number, if a second administrator may agree to it.
    pub fn find_agreeable(
        all: &[Self],
        id: i64,
        second: Second,
        now: i64,
    ) -> Result<&Self, Refused> {
        let decision = Self::find_waiting(all, id, now)?;
        if decision.second.is_some() {
            return Err(Refused::NotWaiting);
        }
        second.may_agree_with(decision.by, now)?;
        Ok(decision)
    }
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is followed from its day on.
    Follows,
    /// It was cancelled at this moment, before it began.
    Cancelled(i64),
    /// Something else than what it was asked against was in force when it would have begun.
    Overtaken,
}

/// A row that is not followed: damaged, or written past the rules. An administrator is to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Its name or value means nothing to this version.
    #[error("decision {0} about a switch means nothing to this version and is not followed")]
    Unknown(i64),
    /// It weakens privacy without a second administrator and without waiting.
    #[error(
        "decision {0} weakens privacy without a second administrator or a day's wait and is not followed"
    )]
    Alone(i64),
    /// Its moments or people contradict each other.
    #[error("decision {0} about a switch contradicts itself and is not followed")]
    Contradicts(i64),
}

/// What becomes of a decision of this weight, `is_same` when what it was asked against is in force
/// when it would begin. Fails for one that contradicts itself, or weakens privacy alone and at once.
pub fn outcome(row: &SwitchRow, weight: Weight, is_same: bool) -> Result<Outcome, Unfit> {
    let is_nobody = row.second.is_some_and(|it| it == row.by || it < 1 || row.by < 1);
    if row.effective < row.asked || is_nobody {
        return Err(Unfit::Contradicts(row.id));
    }
    let is_alone = row.second.is_none() && row.effective - row.asked < WAIT;
    if is_alone && weight == Weight::Weakens {
        return Err(Unfit::Alone(row.id));
    }
    match row.cancelled {
        Some(at) if at < row.effective => Ok(Outcome::Cancelled(at)),
        Some(_) => Err(Unfit::Contradicts(row.id)),
        None if is_same => Ok(Outcome::Follows),
        None => Ok(Outcome::Overtaken),
    }
}

/// A decision to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its row; the store gives it its number.
    pub row: SwitchRow,
    /// Number of the waiting decision about the same that is cancelled with it.
    pub cancels: Option<i64>,
}

/// What an administrator wants, before it is known whether it may be.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What it is about, as rows name it.
    pub name: &'a str,
    /// What it sets, as rows say it.
    pub value: &'a str,
    /// What it does to privacy.
    pub weight: Weight,
    /// Why, in the administrator's words.
    pub reason: &'a str,
    /// Number of the account of who asks.
    pub by: i64,
    /// Number of the decision about the same that waits, if one does.
    pub waiting: Option<i64>,
}

impl Wanted<'_> {
    /// What is stored. What weakens privacy waits a day; the rest holds at once, and ends what waits
    /// for the same.
    pub fn ask(self, now: i64) -> Result<Asked, Refused> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON {
            return Err(Refused::Reason);
        }
        let effective = match (self.weight, self.waiting) {
            (Weight::Weakens, Some(id)) => return Err(Refused::Waits(id)),
            (Weight::Weakens, None) => now + WAIT,
            (Weight::Strengthens | Weight::Neither, _) => now,
        };
        let row = SwitchRow {
            id: 0,
            name: self.name.to_owned(),
            value: self.value.to_owned(),
            reason: reason.to_owned(),
            by: self.by,
            second: None,
            asked: now,
            effective,
            cancelled: None,
        };
        Ok(Asked { row, cancels: self.waiting })
    }
}
