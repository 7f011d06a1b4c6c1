//! The standard functions, methods and classes: one registry for scripts, texts and documents.
//!
//! Start at [`function`], [`method`] and [`class`]; [`text_of`] says how any value prints.
//!
//! # Invariants
//!
//! - Pure: whatever is known comes through [`affiant_guest::Answers`], time too.
//! - A function that needs an unknown answer stops with [`affiant_guest::Stop::Missing`].

mod asking;
mod classes;
mod dates;
mod lists;
mod numbers;
mod people;
mod registry;
mod say;
mod texts;
mod words;

pub use classes::{Class, ContentKind, class, classes, is_a, new_object};
pub use registry::{
    Arguments, Call, Function, Method, Parameter, function, functions, method, methods,
};
pub use say::text_of;

#[cfg(test)]
mod tests;
