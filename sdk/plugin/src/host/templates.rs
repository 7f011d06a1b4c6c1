//! Templates that are to be filled: capability `template.read`.

use crate::failure::Denied;
use crate::wire::host::affiant::host::templates as wit;

/// The bytes of a template.
pub fn read(name: &str) -> Result<Vec<u8>, Denied> {
    Ok(wit::read(name)?)
}
