//! What a plugin keeps about nobody.

use affiant_guest::Value;
use affiant_manifest::{Declaration, SubjectKey};
use affiant_plugins::Why;

/// Most bytes of a value.
const LARGEST: usize = 64 << 10;

/// Longest key, in bytes.
const LONGEST: usize = 256;

/// Whether a store holds what is about nobody. What is about a visit or an account would have to be
/// sealed for its person, which no plugin's host can do yet.
pub(crate) fn is_about_nobody(declaration: &Declaration<'_>, store: &str) -> bool {
    let found = declaration.server_storage.iter().find(|it| it.id.value.as_str() == store);
    found.is_some_and(|it| it.subject_key == SubjectKey::None)
}

/// A value as it is stored.
pub(crate) fn stored(key: &str, value: &Value) -> Result<Vec<u8>, Why> {
    let bytes = postcard::to_stdvec(value).map_err(|_| Why::OverLimit)?;
    if bytes.len() > LARGEST || key.len() > LONGEST {
        return Err(Why::OverLimit);
    }
    Ok(bytes)
}

/// A stored value; nothing for what this version cannot read.
pub(crate) fn read(bytes: &[u8]) -> Option<Value> {
    postcard::from_bytes(bytes).ok()
}
