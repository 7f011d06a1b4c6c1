//! Names for a month.

use affiant_backend::{AccountId, Pseudonym};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What stands for an account as long as the key of a month is kept. Without the key, neither the
/// account nor its pseudonyms of other months can be told from it.
pub fn pseudonym(month: &[u8; 32], account: AccountId) -> Pseudonym {
    let mut mac = Hmac::<Sha256>::new_from_slice(month).expect("HMAC takes keys of every length");
    mac.update(b"affiant/pseudonym/v1");
    mac.update(&account.0);
    let whole = mac.finalize().into_bytes();
    let mut short = [0; 8];
    short.copy_from_slice(&whole[..8]);
    Pseudonym(short)
}
