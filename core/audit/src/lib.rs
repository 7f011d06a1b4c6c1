//! The audit log: what happened, whom it is about, and the proof that nobody changed it since.
//!
//! Start with [`Ledger`]: it makes the [`Change`](affiant_backend::Change) that a use case commits
//! together with what it did, reads what a person may see about themselves, cuts what was kept as
//! long as promised, and reads the whole log for gaps.
//!
//! - An entry holds an [`Event`], which is a word, and a [`Detail`], which is a number or another of
//!   our words. There is no field that could hold a name, an address or an answer.
//! - People are pseudonyms that change with the key of the month; once that is gone, nobody can tell
//!   whom an entry is about.
//! - Each entry holds the hash of the one before it. Who can write the database can make the whole
//!   chain anew, which is why its end is told elsewhere from time to time.
//! - No clock, and no randomness of its own.

#![forbid(unsafe_code)]

mod chain;
mod event;
mod ledger;
#[cfg(test)]
mod tests;
mod told;

pub use chain::{Broken, Detail, Entry, Verifier};
pub use event::Event;
pub use ledger::{Ledger, Unverified, Whole};
pub use told::Told;
