//! The standard functions, methods and classes: one registry for scripts, texts and documents.
//!
//! Start at [`function`], [`method`] and [`class`]; [`text_of`] says how any value prints. What
//! depends on the language is in `locale` and its files; `words` holds the grammar of English, with
//! the little that other languages share of it.
//!
//! # Invariants
//!
//! - Pure: whatever is known comes through [`affiant_guest::Answers`], time too.
//! - A function that needs an unknown answer stops with [`affiant_guest::Stop::Missing`].
//! - Total: no argument and no tree of answers makes a function panic or run without end.

mod addresses;
mod asking;
mod classes;
mod dates;
mod dictionaries;
mod everything;
mod files;
mod items;
mod lists;
mod locale;
mod markup;
mod numbers;
mod numerals;
mod objects;
mod people;
mod phones;
mod places;
mod registry;
mod say;
mod session;
mod tasks;
mod texts;
mod verbs;
mod words;

pub use classes::{Class, ContentKind, class, classes, is_a, new_object};
pub use locale::{Locale, languages, locale, say, speaks};
pub use registry::{
    Arguments, Call, Function, Method, Parameter, function, functions, method, methods,
};
pub use say::text_of;

#[cfg(test)]
mod tests;
