//! Helpers for the tests of the whole, and the benchmarks.

pub mod account;
pub mod bench;
pub mod client;
pub mod person;
pub mod program;
mod proof;
