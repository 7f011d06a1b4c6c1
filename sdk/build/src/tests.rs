//! Modules that become components, those that do not, and compilers that are not there.

mod components;
mod toolchains;
