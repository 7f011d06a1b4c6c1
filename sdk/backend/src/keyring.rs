//! The secrets without which no copy of the main store opens.

use async_trait::async_trait;

use crate::error::StorageError;
use crate::heads::Heads;
use crate::rows::SessionId;
use crate::word::words;

words! {
    /// What a secret of the keyring belongs to.
    pub enum SecretKind {
        /// A session; of an epoch of its seed.
        Session = "session",
        /// An account; of an epoch of its user key.
        Account = "account",
        /// All sign-ins of a day.
        SignIn = "sign-in",
        /// The pseudonyms of a month.
        Audit = "audit",
        /// The jobs of an hour.
        Job = "job",
        /// What is sealed to an organisation's key; the id stands for its public half.
        Escrow = "escrow",
    }
}

/// Names a secret of the keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretName {
    /// What it belongs to.
    pub kind: SecretKind,
    /// The session's or account's id; all zero where the kind has only one line of epochs.
    pub id: [u8; 16],
    /// Counts the secrets of one id.
    pub epoch: u32,
}

/// A secret as it is stored: wrapped under a key that the keyring does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    /// Its name.
    pub name: SecretName,
    /// It, wrapped.
    pub wrapped: Vec<u8>,
    /// When it was made, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
}

/// That something was deleted from the keyring, kept until no backup can bring it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuriedRow {
    /// What it was.
    pub kind: SecretKind,
    /// Its id.
    pub id: [u8; 16],
    /// When, in seconds of the Unix epoch, cut to the day.
    pub day: i64,
}

/// Keeps random secrets, apart from what they are for: without them, no copy of the main store
/// opens. Deleting one ends what it is for everywhere, backups included.
#[async_trait]
pub trait Keyring: Heads {
    /// Names this installation: 16 random bytes, made with the keyring. Sealed records are bound
    /// to it.
    fn deployment(&self) -> [u8; 16];

    /// What tells whether a master key is the one that the secrets are wrapped under; `None` while
    /// there was none.
    async fn mark(&self) -> Result<Option<Vec<u8>>, StorageError>;

    /// Stores secrets, all or none; [`StorageError::Conflict`] if one is there or was buried. A
    /// secret of what does not exist is of no use to anybody, so this comes before the rows.
    async fn put(&self, secrets: Vec<SecretRow>) -> Result<(), StorageError>;

    /// Returns `None` when it was deleted or never there.
    async fn find(&self, name: SecretName) -> Result<Option<Vec<u8>>, StorageError>;

    /// The secrets of all epochs of one id, oldest first.
    async fn epochs(&self, kind: SecretKind, id: [u8; 16]) -> Result<Vec<SecretRow>, StorageError>;

    /// Secrets of a kind behind a name, by id and epoch, at most `limit`.
    async fn secrets(
        &self,
        kind: SecretKind,
        after: Option<SecretName>,
        limit: u32,
    ) -> Result<Vec<SecretRow>, StorageError>;

    /// Deletes secrets of single epochs for good; no error if there are none. The caller is
    /// answered when nobody finds them any more, and, where the storage can see to it, no file of the
    /// keyring holds them; else it says when they leave its files. After an error it may be asked for
    /// again.
    async fn delete(&self, names: Vec<SecretName>) -> Result<(), StorageError>;

    /// Deletes the secrets of all epochs of what is gone for good, as [`Keyring::delete`] does, with
    /// what is noted of it, and writes down that they were there. `day` is in seconds of the Unix
    /// epoch, cut to the day.
    async fn bury(&self, gone: Vec<(SecretKind, [u8; 16])>, day: i64) -> Result<(), StorageError>;

    /// All that was buried, by kind and id.
    async fn buried(&self) -> Result<Vec<BuriedRow>, StorageError>;

    /// Forgets what was buried before a day: no backup is so old. Returns how many.
    async fn forget_buried(&self, before: i64) -> Result<u64, StorageError>;

    /// Replaces the mark, and the secrets of the same names, in one transaction: another master key,
    /// or the first one.
    async fn rewrap(&self, mark: Vec<u8>, secrets: Vec<SecretRow>) -> Result<(), StorageError>;

    /// Secrets of sessions that an earlier version stored without a wrap, at most `limit`.
    async fn plain(&self, limit: u32) -> Result<Vec<(SessionId, [u8; 32])>, StorageError>;

    /// Puts wrapped secrets in the place of plain ones of the same sessions. The caller is answered
    /// as after [`Keyring::delete`].
    async fn replace_plain(&self, secrets: Vec<SecretRow>) -> Result<(), StorageError>;

    /// Fails when the keyring does not read or does not write.
    async fn check_keyring(&self) -> Result<(), StorageError>;
}
