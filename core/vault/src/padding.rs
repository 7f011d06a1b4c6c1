//! Padding, so that the length of an envelope tells little about the answer in it.

/// Lengths up to this are padded to a multiple of [`STEP`].
const SMALL: usize = 4096;

/// The step of small paddings, in bytes.
const STEP: usize = 256;

/// The padded length of a plaintext: multiples of 256 bytes up to 4 KiB, Padmé beyond (Nikitin
/// and others 2019: at most 12 % more, and only the logarithm of the length shows).
pub(crate) fn padded_length(length: usize) -> usize {
    if length <= SMALL {
        return length.div_ceil(STEP).max(1) * STEP;
    }
    let exponent = length.ilog2();
    let last_bits = exponent - (exponent.ilog2() + 1);
    let mask = (1_usize << last_bits) - 1;
    (length + mask) & !mask
}

/// The plaintext behind its length, filled up with zeros.
pub(crate) fn pad(plaintext: &[u8]) -> Vec<u8> {
    let length = padded_length(plaintext.len() + 4);
    let mut padded = Vec::with_capacity(length);
    // Longer plaintexts than 4 GiB do not exist here: bodies are limited to megabytes.
    padded.extend(u32::try_from(plaintext.len()).unwrap_or(u32::MAX).to_be_bytes());
    padded.extend(plaintext);
    padded.resize(length, 0);
    padded
}

/// The plaintext of a padded one.
pub(crate) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
