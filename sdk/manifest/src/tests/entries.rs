//! What fuzzing and the property tests both try.

mod shared;

pub(super) use shared::manifest;
