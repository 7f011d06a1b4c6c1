//! The parser.

mod good;
mod limits;
mod mistakes;
mod noise;
mod places;
mod support;
