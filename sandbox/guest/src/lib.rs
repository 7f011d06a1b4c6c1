//! What crosses the border between the product and code nobody trusts.
//!
//! Start at [`Value`], the typed answers, [`Path`], the name of one variable, and
//! [`Answers`], the only view of an interview's answers that a script or a text gets.
//!
//! # Invariants
//!
//! - No I/O, no clock, no randomness: time comes in through [`Answers::today`].
//! - A guest's failure is a [`Stop`], never a panic.

mod answers;
mod path;
mod stop;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod value;

pub use answers::{Answers, Foreign, Shared};
pub use path::{InvalidPath, Path, Segment, is_identifier};
pub use stop::{Budget, Command, Fault, FaultKind, Position, Refusal, Stop};
pub use value::{Content, FileReference, Object, Value};

#[cfg(test)]
mod tests;
