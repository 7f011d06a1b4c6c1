//! What the host gives, one module for each interface.

pub mod account;
pub mod answers;
pub mod clock;
pub mod documents;
pub mod http;
pub mod log;
pub mod mail;
pub mod proposals;
pub mod random;
pub mod settings;
pub mod store;
pub mod templates;
