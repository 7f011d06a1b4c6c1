//! The columns of accounts and of what belongs to them.

use super::{bytes, corrupt, small, words};
use crate::account::{
    AccountId, AccountRow, AccountStatus, MethodId, MethodKind, MethodRow, PasskeyRow,
};
use crate::api_key::ApiKeyRow;
use crate::error::StorageError;
use crate::identity::IdentityRow;
use crate::rows::Lookup;
use crate::sign_in::{Level, SignInRow};

/// An account, with its roles.
#[derive(Debug)]
pub struct AccountColumns {
    pub number: i64,
    pub id: Vec<u8>,
    pub email: Vec<u8>,
    pub contact: Vec<u8>,
    pub profile: Option<Vec<u8>>,
    pub language: String,
    pub status: String,
    pub auth_epoch: i64,
    pub key_epoch: i64,
    pub public_key: Vec<u8>,
    pub secret_key: Vec<u8>,
    pub created: i64,
    pub seen: i64,
    /// Names of its roles, a line for each.
    pub roles: String,
}

impl TryFrom<AccountColumns> for AccountRow {
    type Error = StorageError;

    fn try_from(columns: AccountColumns) -> Result<Self, StorageError> {
        let table = "accounts";
        Ok(Self {
            id: AccountId(bytes(columns.id, table)?),
            number: columns.number,
            email: Lookup(bytes(columns.email, table)?),
            contact: columns.contact,
            profile: columns.profile,
            language: columns.language,
            status: AccountStatus::from_word(&columns.status).ok_or_else(|| corrupt(table))?,
            roles: words(&columns.roles),
            auth_epoch: small(columns.auth_epoch, table)?,
            key_epoch: small(columns.key_epoch, table)?,
            public_key: bytes(columns.public_key, table)?,
            secret_key: columns.secret_key,
            created: columns.created,
            seen: columns.seen,
        })
    }
}

/// A passkey.
#[derive(Debug)]
pub struct PasskeyColumns {
    pub credential: Vec<u8>,
    pub account: Vec<u8>,
    pub record: Vec<u8>,
    pub key_epoch: i64,
    pub wrap: Option<Vec<u8>>,
    pub label: Vec<u8>,
    pub created: i64,
    pub used: Option<i64>,
}

impl TryFrom<PasskeyColumns> for PasskeyRow {
    type Error = StorageError;

    fn try_from(columns: PasskeyColumns) -> Result<Self, StorageError> {
        Ok(Self {
            credential: columns.credential,
            account: AccountId(bytes(columns.account, "passkeys")?),
            record: columns.record,
            key_epoch: small(columns.key_epoch, "passkeys")?,
            wrap: columns.wrap,
            label: columns.label,
            created: columns.created,
            used: columns.used,
        })
    }
}

/// An identity elsewhere.
#[derive(Debug)]
pub struct IdentityColumns {
    pub lookup: Vec<u8>,
    pub account: Vec<u8>,
    pub sealed: Vec<u8>,
    pub created: i64,
    pub used: Option<i64>,
}

impl TryFrom<IdentityColumns> for IdentityRow {
    type Error = StorageError;

    fn try_from(columns: IdentityColumns) -> Result<Self, StorageError> {
        Ok(Self {
            lookup: Lookup(bytes(columns.lookup, "identities")?),
            account: AccountId(bytes(columns.account, "identities")?),
            sealed: columns.sealed,
            created: columns.created,
            used: columns.used,
        })
    }
}

/// A way to unlock an account.
#[derive(Debug)]
pub struct MethodColumns {
    pub id: Vec<u8>,
    pub kind: String,
    pub key_epoch: i64,
    pub params: Vec<u8>,
    pub salt: Vec<u8>,
    pub verifier: Option<Vec<u8>>,
    pub wrap: Vec<u8>,
    pub created: i64,
    pub used: Option<i64>,
}

impl MethodColumns {
    /// The method, which is this account's.
    pub fn of(self, account: AccountId) -> Result<MethodRow, StorageError> {
        let table = "methods";
        Ok(MethodRow {
            id: MethodId(bytes(self.id, table)?),
            account,
            kind: MethodKind::from_word(&self.kind).ok_or_else(|| corrupt(table))?,
            key_epoch: small(self.key_epoch, table)?,
            params: self.params,
            salt: self.salt,
            verifier: self.verifier.map(|it| bytes(it, table).map(Lookup)).transpose()?,
            wrap: self.wrap,
            created: self.created,
            used: self.used,
        })
    }
}

/// A sign-in.
#[derive(Debug)]
pub struct SignInColumns {
    pub sid: Vec<u8>,
    pub id: Vec<u8>,
    pub account: Vec<u8>,
    pub wrap: Vec<u8>,
    pub epoch: i64,
    pub auth_epoch: i64,
    pub level: String,
    pub agent: String,
    pub created: i64,
    pub proved: i64,
    pub idle_until: i64,
    pub absolute_until: i64,
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

/// An API key.
#[derive(Debug)]
pub struct ApiKeyColumns {
    pub id: Vec<u8>,
    pub account: Vec<u8>,
    pub hash: Vec<u8>,
    pub name: Vec<u8>,
    pub scopes: String,
    pub networks: String,
    pub key_epoch: i64,
    pub wrap: Option<Vec<u8>>,
    pub created: i64,
    pub expires: i64,
    pub used: Option<i64>,
}

impl TryFrom<ApiKeyColumns> for ApiKeyRow {
    type Error = StorageError;

    fn try_from(columns: ApiKeyColumns) -> Result<Self, StorageError> {
        let table = "api_keys";
        Ok(Self {
            id: bytes(columns.id, table)?,
            account: AccountId(bytes(columns.account, table)?),
            hash: Lookup(bytes(columns.hash, table)?),
            name: columns.name,
            scopes: words(&columns.scopes),
            networks: words(&columns.networks),
            key_epoch: small(columns.key_epoch, table)?,
            wrap: columns.wrap,
            created: columns.created,
            expires: columns.expires,
            used: columns.used,
        })
    }
}
