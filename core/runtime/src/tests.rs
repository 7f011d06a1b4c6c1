//! Interviews as their authors load them.

mod custom;
mod logic;
mod plugins;
