//! Decides what a user sees next.
