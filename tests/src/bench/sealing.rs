//! What a step spends on keys, on opening what was stored and on sealing what it stores.

use affiant_vault::{Master, Secret, SecretName, SessionKeys, Token};
use anyhow::Result;

use crate::proof::vault::{Changing, SCOPE, often};

/// Bytes of the state and of the changes of a step half-way through the interview of twelve screens.
const STATE: usize = 250;
const CHANGES: usize = 150;

const NAME: SecretName<'static> =
    SecretName { deployment: SCOPE.deployment, kind: "session", id: SCOPE.session, epoch: 0 };

/// Milliseconds of a step of a visitor: from the token to the session's keys, its state opened, the
/// new state and its changes sealed.
pub(crate) fn of_a_step() -> Result<f64> {
    let randomness = Changing::new();
    let (master, token) = (Master::random(&randomness)?, Token::random(&randomness)?);
    let (seed, secret) = (Secret::random(&randomness)?, Secret::random(&randomness)?);
    let wrapped = token.wrap(&SCOPE, &seed, &randomness)?;
    let in_keyring = master.seal_secret(&NAME, &secret, &randomness)?;
    let keys = SessionKeys::derive(SCOPE, &seed, &secret);
    let stored = keys.seal(6, "snapshot", &[7; STATE], &randomness)?;

    let step = || -> Result<usize> {
        token.lookup();
        let secret = master.open_secret(&NAME, &in_keyring)?;
        let seed = token.unwrap(&SCOPE, &wrapped)?;
        let keys = SessionKeys::derive(SCOPE, &seed, &secret);
        let length = keys.open(6, "snapshot", &stored, <[u8]>::len)?;
        let changes = keys.seal(7, "delta", &[7; CHANGES], &randomness)?;
        let state = keys.seal(7, "snapshot", &[7; STATE], &randomness)?;
        Ok(length + changes.len() + state.len())
    };
    Ok(often(step)? / 1_000.0)
}
