//! Makes components of plugins.
//!
//! Start at [`build`], which compiles a crate and makes its component, or at [`componentize`], which
//! makes one of a core module that another language was compiled to.
//!
//! Rust is compiled for `wasm32-unknown-unknown` by either of two toolchains: the one in use, when it
//! has that target, or Debian's, whose standard library is built once from its sources and kept in a
//! cache. Both give the same component, which imports interfaces of the host and nothing else: no
//! WASI, and so no file, socket, clock or environment.
//!
//! # Invariants
//!
//! - What comes out imports only `affiant:host/…`; else the import is named.
//! - Writes into the crate's own target folder and into the cache, nowhere else.
//! - A standard library in the cache is whole: it is made beside and moved there.

mod compile;
mod component;
mod error;
mod std_library;
#[cfg(test)]
mod tests;
mod toolchain;

pub use compile::{Build, Built, build};
pub use component::componentize;
pub use error::{BuildError, ComponentError};
pub use std_library::default_cache;
