//! What the promises on privacy rest on, measured.

pub(crate) mod vault;
