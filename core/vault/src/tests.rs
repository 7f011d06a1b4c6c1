//! What opens, and above all what does not.

mod code;
mod envelope;
mod file;
mod session;
mod vector;

use std::cell::Cell;

use crate::{NoRandomness, Randomness, Scope, Secret, SessionKeys};

/// Counts up from 0, so that tests are the same every time.
#[derive(Default)]
struct Counting(Cell<u8>);

impl Randomness for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        for byte in buffer {
            *byte = self.0.replace(self.0.get().wrapping_add(1));
        }
        Ok(())
    }
}

/// Has nothing to give.
struct Broken;

impl Randomness for Broken {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoRandomness> {
        Err(NoRandomness)
    }
}

const SCOPE: Scope = Scope { deployment: [2; 16], session: [3; 16], epoch: 0 };

fn secret(byte: u8) -> Secret {
    Secret::take(&mut [byte; 32])
}

fn keys(seed: u8, in_keyring: u8) -> SessionKeys {
    SessionKeys::derive(SCOPE, &secret(seed), &secret(in_keyring))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
