//! Wrapping secrets under the master key.

use affiant_backend::{SecretKind, SecretName, StorageError};
use affiant_vault::{NoRandomness, Randomness, Scope, Secret, SessionKeys};

/// What a secret is bound to beside its id and epoch.
fn content(kind: SecretKind) -> String {
    format!("keyring {}", kind.word())
}

fn keys(master: &Secret, deployment: [u8; 16], name: &SecretName) -> SessionKeys {
    let scope = Scope { deployment, session: name.id, epoch: name.epoch };
    SessionKeys::derive(scope, master, master)
}

pub(crate) fn wrap(
    master: &Secret,
    deployment: [u8; 16],
    name: &SecretName,
    secret: &Secret,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    let keys = keys(master, deployment, name);
    secret.reveal(|it| keys.seal(0, &content(name.kind), it, randomness))
}

pub(crate) fn unwrap(
    master: &Secret,
    deployment: [u8; 16],
    name: &SecretName,
    wrapped: &[u8],
) -> Result<Secret, StorageError> {
    let corrupt = || StorageError::Corrupt { table: "wrapped" };
    let keys = keys(master, deployment, name);
    let opened = keys.open(0, &content(name.kind), wrapped, |it| {
        let mut bytes = <[u8; 32]>::try_from(it).ok()?;
        Some(Secret::take(&mut bytes))
    });
    opened.map_err(|_| corrupt())?.ok_or_else(corrupt)
}
