//! Runs the components of plugins behind their gate, for interviews.
//!
//! Start at [`Components`], of which a server has one: it makes packages ready, and is the
//! [`Plugins`](affiant_runtime::Plugins) that interviews are loaded with and run on.
//!
//! # Invariants
//!
//! - Nothing of a plugin runs without a choice that is in force, and whatever it wants of the host
//!   passes [`Gate::allow`](affiant_plugins::Gate::allow) at that moment: what is switched off in the
//!   middle of a step is off for the rest of it.
//! - An instance serves one step of one person.
//! - A plugin that fails never takes a request down. One that fails again and again is not called for
//!   a while, and administrators are told.
//! - A plugin whose calls are not known to be short runs in the slow lane: few at once, on threads that
//!   the system prefers least, behind a queue that has an end. So it slows nobody down but those who
//!   use such plugins.
//! - What a plugin says of its failures reaches authors and administrators; the log has the kind of
//!   failure alone.

mod components;
mod decision;
mod host;
mod kept;
mod lane;
mod learning;
mod pace;
mod pause;
mod step;
#[cfg(test)]
mod tests;

pub use components::{Components, Parts, World};
pub use pause::{PAUSE, TOLERATED};
