//! Joins the engine to the sandboxes.
//!
//! The entry point is [`load()`], which makes a [`Loaded`] interview from an author's files, or
//! says what is wrong with them.
//!
//! # Invariants
//!
//! - No SQL, no HTML, no I/O: files come through [`affiant_interview::Files`].
//! - Every script and text runs in a sandbox, under [`Budget::AUTHOR`](affiant_guest::Budget).

mod apart;
mod check;
mod diagnostics;
mod graph;
mod load;
mod loaded;
mod placed;
mod plugins;
mod whole;

pub use graph::{Graph, Need, Node};
pub use load::{Loading, load, load_with};
pub use loaded::Loaded;
pub use plugins::{
    Calls, Delivered, Delivery, Enclosure, Job, NoPlugins, PluginFunction, Plugins, Suggestion,
    Template,
};

#[cfg(test)]
mod tests;
