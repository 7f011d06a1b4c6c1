//! Interviews as their authors load them.

mod custom;
mod kinds;
mod logic;
mod plugins;
