//! What opens, and above all what does not.

mod account;
mod code;
mod entries;
mod envelope;
mod escrow;
mod file;
mod frozen;
mod grant;
mod head;
mod master;
mod model;
mod part;
mod passkey;
mod password;
mod published;
mod session;
mod setting;
mod sign_in;
mod tamper;
mod thief;
mod vector;

use std::cell::Cell;

use crate::{
    AccountScope, Master, Method, NoRandomness, Randomness, Scope, Secret, SessionKeys, UserKey,
};

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

const ACCOUNT: AccountScope = AccountScope { deployment: [2; 16], account: [4; 16], epoch: 0 };

const METHOD: Method = Method { account: ACCOUNT, id: [6; 16] };

/// Accounts that differ from [`ACCOUNT`] in one part.
const OTHER_ACCOUNTS: [AccountScope; 3] = [
    AccountScope { deployment: [9; 16], ..ACCOUNT },
    AccountScope { account: [9; 16], ..ACCOUNT },
    AccountScope { epoch: 1, ..ACCOUNT },
];

/// Methods that differ from [`METHOD`] in one part.
const OTHER_METHODS: [Method; 4] = [
    Method { account: OTHER_ACCOUNTS[0], ..METHOD },
    Method { account: OTHER_ACCOUNTS[1], ..METHOD },
    Method { account: OTHER_ACCOUNTS[2], ..METHOD },
    Method { id: [9; 16], ..METHOD },
];

fn user_key(byte: u8) -> UserKey {
    UserKey::of(secret(byte))
}

fn master(byte: u8) -> Master {
    Master::take(&mut [byte; 32])
}

/// That `open` opens what was sealed, and nothing that differs from it in a bit or in its length.
fn opens_only_whole<T>(sealed: &[u8], open: impl Fn(&[u8]) -> Result<T, crate::Refused>) {
    assert!(open(sealed).is_ok());
    for at in 0..sealed.len() * 8 {
        let mut altered = sealed.to_vec();
        altered[at / 8] ^= 1 << (at % 8);
        assert!(open(&altered).is_err(), "bit {at}");
    }
    for length in 0..sealed.len() {
        assert!(open(&sealed[..length]).is_err(), "{length} bytes");
    }
    assert!(open(&[sealed, &[0]].concat()).is_err());
}

fn secret(byte: u8) -> Secret {
    Secret::take(&mut [byte; 32])
}

fn keys(seed: u8, in_keyring: u8) -> SessionKeys {
    SessionKeys::derive(SCOPE, &secret(seed), &secret(in_keyring))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}
