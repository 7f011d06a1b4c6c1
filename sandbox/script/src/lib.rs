//! Runs Rhai scripts that nobody trusts.
