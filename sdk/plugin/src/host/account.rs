//! What an account says of its person: capability `account.read`.

use crate::failure::Denied;
use crate::value::{Value, from_wire};
use crate::wire::host::affiant::host::account as wit;

/// A field of the account.
pub fn get(field: &str) -> Result<Value, Denied> {
    Ok(from_wire(wit::get(field)?))
}
