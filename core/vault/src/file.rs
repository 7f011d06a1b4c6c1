//! Files: sealed in chunks under a key of their own.

use zeroize::Zeroizing;

use crate::aad::Place;
use crate::keys::{Secret, SessionKeys};
use crate::{NoRandomness, Randomness, Refused, envelope};

/// Plaintext bytes of one chunk.
pub const CHUNK: usize = 64 << 10;

/// A sealed file. Chunks are bound to the file, to their number and to whether they are the last,
/// so that none can be left out, repeated, moved or exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFile {
    /// The file's own key, sealed under the session's.
    pub wrapped: Vec<u8>,
    /// The chunks, in order; at least one.
    pub chunks: Vec<Vec<u8>>,
}

impl SessionKeys {
    /// Seals a file under a new key.
    pub fn seal_file(
        &self,
        file: &[u8; 16],
        content: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<SealedFile, NoRandomness> {
        let key = Secret::random(randomness)?;
        let wrapped =
            envelope::seal(self.files().bytes(), &self.key_place(file), key.bytes(), randomness)?;
        let count = content.len().div_ceil(CHUNK).max(1);
        let mut chunks = Vec::with_capacity(count);
        for number in 0..count {
            let end = (number * CHUNK + CHUNK).min(content.len());
            let place = self.chunk_place(file, number, number + 1 == count);
            chunks.push(envelope::seal(
                key.bytes(),
                &place,
                &content[number * CHUNK..end],
                randomness,
            )?);
        }
        Ok(SealedFile { wrapped, chunks })
    }

    /// Opens a whole file, or nothing of it.
    pub fn open_file(
        &self,
        file: &[u8; 16],
        sealed: &SealedFile,
    ) -> Result<Zeroizing<Vec<u8>>, Refused> {
        let key = envelope::open(self.files().bytes(), &self.key_place(file), &sealed.wrapped)?;
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| Refused)?;
        let mut content = Zeroizing::new(Vec::with_capacity(sealed.chunks.len() * CHUNK));
        for (number, chunk) in sealed.chunks.iter().enumerate() {
            let place = self.chunk_place(file, number, number + 1 == sealed.chunks.len());
            content.extend_from_slice(&envelope::open(key, &place, chunk)?);
        }
        if sealed.chunks.is_empty() { Err(Refused) } else { Ok(content) }
    }

    fn key_place<'a>(&'a self, file: &'a [u8; 16]) -> Place<'a> {
        Place { table: "files", row: file, session: self.session(), step: 0, content: "key" }
    }

    fn chunk_place<'a>(&'a self, file: &'a [u8; 16], number: usize, last: bool) -> Place<'a> {
        let content = if last { "last chunk" } else { "chunk" };
        Place {
            table: "file_chunks",
            row: file,
            session: self.session(),
            step: number as u64,
            content,
        }
    }
}
