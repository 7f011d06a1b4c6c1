//! Where the content of files is.

use super::{bytes, corrupt, signed};
use crate::error::StorageError;
use crate::objects::{ObjectId, PlaceRow};
use crate::rows::{Content, SessionId};

/// A file with its object, if it has one.
#[derive(Debug)]
pub struct PlaceColumns {
    pub session: Vec<u8>,
    pub id: Vec<u8>,
    pub object: Option<Vec<u8>>,
    pub object_length: Option<i64>,
}

impl TryFrom<PlaceColumns> for PlaceRow {
    type Error = StorageError;

    fn try_from(columns: PlaceColumns) -> Result<Self, StorageError> {
        Ok(Self {
            session: SessionId(bytes(columns.session, "files")?),
            file: bytes(columns.id, "files")?,
            object: object(columns.object, columns.object_length)?,
        })
    }
}

/// The object that a row of `files` names, and its bytes.
pub fn object(
    id: Option<Vec<u8>>,
    length: Option<i64>,
) -> Result<Option<(ObjectId, u64)>, StorageError> {
    match (id, length) {
        (None, None) => Ok(None),
        (Some(id), Some(length)) => {
            let length = u64::try_from(length).map_err(|_| corrupt("files"))?;
            Ok(Some((ObjectId(bytes(id, "files")?), length)))
        }
        _ => Err(corrupt("files")),
    }
}

/// The content that a row of `files` has together with its chunks: in one of the two places.
pub fn content(
    object: Option<(ObjectId, u64)>,
    chunks: Vec<Vec<u8>>,
) -> Result<Content, StorageError> {
    match object {
        Some((id, length)) if chunks.is_empty() => Ok(Content::Object(id, length)),
        None if !chunks.is_empty() => Ok(Content::Chunks(chunks)),
        _ => Err(corrupt("file_chunks")),
    }
}

/// What a row of `files` names for its content, and the chunks that lie beside it.
pub fn of_content(content: &Content) -> (Option<&[u8]>, Option<i64>, &[Vec<u8>]) {
    match content {
        Content::Chunks(chunks) => (None, None, chunks),
        Content::Object(id, length) => (Some(&id.0), Some(signed(*length)), &[]),
    }
}
