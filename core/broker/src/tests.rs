//! What gets through and what does not, with real connections to listeners of this machine.

mod addresses;
mod entries;
mod peer;
mod secrets;
mod stage;
mod traffic;
mod urls;
