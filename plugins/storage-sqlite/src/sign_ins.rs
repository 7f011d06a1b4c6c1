//! Reading sign-ins and links.

use affiant_backend::{
    AccountId, Level, LinkPurpose, LinkRow, Lookup, PendingRow, SignInRow, SignInStore,
    StorageError,
};
use async_trait::async_trait;

use crate::columns::{bytes, small};
use crate::error::{corrupt, reading};
use crate::sessions::Main;

struct SignInColumns {
    sid: Vec<u8>,
    id: Vec<u8>,
    account: Vec<u8>,
    wrap: Vec<u8>,
    epoch: i64,
    auth_epoch: i64,
    level: String,
    agent: String,
    created: i64,
    proved: i64,
    idle_until: i64,
    absolute_until: i64,
}

impl TryFrom<SignInColumns> for SignInRow {
    type Error = StorageError;

    fn try_from(columns: SignInColumns) -> Result<Self, StorageError> {
        let table = "sign_ins";
        Ok(Self {
            sid: Lookup(bytes(columns.sid, table)?),
            id: bytes(columns.id, table)?,
            account: AccountId(bytes(columns.account, table)?),
            wrap: columns.wrap,
            epoch: small(columns.epoch, table)?,
            auth_epoch: small(columns.auth_epoch, table)?,
            level: Level::from_word(&columns.level).ok_or_else(|| corrupt(table))?,
            agent: columns.agent,
            created: columns.created,
            proved: columns.proved,
            idle_until: columns.idle_until,
            absolute_until: columns.absolute_until,
        })
    }
}

#[async_trait]
impl SignInStore for Main {
    async fn sign_in(&self, sid: &Lookup) -> Result<Option<SignInRow>, StorageError> {
        let sid = &sid.0[..];
        sqlx::query_as!(
            SignInColumns,
            "select sid, id, account, wrap, epoch, auth_epoch, level, agent, created, proved,
               idle_until, absolute_until
             from sign_ins where sid = ?",
            sid
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(SignInRow::try_from)
        .transpose()
    }

    async fn sign_ins(&self, account: AccountId) -> Result<Vec<SignInRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            SignInColumns,
            "select sid, id, account, wrap, epoch, auth_epoch, level, agent, created, proved,
               idle_until, absolute_until
             from sign_ins where account = ? order by absolute_until desc, id",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(SignInRow::try_from)
        .collect()
    }

    async fn pending(&self, sid: &Lookup) -> Result<Option<PendingRow>, StorageError> {
        let key = &sid.0[..];
        let row = sqlx::query!(
            "select account, wrap, epoch, auth_epoch, next, tries, expires
             from pending_sign_ins where sid = ?",
            key
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?;
        let Some(row) = row else { return Ok(None) };
        let table = "pending_sign_ins";
        Ok(Some(PendingRow {
            sid: *sid,
            account: AccountId(bytes(row.account, table)?),
            wrap: row.wrap,
            epoch: small(row.epoch, table)?,
            auth_epoch: small(row.auth_epoch, table)?,
            then: row.next,
            tries: small(row.tries, table)?,
            expires: row.expires,
        }))
    }

    async fn link(&self, hash: &Lookup) -> Result<Option<LinkRow>, StorageError> {
        let key = &hash.0[..];
        let row = sqlx::query!(
            "select purpose, account, payload, nonce, tries, expires from links where hash = ?",
            key
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?;
        let Some(row) = row else { return Ok(None) };
        let table = "links";
        Ok(Some(LinkRow {
            hash: *hash,
            purpose: LinkPurpose::from_word(&row.purpose).ok_or_else(|| corrupt(table))?,
            account: row.account.map(|it| bytes(it, table).map(AccountId)).transpose()?,
            payload: row.payload,
            nonce: row.nonce.map(|it| bytes(it, table).map(Lookup)).transpose()?,
            tries: small(row.tries, table)?,
            expires: row.expires,
        }))
    }
}
