//! Runs the components of plugins, which nobody trusts.
//!
//! Start at [`Engine`], of which a program has one; [`Plugin::load`] makes a component ready, and
//! [`Evaluation`] calls it during one step of one person. The contracts are those of `sdk/wit`, one
//! for each [`Kind`] of plugin, with a module here for what it takes and gives. What the host does for
//! components is a [`Host`].
//!
//! A component of a stranger is compiled by [`Apart`], in a process that ends when it takes too much,
//! and its code kept in a [`Cache`].
//!
//! # Invariants
//!
//! - A component gets what is granted, and nothing else is linked: no WASI, no file, no socket, no
//!   environment. One that imports more does not load.
//! - One instance serves one evaluation and never another, so that nothing of one person's answers
//!   is left for the next.
//! - Every call ends: by its result, its fuel, its deadline or its memory. A component's failure is a
//!   [`Fault`] that names the plugin, never a panic.
//! - No clock and no randomness of its own but for deadlines: what a component may know of both comes
//!   through [`Host`].
//! - Machine code that runs was made by a compiler of ours: see [`Compiled`].

pub mod analytics;
pub mod assembly;
pub mod delivery;
pub mod field;
pub mod logic;
pub mod lookup;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

mod apart;
mod bindings;
mod cache;
mod compiled;
mod convert;
mod engine;
mod evaluation;
mod fault;
mod functions;
mod grant;
mod host;
mod kind;
mod limits;
mod plugin;
#[cfg(test)]
mod tests;
mod watch;

pub use apart::{Apart, COMPILE_COMMAND, CompileError, CompileLimits, compile_for_parent};
pub use cache::Cache;
pub use compiled::Compiled;
pub use engine::{Engine, EngineError, TICK, sees_own_pages};
pub use evaluation::{Evaluation, Stopped};
pub use fault::{Fault, FaultKind, Identity, LoadError};
pub use functions::Function;
pub use grant::Grant;
pub use host::{
    Denial, Denied, Header, Host, Letter, Level, Method, NetworkProblem, Request, Response,
    Unanswered,
};
pub use kind::Kind;
pub use limits::Limits;
pub use plugin::Plugin;
pub use watch::processor_time;
