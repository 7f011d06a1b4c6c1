//! Padding, so that the length of an envelope tells little about the answer in it.

use std::ops::Range;

/// Lengths up to this are padded to a multiple of [`STEP`].
const SMALL: usize = 4096;

/// The step of small paddings, in bytes.
const STEP: usize = 256;

/// Bytes in front of the plaintext that tell its length.
const PREFIX: usize = 8;

/// The length of a plaintext with its padding: multiples of 256 bytes up to 4 KiB, Padmé beyond
/// (Nikitin and others 2019: at most 12 % more, and only the logarithm of the length shows).
pub(crate) fn padded_length(plaintext: usize) -> usize {
    let length = plaintext.saturating_add(PREFIX);
    if length <= SMALL {
        return length.next_multiple_of(STEP);
    }
    let exponent = length.ilog2();
    let last_bits = exponent - (exponent.ilog2() + 1);
    let mask = (1_usize << last_bits) - 1;
    length.saturating_add(mask) & !mask
}

/// Adds the plaintext behind its length, filled up with zeros.
pub(crate) fn pad(out: &mut Vec<u8>, plaintext: &[u8]) {
    let end = out.len() + padded_length(plaintext.len());
    out.extend((plaintext.len() as u64).to_be_bytes());
    out.extend(plaintext);
    out.resize(end, 0);
}

/// Where the plaintext lies in a padded one; `None` when it is not as [`pad`] makes it.
pub(crate) fn unpadded(padded: &[u8]) -> Option<Range<usize>> {
    let (length, rest) = padded.split_first_chunk::<PREFIX>()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    let fits = length <= rest.len() && padded_length(length) == padded.len();
    fits.then(|| PREFIX..PREFIX + length)
}

/// The plaintext of a padded one; `None` when it is not as [`pad`] makes it.
pub(crate) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    padded.get(unpadded(padded)?)
}
