//! Gives any bytes to `entries::grants`.

#![no_main]

#[path = "../../src/tests/entries/shared.rs"]
#[expect(dead_code, reason = "each target uses one of them")]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::grants(data));
