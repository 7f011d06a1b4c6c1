//! Reading accounts, and the ways to unlock them.

use affiant_backend::columns::{
    AccountColumns, IdentityColumns, MethodColumns, PasskeyColumns, bytes, count, small, words,
};
use affiant_backend::{
    AccountId, AccountRow, AccountStore, FactorRow, IdentityRow, LockedRow, Lookup, MethodRow,
    PasskeyRow, RoleRow, StorageError,
};
use async_trait::async_trait;

use crate::error::storage;
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
                 coalesce((select string_agg(role, chr(10) order by role) from account_roles
                           where account = a.id), '') as "roles!: String"
               from accounts a
               where a.id = coalesce($1, (select id from accounts where email = $2 or number = $3))"#,
            id,
            email,
            number
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?
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
                 coalesce((select string_agg(role, chr(10) order by role) from account_roles
                           where account = a.id), '') as "roles!: String"
               from accounts a
               where a.number > $1
               order by a.number
               limit $2"#,
            after,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(AccountRow::try_from)
        .collect()
    }

    async fn count_with_role(&self, role: &str) -> Result<u64, StorageError> {
        let found = sqlx::query_scalar!(
            r#"select count(*) as "count!" from account_roles r join accounts a on a.id = r.account
             where r.role = $1 and a.status in ('active', 'locked')"#,
            role
        )
        .fetch_one(&self.pool)
        .await;
        found.map(count).map_err(storage)
    }

    async fn role_since(
        &self,
        account: AccountId,
        role: &str,
    ) -> Result<Option<i64>, StorageError> {
        let id = &account.0[..];
        sqlx::query_scalar!(
            "select since from account_roles where account = $1 and role = $2",
            id,
            role
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)
    }

    async fn methods(&self, account: AccountId) -> Result<Vec<MethodRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            MethodColumns,
            "select id, kind, key_epoch, params, salt, verifier, wrap, created, used
             from methods where account = $1 order by key_epoch desc, kind, id",
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(|it| it.of(account))
        .collect()
    }

    async fn locked(&self, account: AccountId) -> Result<Vec<LockedRow>, StorageError> {
        let id = &account.0[..];
        let rows = sqlx::query!(
            "select key_epoch, public_key, secret_key, until
             from locked_keys where account = $1 order by key_epoch desc",
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
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
             from passkeys where account = $1 order by created, credential",
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(PasskeyRow::try_from)
        .collect()
    }

    async fn passkey(&self, credential: &[u8]) -> Result<Option<PasskeyRow>, StorageError> {
        sqlx::query_as!(
            PasskeyColumns,
            "select credential, account, record, key_epoch, wrap, label, created, used
             from passkeys where credential = $1",
            credential
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?
        .map(PasskeyRow::try_from)
        .transpose()
    }

    async fn identities(&self, account: AccountId) -> Result<Vec<IdentityRow>, StorageError> {
        let id = &account.0[..];
        sqlx::query_as!(
            IdentityColumns,
            "select lookup, account, sealed, created, used
             from identities where account = $1 order by created, lookup",
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(IdentityRow::try_from)
        .collect()
    }

    async fn identity(&self, lookup: &Lookup) -> Result<Option<IdentityRow>, StorageError> {
        let lookup = &lookup.0[..];
        sqlx::query_as!(
            IdentityColumns,
            "select lookup, account, sealed, created, used from identities where lookup = $1",
            lookup
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)?
        .map(IdentityRow::try_from)
        .transpose()
    }

    async fn factor(&self, account: AccountId) -> Result<Option<FactorRow>, StorageError> {
        let id = &account.0[..];
        let row =
            sqlx::query!("select seed, last_step, created from factors where account = $1", id)
                .fetch_optional(&self.pool)
                .await
                .map_err(storage)?;
        Ok(row.map(|it| FactorRow {
            account,
            seed: it.seed,
            last_step: it.last_step,
            created: it.created,
        }))
    }

    async fn factor_codes(&self, account: AccountId) -> Result<u32, StorageError> {
        let id = &account.0[..];
        let found = sqlx::query_scalar!(
            r#"select count(*) as "count!" from factor_codes where account = $1"#,
            id
        )
        .fetch_one(&self.pool)
        .await
        .map_err(storage)?;
        small(found, "factor_codes")
    }

    async fn roles(&self) -> Result<Vec<RoleRow>, StorageError> {
        let rows = sqlx::query!("select name, permissions from roles order by name")
            .fetch_all(&self.pool)
            .await
            .map_err(storage)?;
        let role =
            |name: String, permissions: &str| RoleRow { name, permissions: words(permissions) };
        Ok(rows.into_iter().map(|it| role(it.name, &it.permissions)).collect())
    }
}
