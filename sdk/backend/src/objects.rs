//! Object storage: where the sealed content of files may lie, apart from the database.

use async_trait::async_trait;

use crate::error::StorageError;
use crate::rows::{Content, SessionId};

/// Names an object; random, and made anew whenever content is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub [u8; 16]);

/// An object as its storage tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: ObjectId,
    /// When it was stored, by the storage's clock, in seconds of the Unix epoch.
    pub modified: i64,
}

/// Keeps sealed content by ids that tell nothing.
///
/// Any call may fail with [`StorageError::Unavailable`]; it tried again by then where that is safe.
/// Whoever stores content makes the row after the object, and deletes the row before it: so an object
/// may be without a row, but no row is without its object.
#[async_trait]
pub trait Objects: Send + Sync {
    /// Stores an object. After `Ok` it survives the death of the process and of the machine. After an
    /// error or a death in between it is there as a whole or not at all. Fails with
    /// [`StorageError::Full`] when there is no room.
    async fn put(&self, id: ObjectId, sealed: Vec<u8>) -> Result<(), StorageError>;

    /// An object as it was stored; `None` if there is none.
    async fn get(&self, id: ObjectId) -> Result<Option<Vec<u8>>, StorageError>;

    /// Removes an object, and what was left of one that was cut off; no error if there is none.
    async fn delete(&self, id: ObjectId) -> Result<(), StorageError>;

    /// The objects behind `after`, by id, at most `limit`; with those that were cut off and take room.
    async fn list(&self, after: Option<ObjectId>, limit: u32) -> Result<Vec<Listed>, StorageError>;

    /// Whose objects these are: the id of the databases that have their rows. `None` if nobody said
    /// so yet. Cheap enough for a health check.
    async fn owner(&self) -> Result<Option<[u8; 16]>, StorageError>;

    /// Says whose objects these are.
    async fn set_owner(&self, owner: [u8; 16]) -> Result<(), StorageError>;
}

/// A file that is lent to browsers, readable.
#[derive(Clone)]
pub struct Lent {
    /// Random: who does not know it does not find the file.
    pub id: ObjectId,
    /// What it is saved as.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it holds.
    pub content: Vec<u8>,
}

/// Direct links: files that browsers fetch from the object storage, where they lie readable for a
/// while. Only where whoever runs the server set it.
#[async_trait]
pub trait Links: Send + Sync {
    /// Stores a file readable, from `now` on, and gives the address that fetches it. That works for a
    /// minute, for whoever has it.
    async fn lend(&self, file: Lent, now: i64) -> Result<String, StorageError>;

    /// Deletes the files whose addresses work no more, whoever lent them. Returns how many.
    async fn take_back(&self, now: i64) -> Result<u64, StorageError>;
}

/// A file and where its content is, for those who go through all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    /// The session that it belongs to.
    pub session: SessionId,
    /// Its id.
    pub file: [u8; 16],
    /// Its object and how many bytes that has; `None` if the content is with the row.
    pub object: Option<(ObjectId, u64)>,
}

/// What the database knows of objects.
#[async_trait]
pub trait ObjectRows: Send + Sync {
    /// All files behind one, by session and id, at most `limit`.
    async fn places(
        &self,
        after: Option<(SessionId, [u8; 16])>,
        limit: u32,
    ) -> Result<Vec<PlaceRow>, StorageError>;

    /// How many files have their content in an object.
    async fn count_objects(&self) -> Result<u64, StorageError>;

    /// The objects that a file has, by id, from one to another, both included.
    async fn kept_objects(
        &self,
        from: ObjectId,
        to: ObjectId,
    ) -> Result<Vec<ObjectId>, StorageError>;

    /// Puts other content in place of a file's; an object that it had is lost from then on. Fails with
    /// [`StorageError::Conflict`] if the file is gone.
    async fn move_content(
        &self,
        session: SessionId,
        file: [u8; 16],
        content: Content,
    ) -> Result<(), StorageError>;

    /// Objects that no file has any more and that are not deleted yet, at most `limit`. An object comes
    /// here in the transaction that takes its file's row away.
    async fn lost_objects(&self, limit: u32) -> Result<Vec<ObjectId>, StorageError>;

    /// Those objects are deleted.
    async fn forget_lost(&self, ids: Vec<ObjectId>) -> Result<(), StorageError>;
}

/// Bytes before each chunk that tell how long it is.
const HEAD: usize = 4;

/// Sealed chunks as one object: each behind its length, four bytes, the greatest first. `None` if a
/// chunk is longer than these can tell.
pub fn pack(chunks: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut packed = Vec::with_capacity(chunks.iter().map(|it| HEAD + it.len()).sum());
    for chunk in chunks {
        packed.extend(u32::try_from(chunk.len()).ok()?.to_be_bytes());
        packed.extend(chunk);
    }
    Some(packed)
}

/// The chunks of an object; `None` if it is none, or not whole.
pub fn unpack(mut packed: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut chunks = Vec::new();
    while !packed.is_empty() {
        let (length, rest) = packed.split_first_chunk::<HEAD>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (chunk, rest) = rest.split_at_checked(length)?;
        chunks.push(chunk.to_vec());
        packed = rest;
    }
    if chunks.is_empty() { None } else { Some(chunks) }
}
