//! The parser.

mod good;
mod mistakes;
mod support;
