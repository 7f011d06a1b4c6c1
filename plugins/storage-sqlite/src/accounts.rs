//! Reading accounts, and the ways to unlock them.

use affiant_backend::columns::{
    AccountColumns, IdentityColumns, MethodColumns, PasskeyColumns, bytes, count, small, words,
};
use affiant_backend::{
    AccountId, AccountRow, AccountStore, FactorRow, IdentityRow, LockedRow, Lookup, MethodRow,
    PasskeyRow, RoleRow, StorageError,
};
use async_trait::async_trait;

use crate::error::reading;
use crate::sessions::Main;

impl Main {
    async fn one_account(
        &self,
        id: Option<&[u8]>,
        email: Option<&[u8]>,
        number: Option<i64>,
    ) -> Result<Option<AccountRow>, StorageError> {
        sqlx::query_as!(
            AccountColumns,
            r#"select a.number, a.id, a.email, a.contact, a.profile, a.language, a.status,
                 a.auth_epoch, a.key_epoch, a.public_key, a.secret_key, a.created, a.seen,
                 coalesce((select group_concat(role, char(10)) from account_roles
                           where account = a.id), '') as "roles!: String"
               from accounts a
               where a.id = coalesce(?1, (select id from accounts where email = ?2 or number = ?3))"#,
            id,
            email,
            number
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(AccountRow::try_from)
        .transpose()
    }
}

#[async_trait]
impl AccountStore for Main {
    async fn account(&self, id: AccountId) -> Result<Option<AccountRow>, StorageError> {
        self.one_account(Some(&id.0), None, None).await
    }

    async fn account_by_email(&self, email: &Lookup) -> Result<Option<AccountRow>, StorageError> {
        self.one_account(None, Some(&email.0), None).await
    }

    async fn account_by_number(&self, number: i64) -> Result<Option<AccountRow>, StorageError> {
        self.one_account(None, None, Some(number)).await
    }

    async fn accounts(&self, after: i64, limit: u32) -> Result<Vec<AccountRow>, StorageError> {
        sqlx::query_as!(
            AccountColumns,
            r#"select a.number, a.id, a.email, a.contact, a.profile, a.language, a.status,
                 a.auth_epoch, a.key_epoch, a.public_key, a.secret_key, a.created, a.seen,
                 coalesce((select group_concat(role, char(10)) from account_roles
                           where account = a.id), '') as "roles!: String"
               from accounts a
               where a.number > ?
               order by a.number
               limit ?"#,
            after,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(AccountRow::try_from)
        .collect()
    }

    async fn count_with_role(&self, role: &str) -> Result<u64, StorageError> {
        let found = sqlx::query_scalar!(
            "select count(*) from account_roles r join accounts a on a.id = r.account
             where r.role = ? and a.status in ('active', 'locked')",
            role
        )
        .fetch_one(&self.readers)
        .await;
        found.map(count).map_err(reading)
    }

    async fn role_since(
        &self,
        account: AccountId,
        role: &str,
    ) -> Result<Option<i64>, StorageError> {
        let id = &account.0[..];
        sqlx::query_scalar!(
            "select since from account_roles where account = ? and role = ?",
            id,
            role
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)
    }

    async fn methods(&self, account: AccountId) -> Result<Vec<MethodRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            MethodColumns,
            "select id, kind, key_epoch, params, salt, verifier, wrap, created, used
             from methods where account = ? order by key_epoch desc, kind, id",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(|it| it.of(account))
        .collect()
    }

    async fn locked(&self, account: AccountId) -> Result<Vec<LockedRow>, StorageError> {
        let id = &account.0[..];
        let rows = sqlx::query!(
            "select key_epoch, public_key, secret_key, until
             from locked_keys where account = ? order by key_epoch desc",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut locked = Vec::with_capacity(rows.len());
        for row in rows {
            locked.push(LockedRow {
                account,
                key_epoch: small(row.key_epoch, "locked_keys")?,
                public_key: bytes(row.public_key, "locked_keys")?,
                secret_key: row.secret_key,
                until: row.until,
            });
        }
        Ok(locked)
    }

    async fn passkeys(&self, account: AccountId) -> Result<Vec<PasskeyRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            PasskeyColumns,
            "select credential, account, record, key_epoch, wrap, label, created, used
             from passkeys where account = ? order by created, credential",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(PasskeyRow::try_from)
        .collect()
    }

    async fn passkey(&self, credential: &[u8]) -> Result<Option<PasskeyRow>, StorageError> {
        sqlx::query_as!(
            PasskeyColumns,
            "select credential, account, record, key_epoch, wrap, label, created, used
             from passkeys where credential = ?",
            credential
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(PasskeyRow::try_from)
        .transpose()
    }

    async fn identities(&self, account: AccountId) -> Result<Vec<IdentityRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            IdentityColumns,
            "select lookup, account, sealed, created, used
             from identities where account = ? order by created, lookup",
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(IdentityRow::try_from)
        .collect()
    }

    async fn identity(&self, lookup: &Lookup) -> Result<Option<IdentityRow>, StorageError> {
        let lookup = &lookup.0[..];
        sqlx::query_as!(
            IdentityColumns,
            "select lookup, account, sealed, created, used from identities where lookup = ?",
            lookup
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(reading)?
        .map(IdentityRow::try_from)
        .transpose()
    }

    async fn factor(&self, account: AccountId) -> Result<Option<FactorRow>, StorageError> {
        let id = &account.0[..];
        let row =
            sqlx::query!("select seed, last_step, created from factors where account = ?", id)
                .fetch_optional(&self.readers)
                .await
                .map_err(reading)?;
        Ok(row.map(|it| FactorRow {
            account,
            seed: it.seed,
            last_step: it.last_step,
            created: it.created,
        }))
    }

    async fn factor_codes(&self, account: AccountId) -> Result<u32, StorageError> {
        let id = &account.0[..];
        let found = sqlx::query_scalar!("select count(*) from factor_codes where account = ?", id)
            .fetch_one(&self.readers)
            .await
            .map_err(reading)?;
        small(found, "factor_codes")
    }

    async fn roles(&self) -> Result<Vec<RoleRow>, StorageError> {
        let rows = sqlx::query!("select name, permissions from roles order by name")
            .fetch_all(&self.readers)
            .await
            .map_err(reading)?;
        let role =
            |name: String, permissions: &str| RoleRow { name, permissions: words(permissions) };
        Ok(rows.into_iter().map(|it| role(it.name, &it.permissions)).collect())
    }
}
