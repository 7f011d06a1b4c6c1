//! Interviews as their authors load them.

mod plugins;
