//! Interviews as their authors load them.

mod logic;
mod plugins;
