//! Runs the components of plugins, which nobody trusts.
//!
//! Start at [`Engine`], of which a program has one; [`Plugin::load`] makes a component ready, and
//! [`Evaluation`] calls it during one step of one person. The contracts are those of `sdk/wit`;
//! `affiant:functions` is the first.
//!
//! # Invariants
//!
//! - A component gets what is granted, and nothing else is linked: no WASI, no file, no socket, no
//!   environment. One that imports more does not load.
//! - One instance serves one evaluation and never another, so that nothing of one person's answers
//!   is left for the next.
//! - Every call ends: by its result, its fuel, its deadline or its memory. A component's failure is a
//!   [`Fault`] that names the plugin, never a panic.
//! - No clock and no randomness of its own but the thread that counts a deadline's ticks: what a
//!   component may know of both comes through [`Host`].

mod bindings;
mod convert;
mod engine;
mod evaluation;
mod fault;
mod host;
mod limits;
mod plugin;
#[cfg(test)]
mod tests;

pub use engine::{Engine, EngineError, TICK};
pub use evaluation::{Evaluation, Function, Stopped};
pub use fault::{Fault, FaultKind, Identity, LoadError};
pub use host::{
    Denial, Denied, Grant, Header, Host, Level, Method, NetworkProblem, Request, Response,
};
pub use limits::Limits;
pub use plugin::Plugin;
