//! What a step spends on keys, on opening what was stored and on sealing what it stores.

use affiant_vault::{Head, KeySet, Master, Secret, SecretName, Seed, Token};
use anyhow::Result;

use crate::proof::vault::{Changing, SCOPE, often};

/// Bytes of the state half-way through the interview of twelve screens: so few are stored whole with
/// each step.
const STATE: usize = 250;

const NAME: SecretName<'static> =
    SecretName { deployment: SCOPE.deployment, kind: "session", id: SCOPE.session, epoch: 0 };

/// Milliseconds of a step of a visitor: from the token to the session's keys, its state opened, the
/// new state and its head sealed.
pub(crate) fn of_a_step() -> Result<f64> {
    let randomness = Changing::new();
    let (master, token) = (Master::random(&randomness)?, Token::random(&randomness)?);
    let (seed, secret) = (Secret::random(&randomness)?, Secret::random(&randomness)?);
    let wrapped = token.wrap(&SCOPE, &seed, &randomness)?;
    let in_keyring = master.seal_secret(&NAME, &secret, &randomness)?;
    let keys =
        KeySet::whole(SCOPE, Seed::anonymous(Secret::take(&mut seed.reveal(|it| *it))), secret);
    let head = (0..6).fold(Head::first(), |it, after| it.next(after, u64::from(after) + 1));
    let stored = keys.seal(head.step(6)?, "snapshot", &[7; STATE], &randomness)?;
    let row = keys.seal_head("letter", &head, &randomness)?;

    let step = || -> Result<usize> {
        token.lookup();
        let secret = master.open_secret(&NAME, &in_keyring)?;
        let seed = token.unwrap(&SCOPE, &wrapped)?;
        let keys = KeySet::whole(SCOPE, Seed::anonymous(seed), secret);
        let head = keys.open_head("letter", &row)?;
        let mut length = 0;
        keys.open(head.step(6)?, "snapshot", &stored, |_, it| length = it.len())?;
        let head = head.next(6, 7);
        let state = keys.seal(head.step(7)?, "snapshot", &[7; STATE], &randomness)?;
        let row = keys.seal_head("letter", &head, &randomness)?;
        Ok(length + state.len() + row.len())
    };
    Ok(often(step)? / 1_000.0)
}
