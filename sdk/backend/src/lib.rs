//! Traits that native plugins implement.
