//! Turns assembled Markdown into HTML, PDF and DOCX.
//!
//! The entry points are [`markdown`] for the text of pages and [`document::Document`] for files,
//! which [`page`], [`pdf`] and [`docx`] write.
//!
//! # Invariants
//!
//! - No I/O and no clock: fonts are compiled in, dates are parameters.
//! - Deterministic. Equal documents give equal bytes.
//! - Text stays text. Nothing that an author or a user wrote is read as HTML script, Typst or XML.
//! - Total. Any input gives an output or a typed error, and no error repeats what was written.

pub mod document;
pub mod docx;
pub mod glyphs;
pub mod markdown;
pub mod page;
pub mod pdf;

mod fonts;
mod settle;
mod source;
mod tree;

#[cfg(test)]
mod tests;
