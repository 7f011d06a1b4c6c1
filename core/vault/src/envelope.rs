//! The envelope: AES-256-GCM under a key and nonce that are used once, with a commitment.
//!
//! `ver(1) suite(1) mode(1) flags(1) key_id(16) epoch(4) salt(32) commit(32) ct tag(16)`. For each
//! record HKDF-SHA-256 (RFC 5869) gives a key, a nonce and a commitment from the purpose's key, a
//! random salt and the hash of the associated data; the commitment is compared before anything is
//! decrypted, so that one envelope cannot open under two keys (Len, Grubbs, Ristenpart 2021).

use aes_gcm::aead::AeadInOut as _;
use aes_gcm::{Aes256Gcm, KeyInit as _};
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::aad::Place;
use crate::{NoRandomness, Randomness, Refused, padding, random};

const VERSION: u8 = 1;
const SUITE: u8 = 1;
const HEADER: usize = 24;
const SALT: usize = 32;
const COMMITMENT: usize = 32;
const TAG: usize = 16;

/// Version, suite, mode, flags, key id and epoch. Mode 1 is a visitor without an account.
fn header() -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[0] = VERSION;
    header[1] = SUITE;
    header[2] = 1;
    header
}

/// What one record is sealed with.
struct Single {
    key: Zeroizing<[u8; 32]>,
    nonce: [u8; 12],
    commitment: [u8; COMMITMENT],
}

fn single(purpose: &[u8; 32], salt: &[u8], aad: &[u8]) -> Result<Single, Refused> {
    let mut material = Zeroizing::new([0; 32 + 12 + COMMITMENT]);
    Hkdf::<Sha256>::new(Some(salt), purpose)
        .expand(&Sha256::digest(aad), &mut *material)
        .map_err(|_| Refused)?;
    let mut single =
        Single { key: Zeroizing::new([0; 32]), nonce: [0; 12], commitment: [0; COMMITMENT] };
    single.key.copy_from_slice(&material[..32]);
    single.nonce.copy_from_slice(&material[32..44]);
    single.commitment.copy_from_slice(&material[44..]);
    Ok(single)
}

/// Seals a plaintext for a place.
pub(crate) fn seal(
    purpose: &[u8; 32],
    place: &Place<'_>,
    plaintext: &[u8],
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    Ok(seal_with(purpose, place, plaintext, random::<SALT>(randomness)?))
}

/// Seals with a given salt: for [`seal`] and for vectors.
pub(crate) fn seal_with(
    purpose: &[u8; 32],
    place: &Place<'_>,
    plaintext: &[u8],
    salt: [u8; SALT],
) -> Vec<u8> {
    let header = header();
    let aad = place.encode(&header);
    let single = single(purpose, &salt, &aad).expect("76 bytes are within what HKDF-SHA-256 gives");
    let mut body = Zeroizing::new(padding::pad(plaintext));
    let cipher = Aes256Gcm::new(&(*single.key).into());
    let tag = cipher
        .encrypt_inout_detached(&single.nonce.into(), &aad, body.as_mut_slice().into())
        .expect("plaintexts are far below the limit of GCM");
    let mut sealed = Vec::with_capacity(HEADER + SALT + COMMITMENT + body.len() + TAG);
    sealed.extend(header);
    sealed.extend(salt);
    sealed.extend(single.commitment);
    sealed.extend(body.iter());
    sealed.extend(tag);
    sealed
}

/// Opens an envelope in its place.
pub(crate) fn open(
    purpose: &[u8; 32],
    place: &Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let (head, rest) = sealed.split_at_checked(HEADER).ok_or(Refused)?;
    if head != header() {
        return Err(Refused);
    }
    let (salt, rest) = rest.split_at_checked(SALT).ok_or(Refused)?;
    let (commitment, rest) = rest.split_at_checked(COMMITMENT).ok_or(Refused)?;
    let (body, tag) =
        rest.split_at_checked(rest.len().checked_sub(TAG).ok_or(Refused)?).ok_or(Refused)?;
    let aad = place.encode(head);
    let single = single(purpose, salt, &aad)?;
    if !bool::from(single.commitment.ct_eq(commitment)) {
        return Err(Refused);
    }
    let mut body = Zeroizing::new(body.to_vec());
    let tag: [u8; TAG] = tag.try_into().map_err(|_| Refused)?;
    Aes256Gcm::new(&(*single.key).into())
        .decrypt_inout_detached(&single.nonce.into(), &aad, body.as_mut_slice().into(), &tag.into())
        .map_err(|_| Refused)?;
    let plaintext = padding::unpad(&body).ok_or(Refused)?;
    Ok(Zeroizing::new(plaintext.to_vec()))
}
