//! Runs Rhai scripts that nobody trusts.
//!
//! Start at [`compile()`]: it parses a script once, says what it reads, assigns and calls, and gives
//! a [`Script`] that any number of sessions evaluate at the same time.
//!
//! # How a script sees answers
//!
//! A name that the script does not declare is an answer. Reading it asks
//! [`affiant_guest::Answers::read`], assigning it calls [`affiant_guest::Answers::write`] at once.
//! Rhai has no hook for the second, and closures copy what they capture, so [`compile()`] parses
//! twice: the first pass finds every such place, the second parses the source with a marker token
//! put in front of it (see `rewrite`). Columns in faults are mapped back.
//!
//! # Invariants
//!
//! - No I/O, no randomness, no module loading. The clock is read only to stop a script.
//! - Every evaluation ends: operations are counted in one counter that closures share.
//! - A need for an answer that is not known cannot be swallowed by a script's `try`.
//! - A script never panics its host: whatever happens inside comes out as a
//!   [`affiant_guest::Stop`].

mod accessors;
mod analysis;
mod builtins;
mod calls;
mod collections;
mod compile;
mod dates;
mod fault;
mod handle;
mod limits;
mod names;
mod numbers;
mod package;
mod place;
mod problem;
mod rewrite;
mod run;
mod script;
mod sort;
mod state;
mod texts;
mod tokens;
mod values;
mod walk;
mod words;

pub use analysis::{Analysis, Assigned, Called, Read};
pub use compile::{compile, compile_with};
pub use names::{is_reachable, reachable_functions};
pub use problem::ScriptProblem;
pub use script::{Kind, Script};

#[cfg(test)]
mod tests;
