//! Interviews as their authors load them.
