//! Bytes of documents and files: capability `documents.read`.

use crate::failure::Denied;
use crate::value::File;
use crate::wire::host::affiant::host::documents as wit;

/// How much is asked for at once.
const PART: u32 = 256 << 10;

/// A part of a file: from `offset`, at most `length` bytes. Empty behind the end.
pub fn read_part(file: &File, offset: u64, length: u32) -> Result<Vec<u8>, Denied> {
    Ok(wit::read(&file.id, offset, length)?)
}

/// All bytes of a file. A large one may not fit into the memory that a plugin has.
pub fn read(file: &File) -> Result<Vec<u8>, Denied> {
    let mut bytes = Vec::new();
    loop {
        let part = wit::read(&file.id, bytes.len() as u64, PART)?;
        if part.is_empty() {
            return Ok(bytes);
        }
        bytes.extend(part);
    }
}
