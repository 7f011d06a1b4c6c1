//! The administrator's privacy switches: what each does, who must agree, from when it holds.
//!
//! Start at [`Setting`], which is one switch set to something, and [`History`], which reads all
//! decisions from the store's rows and says what is in force at a moment.
//!
//! # Invariants
//!
//! - What weakens privacy needs a second administrator, who has been one for a day, or waits a day in
//!   public. A row that claims otherwise is not followed, whoever wrote it.
//! - A decision goes from what its administrator was shown to what they chose. If something else is
//!   in force by the time it would begin, it does nothing.
//! - Nothing reaches back: what is in force when a session is made, or last used, holds for it.
//! - No I/O and no clock: moments are parameters, in seconds of the Unix epoch.

mod ask;
mod days;
mod decision;
mod history;
mod keep;
mod label;
mod setting;
#[cfg(test)]
mod tests;
mod weight;

pub use ask::{Refused, Second};
pub use days::{DAY, date};
pub use decision::{Asked, Decision, Outcome, Unfit, Wanted, outcome};
pub use history::{History, InForce};
pub use label::{Facts, Label, Phrase};
pub use setting::{Class, Custody, Hold, OrganisationKey, Registration, Setting, Switch};
pub use weight::{Weight, weight};

/// Stands in a decision for the configuration of the server, in place of an account's number. Those
/// begin with 1.
pub const INSTALLATION: i64 = -1;

/// What the names of decisions about plugins begin with; they lie beside those about switches.
pub const PLUGIN: &str = "plugin/";

/// How long what weakens privacy waits when no second administrator agrees, in seconds.
pub const WAIT: i64 = DAY;

/// Days that a hold on deletions lasts at most.
pub const MAX_HOLD_DAYS: i64 = 366;

/// Days that anything is kept at most.
pub const MAX_KEEP_DAYS: u32 = 3_660;

/// Letters of a reason at most.
pub const MAX_REASON: usize = 500;
