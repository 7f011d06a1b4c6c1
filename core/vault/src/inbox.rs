//! Inboxes: what arrives for a session while nobody is there. Anybody can seal to it, and only who
//! opens the session can read it.

use zeroize::Zeroizing;

use crate::cbor::Items;
use crate::hpke::{KeyPair, PublicKey};
use crate::keys::SessionKeys;
use crate::place::Scope;
use crate::{NoRandomness, Randomness, Refused, padding};

impl SessionKeys {
    /// The public key of the session's inbox. It is the same for as long as the seed is.
    pub fn inbox(&self) -> PublicKey {
        KeyPair::derive(self.inbox_secret()).public()
    }

    /// Opens an item of the inbox.
    pub fn open_item<T>(
        &self,
        item: &[u8; 16],
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        let pair = KeyPair::derive(self.inbox_secret());
        pair.open(&info(self.scope(), item), None, sealed, |it| padding::unpad(it).map(see))?
            .ok_or(Refused)
    }
}

impl PublicKey {
    /// Seals an item to the inbox of a session.
    pub fn seal_item(
        &self,
        session: &Scope,
        item: &[u8; 16],
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let length = padding::padded_length(plaintext.len());
        let mut padded = Zeroizing::new(Vec::with_capacity(length));
        padding::pad(&mut padded, plaintext);
        self.seal(&info(session, item), None, &padded, randomness)
    }
}

/// What HPKE is told: `[purpose, deployment, session, epoch, item]`.
fn info(session: &Scope, item: &[u8; 16]) -> Vec<u8> {
    Items::of(5)
        .text("affiant/inbox/v1")
        .bytes(&session.deployment)
        .bytes(&session.session)
        .number(session.epoch.into())
        .bytes(item)
        .done()
}
