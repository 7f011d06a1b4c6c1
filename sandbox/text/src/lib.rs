//! Renders minijinja texts that nobody trusts.
//!
//! Start at [`compile_all`], which makes the texts of an interview ready at once, and
//! [`Compiled::render`].
//!
//! # Invariants
//!
//! - Answers are values: never parsed as template, Markdown or HTML.
//! - A need for an unknown answer comes out as [`affiant_guest::Stop::Missing`] with its path;
//!   `is defined` and `default` look without asking.
//! - Every text ends: its tags are bounded before they are parsed, its rendering by fuel, recursion
//!   and output limits.

mod compile;
mod convert;
mod escape;
mod looking;
mod object;
mod render;
mod scan;

pub use compile::{Compiled, Kind, TextProblem, compile, compile_all};

#[cfg(test)]
mod tests;
