//! Random bytes: capability `random`.

use crate::failure::Denied;
use crate::wire::host::affiant::host::random as wit;

/// As many random bytes, at most 65,536.
pub fn bytes(count: u32) -> Result<Vec<u8>, Denied> {
    Ok(wit::bytes(count)?)
}
