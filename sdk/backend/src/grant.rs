//! Who may read a session, and with which key.

use std::sync::Arc;

use async_trait::async_trait;

use crate::account::AccountId;
use crate::error::StorageError;
use crate::rows::{History, Lookup, SessionId, SessionRow, StepRow};
use crate::word::words;

words! {
    /// What somebody may do with a session.
    pub enum GrantRole {
        /// Everything: read, answer, share, delete.
        Owner = "owner",
        /// Read and answer.
        Answer = "answer",
        /// Read.
        View = "view",
    }
}

/// A session's seed, or the seeds of parts of it, sealed to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Which session.
    pub session: SessionId,
    /// Which of its parts, by their names; empty for the whole.
    pub section: String,
    /// Who may read.
    pub account: AccountId,
    /// What it may do.
    pub role: GrantRole,
    /// Which of the account's user keys opens it.
    pub key_epoch: u32,
    /// Epoch of the session's seed.
    pub epoch: u32,
    /// The seeds: under the user key for an owner, else under the account's public key.
    pub sealed: Vec<u8>,
    /// Who gave it; `None` for the owner.
    pub granter: Option<AccountId>,
    /// What the granter calls the reader, sealed under the granter's user key; empty for the owner.
    pub whom: Vec<u8>,
    /// When, in seconds of the Unix epoch.
    pub created: i64,
    /// Until when, in seconds of the Unix epoch; `None` for as long as the session lasts.
    pub expires: Option<i64>,
}

/// A session's seed for a person whose account need not be known: it opens with an invitation's
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// Hash of a value that is derived from the secret.
    pub hash: Lookup,
    /// Which session.
    pub session: SessionId,
    /// Which of its parts, by their names; empty for the whole.
    pub section: String,
    /// What it lets do.
    pub role: GrantRole,
    /// Epoch of the session's seed.
    pub epoch: u32,
    /// The seeds, sealed under the secret.
    pub sealed: Vec<u8>,
    /// Whom the owner invited, as typed, sealed under the owner's key for the list of readers.
    pub whom: Vec<u8>,
    /// Who invited.
    pub granter: AccountId,
    /// The account of the e-mail address that was invited, if it has one.
    pub addressed: Option<Addressed>,
    /// Until when the grant that comes of it lasts, in seconds of the Unix epoch.
    pub grant_expires: Option<i64>,
    /// When, in seconds of the Unix epoch.
    pub created: i64,
    /// When it ends, in seconds of the Unix epoch.
    pub expires: i64,
}

/// An invitation as the account that it went to opens it, without the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// Which account.
    pub account: AccountId,
    /// Which of the account's user keys opens it.
    pub key_epoch: u32,
    /// The grant that comes of it: the session's seed under the account's public key.
    pub sealed: Vec<u8>,
}

words! {
    /// Who beside people can open a session, by an administrator's switch.
    pub enum WrapKind {
        /// The server.
        Custody = "custody",
        /// The organisation, with a key that is not on the server. What is sealed begins with the 32
        /// bytes of that key's public half.
        Escrow = "escrow",
    }
}

/// A session's seed for whom an administrator's switch let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapRow {
    /// Which session.
    pub session: SessionId,
    /// For whom.
    pub kind: WrapKind,
    /// Epoch of the session's seed.
    pub epoch: u32,
    /// The seed, sealed.
    pub sealed: Vec<u8>,
}

/// Finds grants. Rows that expired are returned too, until they are swept.
#[async_trait]
pub trait GrantStore: Send + Sync {
    /// The newest grant of an account on a session.
    async fn grant(
        &self,
        session: SessionId,
        account: AccountId,
    ) -> Result<Option<GrantRow>, StorageError>;

    /// All that an account may read, with their sessions, the one used last first.
    async fn grants_of(
        &self,
        account: AccountId,
    ) -> Result<Vec<(GrantRow, SessionRow)>, StorageError>;

    /// All who may read a session, owners first.
    async fn grants_on(&self, session: SessionId) -> Result<Vec<GrantRow>, StorageError>;

    /// Invitations to a session that nobody used yet.
    async fn invitations_to(&self, session: SessionId) -> Result<Vec<InvitationRow>, StorageError>;

    /// Invitations that went to an account and that nobody used yet.
    async fn invitations_for(&self, account: AccountId)
    -> Result<Vec<InvitationRow>, StorageError>;

    /// An invitation, by the hash of its secret.
    async fn invitation(&self, hash: &Lookup) -> Result<Option<InvitationRow>, StorageError>;

    /// For whom beside people a session is sealed.
    async fn wraps_of(&self, session: SessionId) -> Result<Vec<WrapRow>, StorageError>;

    /// The sessions of an interview that have a wrap of a kind for their present epoch and were begun
    /// from a moment on and before another, in seconds of the Unix epoch: the newest first, at most
    /// `limit`.
    async fn wrapped_sessions(
        &self,
        kind: WrapKind,
        interview: &str,
        begun: std::ops::Range<i64>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StorageError>;

    /// A session by its id.
    async fn session(&self, id: SessionId) -> Result<Option<SessionRow>, StorageError>;

    /// As [`SessionStore::load`](crate::SessionStore::load), by the session's id.
    async fn load_session(
        &self,
        id: SessionId,
        up_to: Option<u32>,
    ) -> Result<Option<(SessionRow, Arc<History>)>, StorageError>;

    /// All steps of a session, in order.
    async fn steps_of(&self, session: SessionId) -> Result<Vec<StepRow>, StorageError>;

    /// The ids of a session's files.
    async fn files_of(&self, session: SessionId) -> Result<Vec<[u8; 16]>, StorageError>;
}
