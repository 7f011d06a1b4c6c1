//! The columns of grants and invitations.

use super::{bytes, corrupt, small};
use crate::account::AccountId;
use crate::error::StorageError;
use crate::grant::{Addressed, GrantRole, GrantRow, InvitationRow};
use crate::rows::{Lookup, SessionId};

/// A grant.
#[derive(Debug)]
pub struct GrantColumns {
    pub session: Vec<u8>,
    pub section: String,
    pub account: Vec<u8>,
    pub role: String,
    pub key_epoch: i64,
    pub epoch: i64,
    pub sealed: Vec<u8>,
    pub granter: Option<Vec<u8>>,
    pub whom: Vec<u8>,
    pub created: i64,
    pub expires: Option<i64>,
}

impl TryFrom<GrantColumns> for GrantRow {
    type Error = StorageError;

    fn try_from(columns: GrantColumns) -> Result<Self, StorageError> {
        let table = "grants";
        Ok(Self {
            session: SessionId(bytes(columns.session, table)?),
            section: columns.section,
            account: AccountId(bytes(columns.account, table)?),
            role: role(&columns.role, table)?,
            key_epoch: small(columns.key_epoch, table)?,
            epoch: small(columns.epoch, table)?,
            sealed: columns.sealed,
            granter: columns.granter.map(|it| bytes(it, table).map(AccountId)).transpose()?,
            whom: columns.whom,
            created: columns.created,
            expires: columns.expires,
        })
    }
}

/// An invitation.
#[derive(Debug)]
pub struct InvitationColumns {
    pub hash: Vec<u8>,
    pub session: Vec<u8>,
    pub section: String,
    pub role: String,
    pub epoch: i64,
    pub sealed: Vec<u8>,
    pub whom: Vec<u8>,
    pub granter: Vec<u8>,
    pub account: Option<Vec<u8>>,
    pub key_epoch: i64,
    pub granted: Vec<u8>,
    pub grant_expires: Option<i64>,
    pub created: i64,
    pub expires: i64,
}

impl TryFrom<InvitationColumns> for InvitationRow {
    type Error = StorageError;

    fn try_from(columns: InvitationColumns) -> Result<Self, StorageError> {
        let table = "invitations";
        let (key_epoch, sealed) = (small(columns.key_epoch, table)?, columns.granted);
        let account = columns.account.map(|it| bytes(it, table).map(AccountId)).transpose()?;
        Ok(Self {
            hash: Lookup(bytes(columns.hash, table)?),
            session: SessionId(bytes(columns.session, table)?),
            section: columns.section,
            role: role(&columns.role, table)?,
            epoch: small(columns.epoch, table)?,
            sealed: columns.sealed,
            whom: columns.whom,
            granter: AccountId(bytes(columns.granter, table)?),
            addressed: account.map(|account| Addressed { account, key_epoch, sealed }),
            grant_expires: columns.grant_expires,
            created: columns.created,
            expires: columns.expires,
        })
    }
}

fn role(word: &str, table: &'static str) -> Result<GrantRole, StorageError> {
    GrantRole::from_word(word).ok_or_else(|| corrupt(table))
}
