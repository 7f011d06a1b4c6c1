//! Reading sign-ins and links.

use affiant_backend::columns::{SignInColumns, bytes, corrupt, small};
use affiant_backend::{
    AccountId, LinkPurpose, LinkRow, Lookup, PendingRow, SignInRow, SignInStore, StorageError,
};
use async_trait::async_trait;

use crate::error::storage;
use crate::sessions::Main;

#[async_trait]
impl SignInStore for Main {
    async fn sign_in(&self, sid: &Lookup) -> Result<Option<SignInRow>, StorageError> {
        let sid = &sid.0[..];
        sqlx::query_as!(
            SignInColumns,
            "select sid, id, account, wrap, epoch, auth_epoch, level, agent, created, proved,
               idle_until, absolute_until
             from sign_ins where sid = $1",
            sid
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?
        .map(SignInRow::try_from)
        .transpose()
    }

    async fn sign_ins(&self, account: AccountId) -> Result<Vec<SignInRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            SignInColumns,
            "select sid, id, account, wrap, epoch, auth_epoch, level, agent, created, proved,
               idle_until, absolute_until
             from sign_ins where account = $1 order by absolute_until desc, id",
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(SignInRow::try_from)
        .collect()
    }

    async fn pending(&self, sid: &Lookup) -> Result<Option<PendingRow>, StorageError> {
        let key = &sid.0[..];
        let row = sqlx::query!(
            "select account, wrap, epoch, auth_epoch, next, tries, expires
             from pending_sign_ins where sid = $1",
            key
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?;
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
            "select purpose, account, payload, nonce, tries, expires from links where hash = $1",
            key
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?;
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
