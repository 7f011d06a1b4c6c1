//! What the audit log says, and the proof that nothing was taken from it, changed or moved.
//!
//! Start at [`Event`], which is all that can be said; [`Entry`] puts one into a store, and
//! [`Verifier`] reads a log from its beginning to its end.
//!
//! # Invariants
//!
//! - An event holds numbers and words of ours alone. There is no field that could hold a name, an
//!   address or an answer.
//! - People are [`pseudonym`]s that change with the key of the month; once that is gone, nobody can
//!   tell whom an entry is about.
//! - Each entry holds the hash of the one before it, and the [`mark`] of the last one needs a key that
//!   is not in the log's database: who can only write there cannot cut the end off unseen.
//! - No I/O, clock or randomness.

#![forbid(unsafe_code)]

mod chain;
mod event;
mod pseudonym;
#[cfg(test)]
mod tests;

pub use chain::{Broken, Entry, Verifier, is_mark, mark};
pub use event::Event;
pub use pseudonym::pseudonym;
