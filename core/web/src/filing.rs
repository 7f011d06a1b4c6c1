//! Where the sealed content of files lies: with their rows, or in object storage.

use affiant_backend::objects::{pack, unpack};
use affiant_backend::{Content, FileRow, ObjectId, SessionId, StorageError};
use affiant_vault::{SealedFile, random};

use crate::app::App;
use crate::error::{WebError, file_out_of_reach, internal};

impl App {
    /// Stores a file of a session: its content first, then the row that names it. What dies in between
    /// is an object without a row, which retention deletes.
    pub(crate) async fn put_file(
        &self,
        session: SessionId,
        id: [u8; 16],
        sealed: SealedFile,
    ) -> Result<(), WebError> {
        let SealedFile { wrapped, name, chunks } = sealed;
        let content = match &self.objects {
            None => Content::Chunks(chunks),
            Some(objects) => {
                let packed = pack(&chunks).ok_or_else(|| internal("a chunk is too long"))?;
                let length = u64::try_from(packed.len()).map_err(internal)?;
                let object = ObjectId(random(&*self.randomness)?);
                objects.put(object, packed).await?;
                Content::Object(object, length)
            }
        };
        Ok(self.store.put_file(FileRow { session, id, wrapped, name, content }).await?)
    }

    /// A file of a session with its content; `None` when the session has no such file.
    pub(crate) async fn find_file(
        &self,
        session: SessionId,
        id: [u8; 16],
    ) -> Result<Option<SealedFile>, WebError> {
        let Some(row) = self.store.find_file(session, id).await? else { return Ok(None) };
        let chunks = match row.content {
            Content::Chunks(chunks) => chunks,
            Content::Object(object, length) => match self.chunks(object, length).await {
                Ok(chunks) => chunks,
                // Whoever deletes a file deletes its row first.
                Err(_) if self.store.find_file(session, id).await?.is_none() => return Ok(None),
                Err(StorageError::Unavailable(source)) => return Err(file_out_of_reach(source)),
                Err(error) => return Err(error.into()),
            },
        };
        Ok(Some(SealedFile { wrapped: row.wrapped, name: row.name, chunks }))
    }

    async fn chunks(&self, object: ObjectId, length: u64) -> Result<Vec<Vec<u8>>, StorageError> {
        let Some(objects) = &self.objects else {
            return Err(StorageError::Unavailable("no object storage is set up".into()));
        };
        let corrupt = StorageError::Corrupt { table: "objects" };
        match objects.get(object).await? {
            Some(packed) if u64::try_from(packed.len()) == Ok(length) => {
                unpack(&packed).ok_or(corrupt)
            }
            _ => Err(corrupt),
        }
    }
}
