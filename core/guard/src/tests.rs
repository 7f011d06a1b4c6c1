//! Addresses by their cases, and weeks of guessing on a clock that jumps.

mod addresses;
mod admissions;
mod devices;
mod guessing;
mod mails;
mod memory;
mod networks;
mod roles;
