//! The envelope: AES-256-GCM under a key and nonce that are used once, with a commitment.
//!
//! `ver(1) suite(1) mode(1) flags(1) key_id(16) epoch(4) salt(32) commit(32) ct tag(16)`. For each
//! record HKDF-SHA-256 (RFC 5869) gives a key, a nonce and a commitment from the purpose's key, a
//! random salt and the hash of the associated data; the commitment is compared before anything is
//! decrypted, so that one envelope cannot open under two keys (Len, Grubbs, Ristenpart 2021).

use std::ops::Range;

use hkdf::Hkdf;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroizing, optimization_barrier};

use crate::place::{HEADER, Place};
use crate::{NoRandomness, Randomness, Refused, padding, random};

const SALT: usize = 32;
const COMMITMENT: usize = 32;
const TAG: usize = 16;

/// Bytes of an envelope beside its padded plaintext.
pub(crate) const OVERHEAD: usize = HEADER + SALT + COMMITMENT + TAG;

/// Key, nonce and commitment of one record.
struct Single(Zeroizing<[u8; 32 + 12 + COMMITMENT]>);

impl Single {
    fn derive(purpose: &[u8; 32], salt: &[u8], associated: &[u8]) -> Self {
        let mut material = Zeroizing::new([0; 32 + 12 + COMMITMENT]);
        Hkdf::<Sha256>::new(Some(salt), purpose)
            .expand(&Sha256::digest(associated), &mut *material)
            .expect("76 bytes are within what HKDF-SHA-256 gives");
        Self(material)
    }

    /// The key made ready. It lies on the stack alone, which the thread overwrites before it waits.
    fn cipher(&self) -> LessSafeKey {
        let key = UnboundKey::new(&AES_256_GCM, &self.0[..32]).expect("a key has 32 bytes");
        LessSafeKey::new(key)
    }

    fn nonce(&self) -> Nonce {
        Nonce::try_assume_unique_for_key(&self.0[32..44]).expect("a nonce has 12 bytes")
    }

    fn commitment(&self) -> &[u8] {
        &self.0[44..]
    }
}

/// Seals a plaintext for a place.
pub(crate) fn seal(
    purpose: &[u8; 32],
    place: &Place<'_>,
    plaintext: &[u8],
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    Ok(seal_with(purpose, place, plaintext, &random::<SALT>(randomness)?))
}

/// Seals with a given salt: for [`seal`] and for frozen vectors.
pub(crate) fn seal_with(
    purpose: &[u8; 32],
    place: &Place<'_>,
    plaintext: &[u8],
    salt: &[u8; SALT],
) -> Vec<u8> {
    let associated = place.associated();
    let single = Single::derive(purpose, salt, &associated);
    // Room for all of it, so that no part of the plaintext stays behind in a buffer that grew.
    let mut sealed = Vec::with_capacity(OVERHEAD + padding::padded_length(plaintext.len()));
    sealed.extend(place.header());
    sealed.extend(salt);
    sealed.extend(single.commitment());
    let start = sealed.len();
    if place.bare {
        sealed.extend(plaintext);
    } else {
        padding::pad(&mut sealed, plaintext);
    }
    let tag = single
        .cipher()
        .seal_in_place_separate_tag(single.nonce(), Aad::from(&associated), &mut sealed[start..])
        .expect("plaintexts are far below the 64 GiB of GCM");
    sealed.extend(tag.as_ref());
    sealed
}

/// A record on its way from ciphertext to plaintext.
///
/// Not [`Zeroizing`], which overwrites byte by byte: of an old session that took as long as opening
/// the record.
struct Body(Vec<u8>);

impl Drop for Body {
    fn drop(&mut self) {
        self.0.fill(0);
        optimization_barrier(&self.0[..]);
    }
}

/// What was sealed. It is overwritten when it is dropped.
pub struct Opened {
    body: Body,
    range: Range<usize>,
}

impl AsRef<[u8]> for Opened {
    fn as_ref(&self) -> &[u8] {
        self.body.0.get(self.range.clone()).unwrap_or_default()
    }
}

impl Opened {
    /// Without so many bytes at its front, which are there.
    pub(crate) fn behind(mut self, count: usize) -> Self {
        self.range.start += count;
        self
    }
}

/// Opens an envelope in its place and shows what is in it.
pub(crate) fn open<T>(
    purpose: &[u8; 32],
    place: &Place<'_>,
    sealed: &[u8],
    see: impl FnOnce(&[u8]) -> T,
) -> Result<T, Refused> {
    opened(purpose, place, sealed).map(|it| see(it.as_ref()))
}

/// Opens an envelope in its place.
pub(crate) fn opened(
    purpose: &[u8; 32],
    place: &Place<'_>,
    sealed: &[u8],
) -> Result<Opened, Refused> {
    let (header, rest) = sealed.split_at_checked(HEADER).ok_or(Refused)?;
    if header != place.header() {
        return Err(Refused);
    }
    let (salt, rest) = rest.split_at_checked(SALT).ok_or(Refused)?;
    let (commitment, rest) = rest.split_at_checked(COMMITMENT).ok_or(Refused)?;
    let (body, tag) = rest.split_last_chunk::<TAG>().ok_or(Refused)?;
    let associated = place.associated();
    let single = Single::derive(purpose, salt, &associated);
    if !bool::from(single.commitment().ct_eq(commitment)) {
        return Err(Refused);
    }
    let mut body = Body(body.to_vec());
    let associated = Aad::from(&associated);
    let cipher = single.cipher();
    cipher
        .open_in_place_separate_tag(single.nonce(), associated, (*tag).into(), &mut body.0, 0..)
        .map_err(|_| Refused)?;
    let range = if place.bare { Some(0..body.0.len()) } else { padding::unpadded(&body.0) };
    Ok(Opened { range: range.ok_or(Refused)?, body })
}
