//! The chain: each entry holds the hash of the one before it.

use affiant_backend::{AuditEnd, AuditRow, Chained, Pseudonym};
use sha2::{Digest as _, Sha256};

use crate::event::Event;
use crate::told::{COUNT, WORD};

/// What else is to be known of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// How many.
    Count(u64),
    /// Which one: a word of ours, and nothing that somebody typed.
    Word(&'static str),
    /// Which plugin: the name that its manifest gives it.
    Plugin(String),
}

impl Detail {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::None => Vec::new(),
            Self::Count(it) => [&[COUNT][..], &it.to_be_bytes()].concat(),
            Self::Word(it) => [&[WORD][..], it.as_bytes()].concat(),
            Self::Plugin(it) => [&[WORD][..], it.as_bytes()].concat(),
        }
    }
}

/// An event on its way into the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When, in seconds of the Unix epoch.
    pub at: i64,
    /// What happened.
    pub event: Event,
    /// What else is to be known.
    pub detail: Detail,
    /// Whom it is about, and who did it if that is somebody else; more than four are cut.
    pub subjects: Vec<Pseudonym>,
}

/// Most subjects of an entry.
const SUBJECTS: usize = 4;

impl Chained for Entry {
    fn follow(&self, last: &AuditEnd) -> AuditRow {
        let mut row = AuditRow {
            seq: last.seq + 1,
            at: self.at,
            kind: self.event.word().to_owned(),
            subjects: self.subjects.iter().copied().take(SUBJECTS).collect(),
            fields: self.detail.bytes(),
            previous: last.hash,
            hash: [0; 32],
        };
        row.hash = hash(&row);
        row
    }
}

/// The hash of all that an entry says, with its place and the hash of the one before it.
fn hash(row: &AuditRow) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"affiant/audit/v1");
    hash.update(row.seq.to_be_bytes());
    hash.update(row.at.to_be_bytes());
    for part in [row.kind.as_bytes(), &row.fields] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update((row.subjects.len() as u64).to_be_bytes());
    for subject in &row.subjects {
        hash.update(subject.0);
    }
    hash.update(row.previous);
    hash.finalize().into()
}

/// Where a log is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// What stands for the entries that were cut is not of our making.
    #[error("the beginning of the log was changed: entries up to {0} are missing")]
    Start(i64),
    /// An entry is missing, or stands in another place.
    #[error("entry {expected} is missing or stands in another place: entry {found} follows")]
    Order {
        /// Number of the entry that should stand there.
        expected: i64,
        /// Number of the one that does.
        found: i64,
    },
    /// An entry says something else than what was written, or follows another one.
    #[error("entry {0} was changed, or the one before it")]
    Changed(i64),
    /// The log ends before or behind the entry that it should end with.
    #[error("the log ends with entry {found} instead of entry {expected}, or its end was changed")]
    End {
        /// Number of the entry that it should end with.
        expected: i64,
        /// Number of the one that it ends with.
        found: i64,
    },
}

impl Broken {
    /// Number of the entry from which on the log cannot be believed.
    pub fn entry(&self) -> i64 {
        match *self {
            Self::Start(it) | Self::Changed(it) => it,
            Self::Order { expected, .. } | Self::End { expected, .. } => expected,
        }
    }
}

/// Reads a log entry by entry.
#[derive(Clone, Copy, Debug)]
pub struct Verifier {
    last: AuditEnd,
}

impl Verifier {
    /// Begins behind an entry: the last one that was cut, or [`AuditEnd::default`].
    pub fn behind(start: AuditEnd) -> Self {
        Self { last: start }
    }

    /// The last entry that was taken.
    pub fn last(&self) -> AuditEnd {
        self.last
    }

    /// Takes the next entry.
    pub fn take(&mut self, row: &AuditRow) -> Result<(), Broken> {
        let expected = self.last.seq + 1;
        if row.seq != expected {
            return Err(Broken::Order { expected, found: row.seq });
        }
        if row.previous != self.last.hash || row.hash != hash(row) {
            return Err(Broken::Changed(row.seq));
        }
        self.last = AuditEnd { seq: row.seq, hash: row.hash };
        Ok(())
    }

    /// Compares the end with the one that is known from elsewhere.
    pub fn finish(self, end: AuditEnd) -> Result<(), Broken> {
        if self.last == end {
            Ok(())
        } else {
            Err(Broken::End { expected: end.seq, found: self.last.seq })
        }
    }
}
