//! Mail through the host: capability `mail.send`.

use crate::failure::Denied;
use crate::wire::host::affiant::host::mail as wit;

/// Sends a letter.
pub fn send(to: &str, subject: &str, body: &str) -> Result<(), Denied> {
    let letter =
        wit::Letter { to: to.to_owned(), subject: subject.to_owned(), body: body.to_owned() };
    Ok(wit::send(&letter)?)
}
