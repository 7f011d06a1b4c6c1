//! Renders minijinja texts that nobody trusts.
