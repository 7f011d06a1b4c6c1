//! Tests of the whole, in one binary.

mod kill;
mod server;
mod suite;
