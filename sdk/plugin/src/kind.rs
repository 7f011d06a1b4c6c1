//! The kinds of plugins, a trait and its types each.

pub mod analytics;
pub mod assembly;
pub mod delivery;
pub mod field;
pub mod functions;
pub mod logic;
pub mod lookup;
