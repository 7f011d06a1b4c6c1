//! What an envelope is bound to: its place.

use crate::cbor::Items;

/// Version of the envelope.
const VERSION: u8 = 1;

/// AES-256-GCM under a derived key for one record, with a commitment.
const SUITE: u8 = 1;

/// The only flag: the plaintext is one key, which needs no padding.
const BARE: u8 = 1;

/// Who can open a session, apart from whom it was shared with. It is part of what each record and
/// seed is bound to.
///
/// The order is that of the numbers: a session's records may come from a lower mode than the
/// session is in, never from a higher one. Only a new epoch, with everything sealed anew, lowers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Mode {
    /// A visitor without an account, by a cookie or a resume code.
    Anonymous = 1,
    /// The server too, since an administrator's switch says so and the person was told.
    Custody = 2,
    /// The person alone.
    Account = 3,
}

impl Mode {
    /// All of them, in order.
    pub const ALL: &[Self] = &[Self::Anonymous, Self::Custody, Self::Account];

    /// The word that it is stored as.
    pub fn word(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Custody => "custody",
            Self::Account => "account",
        }
    }

    /// What a stored word means; `None` if it means nothing.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.word() == word)
    }

    /// Whether a session may go over to `next` within an epoch. An anonymous session is taken over
    /// by an account, whatever the switches say then; what the server cannot open it never will.
    pub fn may_become(self, next: Self) -> bool {
        next >= self
    }

    pub(crate) fn of_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| *it as u8 == number)
    }
}

/// Version of the plaintexts' own format.
const SCHEMA: u64 = 1;

/// Bytes of an envelope before its salt.
pub(crate) const HEADER: usize = 24;

/// Whose records they are: part of what every envelope is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The installation; the keyring gives it.
    pub deployment: [u8; 16],
    /// The session, by its id.
    pub session: [u8; 16],
    /// Counts how often the session's secret in the keyring was renewed.
    pub epoch: u32,
}

/// The mode that an envelope says it was sealed in; `None` if it says nothing that is known.
pub(crate) fn mode_of(sealed: &[u8]) -> Option<Mode> {
    Mode::of_number(*sealed.get(2)?)
}

/// The epoch that an envelope says it was sealed in; `None` if it is too short to say one.
pub(crate) fn epoch_of(sealed: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*sealed.get(20..HEADER)?.first_chunk()?))
}

/// The place of a record. Two records differ in at least one part, so that none can stand in for
/// another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) mode: Mode,
    pub(crate) scope: &'a Scope,
    /// Whether the plaintext is one key, which is not padded.
    pub(crate) bare: bool,
    /// Names the key that the record is sealed under: a session, an account or a file.
    pub(crate) key: &'a [u8; 16],
    pub(crate) table: &'a str,
    /// The row within the table, where session and step do not name it.
    pub(crate) row: &'a [u8],
    /// The step, or the chunk of a file.
    pub(crate) step: u64,
    /// What the plaintext is: `delta`, `snapshot`, `seed`, …
    pub(crate) content: &'a str,
}

impl Place<'_> {
    /// `ver(1) suite(1) mode(1) flags(1) key_id(16) epoch(4)`.
    pub(crate) fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..3].copy_from_slice(&[VERSION, SUITE, self.mode as u8]);
        header[3] = if self.bare { BARE } else { 0 };
        header[4..20].copy_from_slice(self.key);
        header[20..].copy_from_slice(&self.scope.epoch.to_be_bytes());
        header
    }

    /// The associated data: `[ver, suite, mode, deployment, table, row, session, step, epoch,
    /// content, schema]` in canonical CBOR (RFC 8949 §4.2.1). Each part carries its length, so no
    /// two places share an encoding.
    pub(crate) fn associated(&self) -> Vec<u8> {
        Items::of(11)
            .number(VERSION.into())
            .number(SUITE.into())
            .number((self.mode as u8).into())
            .bytes(&self.scope.deployment)
            .text(self.table)
            .bytes(self.row)
            .bytes(&self.scope.session)
            .number(self.step)
            .number(self.scope.epoch.into())
            .text(self.content)
            .number(SCHEMA)
            .done()
    }
}
