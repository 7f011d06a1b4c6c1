//! The parser.
mod good;
mod support;
