//! Gives any text to `entries::manifest`.

#![no_main]

#[path = "../../src/tests/entries/shared.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::manifest(&String::from_utf8_lossy(data)));
