//! The Affiant server and its command line.
fn main() {}
