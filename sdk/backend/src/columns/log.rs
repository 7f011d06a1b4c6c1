//! The columns of the audit log, of secrets, and of what is deleted.

use super::{bytes, corrupt, small};
use crate::account::AccountId;
use crate::audit::{AuditRow, Pseudonym};
use crate::deletion::Subject;
use crate::error::StorageError;
use crate::heads::NotedRow;
use crate::keyring::{SecretKind, SecretName, SecretRow};
use crate::rows::SessionId;

/// An entry of the audit log.
#[derive(Debug)]
pub struct AuditColumns {
    pub seq: i64,
    pub at: i64,
    pub kind: String,
    pub subjects: Vec<u8>,
    pub fields: Vec<u8>,
    pub previous: Vec<u8>,
    pub hash: Vec<u8>,
}

impl TryFrom<AuditColumns> for AuditRow {
    type Error = StorageError;

    fn try_from(columns: AuditColumns) -> Result<Self, StorageError> {
        let (subjects, rest) = columns.subjects.as_chunks();
        if !rest.is_empty() {
            return Err(corrupt("audit"));
        }
        Ok(Self {
            seq: columns.seq,
            at: columns.at,
            kind: columns.kind,
            subjects: subjects.iter().map(|it| Pseudonym(*it)).collect(),
            fields: columns.fields,
            previous: bytes(columns.previous, "audit")?,
            hash: bytes(columns.hash, "audit")?,
        })
    }
}

/// A secret of the keyring.
#[derive(Debug)]
pub struct SecretColumns {
    pub kind: String,
    pub id: Vec<u8>,
    pub epoch: i64,
    pub secret: Vec<u8>,
    pub created: i64,
}

impl TryFrom<SecretColumns> for SecretRow {
    type Error = StorageError;

    fn try_from(columns: SecretColumns) -> Result<Self, StorageError> {
        let name = SecretName {
            kind: SecretKind::from_word(&columns.kind).ok_or_else(|| corrupt("wrapped"))?,
            id: bytes(columns.id, "wrapped")?,
            epoch: small(columns.epoch, "wrapped")?,
        };
        Ok(Self { name, wrapped: columns.secret, created: columns.created })
    }
}

/// How far a session had come.
#[derive(Debug)]
pub struct NotedColumns {
    pub session: Vec<u8>,
    pub revision: i64,
    pub accepted: Option<i64>,
    pub told: Option<i64>,
}

impl TryFrom<NotedColumns> for NotedRow {
    type Error = StorageError;

    fn try_from(columns: NotedColumns) -> Result<Self, StorageError> {
        let revision = |it: i64| u64::try_from(it).map_err(|_| corrupt("heads"));
        Ok(Self {
            session: SessionId(bytes(columns.session, "heads")?),
            revision: revision(columns.revision)?,
            accepted: columns.accepted.map(revision).transpose()?,
            told: columns.told.map(revision).transpose()?,
        })
    }
}

/// The word and the id that stand for a subject.
pub fn of_subject(subject: &Subject) -> (&'static str, &[u8]) {
    match subject {
        Subject::Session(id) => ("session", &id.0),
        Subject::Account(id) => ("account", &id.0),
    }
}

/// The subject that a word and an id stand for.
pub fn subject(kind: &str, id: Vec<u8>, table: &'static str) -> Result<Subject, StorageError> {
    let id = bytes(id, table)?;
    match kind {
        "session" => Ok(Subject::Session(SessionId(id))),
        "account" => Ok(Subject::Account(AccountId(id))),
        _ => Err(corrupt(table)),
    }
}
