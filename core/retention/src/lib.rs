//! How long things are kept, and deletion for good.
//!
//! Start at [`Eraser`], which deletes a session or an account, and [`Schedule`], which deletes what
//! was kept as long as promised.
//!
//! # Invariants
//!
//! - The keys go first. When [`Eraser::delete`] has an answer, nothing of the subject opens any more,
//!   in no copy; what is left of its rows is rubbish that is being carried out.
//! - Each stage of a deletion is written down by ids alone and may be done again, so that a crash
//!   between any two leaves work to do and never half of a session.
//! - A clock that jumps deletes nothing: see [`Schedule::tick`].
//! - No clock and no randomness of its own.

#![forbid(unsafe_code)]

mod erase;
mod objects;
mod periods;
mod reconcile;
mod report;
mod schedule;
mod watch;

pub use erase::{Eraser, Receipt};
pub use periods::Periods;
pub use reconcile::Reconciled;
pub use report::Report;
pub use schedule::{Moment, Schedule, Warner};
pub use watch::Verdict;

#[cfg(test)]
mod tests;
