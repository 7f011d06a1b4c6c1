//! Files: sealed in chunks under a key of their own.
//!
//! Each chunk is an envelope like any other record, which gives it a commitment and a key that is
//! used once; a second construction (STREAM) would save 88 of 65,536 bytes.

use crate::keys::{Plaintext, Secret, SessionKeys, unwrap, wrap};
use crate::place::{Mode, Place, Scope, epoch_of, mode_of};
use crate::{NoRandomness, Randomness, Refused, envelope};

/// Plaintext bytes of one chunk; the last one may be shorter.
pub const CHUNK: usize = 64 << 10;

/// A sealed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFile {
    /// The file's own key, sealed under the session's.
    pub wrapped: Vec<u8>,
    /// Its name, sealed under its key.
    pub name: Vec<u8>,
    /// The chunks, in order; at least one.
    pub chunks: Vec<Vec<u8>>,
}

/// The key of one file. Chunks are bound to the file, to their number and to whether they are the
/// last, so that none can be left out, repeated, moved or exchanged; any of them opens alone.
/// When a session gets new keys, only the file's key is sealed anew: its chunks stay those of the
/// epoch that they were sealed in.
pub struct FileKey {
    key: Secret,
    scope: Scope,
    mode: Mode,
    file: [u8; 16],
}

impl SessionKeys {
    /// A new key for a file, and the same key sealed under the session's.
    pub fn new_file(
        &self,
        file: [u8; 16],
        randomness: &dyn Randomness,
    ) -> Result<(FileKey, Vec<u8>), NoRandomness> {
        let key = Secret::random(randomness)?;
        let wrapped = wrap(self.files(), &self.file_place(self.mode(), &file), &key, randomness)?;
        Ok((self.of_file(key, file), wrapped))
    }

    /// Opens the key of a file.
    pub fn file_key(&self, file: [u8; 16], wrapped: &[u8]) -> Result<FileKey, Refused> {
        let key = unwrap(self.files(), &self.file_place(self.mode_of(wrapped)?, &file), wrapped)?;
        Ok(self.of_file(key, file))
    }

    /// Seals the key of a file under these keys, when they take the place of those of an earlier
    /// epoch.
    pub fn seal_file_key(
        &self,
        key: &FileKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        wrap(self.files(), &self.file_place(self.mode(), &key.file), &key.key, randomness)
    }

    /// Whether a file's key was sealed under keys of an earlier epoch than these, which open it no
    /// more: it came while the session got new ones.
    pub fn is_of_earlier_epoch(&self, wrapped: &[u8]) -> bool {
        epoch_of(wrapped).is_some_and(|it| it < self.scope().epoch)
    }

    /// Seals a whole file under a new key.
    pub fn seal_file(
        &self,
        file: [u8; 16],
        name: &str,
        content: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<SealedFile, NoRandomness> {
        let (key, wrapped) = self.new_file(file, randomness)?;
        let name = key.seal_name(name, randomness)?;
        let mut rest = content;
        let mut chunks = Vec::with_capacity(content.len() / CHUNK + 1);
        loop {
            let (chunk, behind) = rest.split_at(rest.len().min(CHUNK));
            let number = chunks.len() as u64;
            chunks.push(key.seal_chunk(number, behind.is_empty(), chunk, randomness)?);
            if behind.is_empty() {
                return Ok(SealedFile { wrapped, name, chunks });
            }
            rest = behind;
        }
    }

    /// Opens a whole file, or nothing of it.
    pub fn open_file(&self, file: [u8; 16], sealed: &SealedFile) -> Result<Plaintext, Refused> {
        self.file_key(file, &sealed.wrapped)?.open_all(&sealed.chunks)
    }

    fn of_file(&self, key: Secret, file: [u8; 16]) -> FileKey {
        FileKey { key, scope: *self.scope(), mode: self.mode(), file }
    }

    fn file_place<'a>(&'a self, mode: Mode, file: &'a [u8; 16]) -> Place<'a> {
        let scope = self.scope();
        Place {
            mode,
            scope,
            bare: false,
            key: &scope.session,
            table: "wrap/file",
            row: file,
            step: 0,
            content: "key",
        }
    }
}

impl FileKey {
    /// Opens all chunks of the file, or none of them.
    pub(crate) fn open_all(&self, chunks: &[Vec<u8>]) -> Result<Plaintext, Refused> {
        let (last, before) = chunks.split_last().ok_or(Refused)?;
        let mut content = Plaintext::new(Vec::with_capacity(chunks.len() * CHUNK));
        for (number, chunk) in before.iter().enumerate() {
            self.open_chunk(number as u64, false, chunk, |it| content.extend_from_slice(it))?;
        }
        let number = before.len() as u64;
        self.open_chunk(number, true, last, |it| content.extend_from_slice(it))?;
        Ok(content)
    }

    pub(crate) fn file(&self) -> [u8; 16] {
        self.file
    }

    /// Seals the file's name.
    pub fn seal_name(
        &self,
        name: &str,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let place = self.place(self.mode, &self.scope, "files", 0, "name");
        envelope::seal(self.key.bytes(), &place, name.as_bytes(), randomness)
    }

    /// Opens the file's name.
    pub fn open_name<T>(&self, sealed: &[u8], see: impl FnOnce(&str) -> T) -> Result<T, Refused> {
        let scope = self.scope_of(sealed)?;
        let place = self.place(self.mode_of(sealed)?, &scope, "files", 0, "name");
        envelope::open(self.key.bytes(), &place, sealed, |it| {
            std::str::from_utf8(it).map(see).map_err(|_| Refused)
        })?
    }

    /// Seals a chunk of at most [`CHUNK`] bytes; `last` ends the file.
    pub fn seal_chunk(
        &self,
        number: u64,
        last: bool,
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let place = self.chunk_place(self.mode, &self.scope, number, last);
        envelope::seal(self.key.bytes(), &place, plaintext, randomness)
    }

    /// Opens a chunk. A file is whole when its chunks open from 0 on and the last one as `last`.
    pub fn open_chunk<T>(
        &self,
        number: u64,
        last: bool,
        sealed: &[u8],
        see: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Refused> {
        let scope = self.scope_of(sealed)?;
        let place = self.chunk_place(self.mode_of(sealed)?, &scope, number, last);
        envelope::open(self.key.bytes(), &place, sealed, see)
    }

    fn chunk_place<'a>(
        &'a self,
        mode: Mode,
        scope: &'a Scope,
        number: u64,
        last: bool,
    ) -> Place<'a> {
        self.place(mode, scope, "file_chunks", number, if last { "last chunk" } else { "chunk" })
    }

    /// The scope that a part of this file was sealed in: of this epoch or an earlier one.
    fn scope_of(&self, sealed: &[u8]) -> Result<Scope, Refused> {
        let epoch = epoch_of(sealed).filter(|it| *it <= self.scope.epoch).ok_or(Refused)?;
        Ok(Scope { epoch, ..self.scope })
    }

    fn mode_of(&self, sealed: &[u8]) -> Result<Mode, Refused> {
        mode_of(sealed).filter(|it| it.may_become(self.mode)).ok_or(Refused)
    }

    fn place<'a>(
        &'a self,
        mode: Mode,
        scope: &'a Scope,
        table: &'a str,
        step: u64,
        content: &'a str,
    ) -> Place<'a> {
        let (key, row) = (&self.file, &self.file[..]);
        Place { mode, scope, bare: false, key, table, row, step, content }
    }
}
