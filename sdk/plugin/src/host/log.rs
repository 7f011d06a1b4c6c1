//! The log: capability `log`.
//!
//! What holds personal data is not written, nor a line of more than 8 KiB. When writing is denied, the
//! plugin goes on: no caller could do anything about it.

use crate::wire::host::affiant::host::log as wit;

/// For whoever looks for a fault.
pub fn debug(message: &str) {
    let _ = wit::write(wit::Level::Debug, message);
}

/// Worth knowing.
pub fn info(message: &str) {
    let _ = wit::write(wit::Level::Info, message);
}

/// Likely wrong.
pub fn warning(message: &str) {
    let _ = wit::write(wit::Level::Warning, message);
}

/// Wrong.
pub fn error(message: &str) {
    let _ = wit::write(wit::Level::Error, message);
}
