//! Which plugins are installed, and what was decided about each.
//!
//! Start at [`Decisions`], which reads all decisions from the store's rows and says what is in force
//! at a moment; a [`Choice`] is what one decides: which version, where, with which settings. What a
//! plugin may then do is asked of its [`Gate`].
//!
//! # Invariants
//!
//! - A decision is about one package, by its digest: another component under the same name and
//!   version is not what was decided about.
//! - What does more to people's privacy, and as much as to need a second administrator, waits a day
//!   in public when none agrees. A row that claims otherwise is not followed, whoever wrote it.
//! - Every effect of a plugin passes [`Gate::allow`], which matches every capability with every place
//!   that something can go to: a new one of either does not compile until it is decided.
//! - Switching off holds at once, whoever does it.
//! - No I/O and no clock: moments are parameters, in seconds of the Unix epoch. No secret setting is
//!   ever in a decision.

mod choice;
mod decisions;
mod gate;
mod happening;
mod registry;
mod runner;
mod shelf;
mod sighting;
#[cfg(test)]
mod tests;
mod weight;

pub use choice::{Choice, Scope};
pub use decisions::{Decision, Decisions};
pub use gate::{Agreed, Denied, Effect, Gate, Mark, Sink, Why};
pub use happening::{Happening, Learner, Seen, seen};
pub use registry::{Known, Registry};
pub use runner::{NoRunner, Runner};
pub use shelf::{Package, Shelf};
pub use sighting::{Saw, Sighting};
pub use weight::{Step, step};
