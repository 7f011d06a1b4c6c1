//! Deciding: what an administrator may ask for, who may agree, what can be taken back.

use crate::decision::{Asked, Decision, Wanted};
use crate::history::History;
use crate::setting::Setting;
use crate::weight::weight;
use crate::{DAY, MAX_HOLD_DAYS, MAX_REASON, WAIT};

/// A second administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second {
    /// Number of their account.
    pub number: i64,
    /// Since when they are an administrator, in seconds of the Unix epoch.
    pub since: i64,
}

impl Second {
    /// Whether they may agree to what this account asked for.
    pub fn may_agree_with(self, by: i64, now: i64) -> Result<(), Refused> {
        // Only accounts tell two people apart: a configuration is nobody's.
        if by == self.number || by < 1 || self.number < 1 {
            return Err(Refused::Own);
        }
        if now.saturating_sub(self.since) < WAIT {
            return Err(Refused::New);
        }
        Ok(())
    }
}

/// Why a decision is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The switch is set to that already.
    #[error("the switch is set to that already")]
    Same,
    /// There is no reason, or one of more than [`MAX_REASON`] letters.
    #[error("a decision needs a reason of 1 to {MAX_REASON} letters")]
    Reason,
    /// The hold's end is past, or more than [`MAX_HOLD_DAYS`] days away.
    #[error("a hold needs an end after today, at most {MAX_HOLD_DAYS} days away")]
    HoldEnd,
    /// A decision about the same switch waits: it has to be cancelled first.
    #[error("decision {0} about this switch waits; cancel it first")]
    Waits(i64),
    /// There is no such decision, or it does not wait any more.
    #[error("there is no such decision that waits")]
    NotWaiting,
    /// Who asked cannot agree, and both have to be people with accounts.
    #[error("two administrators with accounts of their own have to agree")]
    Own,
    /// Who agrees has not been an administrator for [`WAIT`]: else one could make a second account
    /// and agree with themselves, sooner than by waiting.
    #[error("whoever agrees must have been an administrator for a day")]
    New,
}

impl History {
    /// What is stored when an administrator sets a switch. What weakens privacy waits a day; the
    /// rest holds at once, and ends what waits for the same switch.
    pub fn ask(&self, to: &Setting, reason: &str, by: i64, now: i64) -> Result<Asked, Refused> {
        let switch = to.switch();
        let from = self.at(switch, now);
        if from == *to {
            return Err(Refused::Same);
        }
        if let Setting::Deleting(Some(hold)) = to {
            let ends = hold.moment();
            if ends <= now || ends > now.saturating_add(MAX_HOLD_DAYS * DAY) {
                return Err(Refused::HoldEnd);
            }
        }
        let wanted = Wanted {
            name: switch.name(),
            value: &to.text(),
            weight: weight(&from, to),
            reason,
            by,
            waiting: self.waiting(switch, now).map(|it| it.id),
        };
        wanted.ask(now)
    }

    /// The decision that a second administrator agrees to: it holds from now on.
    pub fn agree(&self, id: i64, second: Second, now: i64) -> Result<&Decision, Refused> {
        Decision::find_agreeable(self.decisions(), id, second, now)
    }

    /// The decision that an administrator takes back before it holds; any may, alone.
    pub fn cancel(&self, id: i64, now: i64) -> Result<&Decision, Refused> {
        Decision::find_waiting(self.decisions(), id, now)
    }
}
