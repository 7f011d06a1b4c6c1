//! Helpers for the tests of the whole, the benchmarks, and the search for leaks.

pub mod account;
pub mod administrators;
pub mod bench;
pub mod client;
pub mod cluster;
pub mod house;
pub mod leakscan;
pub mod pair;
pub mod parted;
pub mod person;
pub mod program;
pub mod proof;
pub mod routes;
#[path = "../s3/lib.rs"]
pub mod s3;
pub mod sink;
pub mod vendor;
