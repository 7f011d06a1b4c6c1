//! The keyring.

use affiant_backend::columns::{SecretColumns, bytes, corrupt};
use affiant_backend::{
    BuriedRow, Keyring, SecretKind, SecretName, SecretRow, SessionId, StorageError,
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};

use crate::error::storage;
use crate::sessions::writes;
use crate::tidy::Tidy;
use crate::write::{IN_TURN, Undone, Work, lock_of, transact};

/// The keyring in a database of its own.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub(crate) pool: PgPool,
    tidy: Tidy,
    deployment: [u8; 16],
}

impl Secrets {
    pub(crate) fn new(pool: PgPool, tidy: Tidy, deployment: [u8; 16]) -> Self {
        Self { pool, tidy, deployment }
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
        self.tidy.finish().await;
    }

    /// Does a change. What it deletes leaves the files of the database soon.
    async fn change(&self, change: Change) -> Result<u64, StorageError> {
        let deletes = !matches!(change, Change::Put(_) | Change::ForgetBuried(_));
        let done = transact(&self.pool, change).await;
        if deletes {
            self.tidy.ask();
        }
        done
    }
}

/// The name that the keyring got when it was made.
pub(crate) async fn deployment(pool: &PgPool) -> Result<[u8; 16], StorageError> {
    let id = sqlx::query_scalar!("select id from deployment").fetch_one(pool).await;
    bytes(id.map_err(storage)?, "deployment")
}

enum Change {
    Put(Vec<SecretRow>),
    Delete(Vec<SecretName>),
    Bury(Vec<(SecretKind, [u8; 16])>, i64),
    ForgetBuried(i64),
    Rewrap(Vec<u8>, Vec<SecretRow>),
    ReplacePlain(Vec<SecretRow>),
}

#[async_trait]
impl Work for Change {
    type Done = u64;

    /// What is buried while it is put must be seen by who puts it.
    fn locks(&self) -> Vec<i64> {
        let lock = |kind: SecretKind, id: &[u8; 16]| lock_of(id, kind as u8);
        match self {
            Self::Put(secrets) => {
                secrets.iter().map(|it| lock(it.name.kind, &it.name.id)).collect()
            }
            Self::Bury(gone, _) => gone.iter().map(|(kind, id)| lock(*kind, id)).collect(),
            Self::Delete(_) | Self::ForgetBuried(_) => Vec::new(),
            Self::Rewrap(..) | Self::ReplacePlain(_) => vec![IN_TURN],
        }
    }

    async fn run(&self, db: &mut PgConnection) -> Result<u64, Undone> {
        match self {
            Self::Put(secrets) => put(db, secrets).await?,
            Self::Delete(names) => {
                for name in names {
                    delete(db, name).await?;
                }
            }
            Self::Bury(gone, day) => bury(db, gone, *day).await?,
            Self::ForgetBuried(before) => {
                let forgotten =
                    sqlx::query!("delete from buried where day < $1", before).execute(db).await?;
                return Ok(forgotten.rows_affected());
            }
            Self::Rewrap(mark, secrets) => rewrap(db, mark, secrets).await?,
            Self::ReplacePlain(secrets) => {
                for secret in secrets {
                    let id = &secret.name.id[..];
                    sqlx::query!("delete from secrets where session = $1", id)
                        .execute(&mut *db)
                        .await?;
                    insert(db, secret).await?;
                }
            }
        }
        Ok(0)
    }
}

async fn insert(db: &mut PgConnection, secret: &SecretRow) -> Result<(), sqlx::Error> {
    let (kind, id, epoch) =
        (secret.name.kind.word(), &secret.name.id[..], i64::from(secret.name.epoch));
    sqlx::query!(
        "insert into wrapped (kind, id, epoch, secret, created) values ($1, $2, $3, $4, $5)",
        kind,
        id,
        i64::from(epoch),
        secret.wrapped,
        secret.created
    )
    .execute(db)
    .await
    .map(|_| ())
}

async fn put(db: &mut PgConnection, secrets: &[SecretRow]) -> Result<(), Undone> {
    for secret in secrets {
        let (kind, id) = (secret.name.kind.word(), &secret.name.id[..]);
        let buried = sqlx::query_scalar!(
            r#"select count(*) as "count!" from buried where kind = $1 and id = $2"#,
            kind,
            id
        )
        .fetch_one(&mut *db)
        .await?;
        if buried > 0 {
            return Err(Undone::Conflict);
        }
    }
    for secret in secrets {
        insert(db, secret).await?;
    }
    Ok(())
}

async fn delete(db: &mut PgConnection, name: &SecretName) -> Result<(), sqlx::Error> {
    let (kind, id, epoch) = (name.kind.word(), &name.id[..], i64::from(name.epoch));
    sqlx::query!(
        "delete from wrapped where kind = $1 and id = $2 and epoch = $3",
        kind,
        id,
        i64::from(epoch)
    )
    .execute(db)
    .await
    .map(|_| ())
}

async fn bury(
    db: &mut PgConnection,
    gone: &[(SecretKind, [u8; 16])],
    day: i64,
) -> Result<(), sqlx::Error> {
    for (kind, id) in gone {
        let (kind, id) = (kind.word(), &id[..]);
        sqlx::query!("delete from wrapped where kind = $1 and id = $2", kind, id)
            .execute(&mut *db)
            .await?;
        if kind == SecretKind::Session.word() {
            sqlx::query!("delete from heads where session = $1", id).execute(&mut *db).await?;
        }
        sqlx::query!(
            "insert into buried (kind, id, day) values ($1, $2, $3)
             on conflict do nothing",
            kind,
            id,
            day
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn rewrap(
    db: &mut PgConnection,
    mark: &[u8],
    secrets: &[SecretRow],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into master (one, mark) values (1, $1)
         on conflict (one) do update set mark = excluded.mark",
        mark
    )
    .execute(&mut *db)
    .await?;
    for secret in secrets {
        let (kind, id, epoch) =
            (secret.name.kind.word(), &secret.name.id[..], i64::from(secret.name.epoch));
        sqlx::query!(
            "update wrapped set secret = $1 where kind = $2 and id = $3 and epoch = $4",
            secret.wrapped,
            kind,
            id,
            i64::from(epoch)
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

#[async_trait]
impl Keyring for Secrets {
    fn deployment(&self) -> [u8; 16] {
        self.deployment
    }

    async fn mark(&self) -> Result<Option<Vec<u8>>, StorageError> {
        sqlx::query_scalar!("select mark from master")
            .fetch_optional(&self.pool)
            .await
            .map_err(storage)
    }

    async fn put(&self, secrets: Vec<SecretRow>) -> Result<(), StorageError> {
        self.change(Change::Put(secrets)).await.map(|_| ())
    }

    async fn find(&self, name: SecretName) -> Result<Option<Vec<u8>>, StorageError> {
        let (kind, id) = (name.kind.word(), &name.id[..]);
        sqlx::query_scalar!(
            "select secret from wrapped where kind = $1 and id = $2 and epoch = $3",
            kind,
            id,
            i64::from(name.epoch)
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(storage)
    }

    async fn epochs(&self, kind: SecretKind, id: [u8; 16]) -> Result<Vec<SecretRow>, StorageError> {
        let (kind, id) = (kind.word(), &id[..]);
        sqlx::query_as!(
            SecretColumns,
            "select kind, id, epoch, secret, created from wrapped
             where kind = $1 and id = $2 order by epoch",
            kind,
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(SecretRow::try_from)
        .collect()
    }

    async fn secrets(
        &self,
        kind: SecretKind,
        after: Option<SecretName>,
        limit: u32,
    ) -> Result<Vec<SecretRow>, StorageError> {
        let kind = kind.word();
        // Nothing is smaller than no bytes at all.
        let (id, epoch) = after.as_ref().map_or((&[][..], 0), |it| (&it.id[..], it.epoch));
        sqlx::query_as!(
            SecretColumns,
            "select kind, id, epoch, secret, created from wrapped
             where kind = $1 and (id, epoch) > ($2, $3) order by id, epoch limit $4",
            kind,
            id,
            i64::from(epoch),
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(SecretRow::try_from)
        .collect()
    }

    async fn delete(&self, names: Vec<SecretName>) -> Result<(), StorageError> {
        self.change(Change::Delete(names)).await.map(|_| ())
    }

    async fn bury(&self, gone: Vec<(SecretKind, [u8; 16])>, day: i64) -> Result<(), StorageError> {
        self.change(Change::Bury(gone, day)).await.map(|_| ())
    }

    async fn buried(&self) -> Result<Vec<BuriedRow>, StorageError> {
        let rows = sqlx::query!("select kind, id, day from buried order by kind, id")
            .fetch_all(&self.pool)
            .await
            .map_err(storage)?;
        let mut buried = Vec::with_capacity(rows.len());
        for row in rows {
            let kind = SecretKind::from_word(&row.kind).ok_or_else(|| corrupt("buried"))?;
            buried.push(BuriedRow { kind, id: bytes(row.id, "buried")?, day: row.day });
        }
        Ok(buried)
    }

    async fn forget_buried(&self, before: i64) -> Result<u64, StorageError> {
        self.change(Change::ForgetBuried(before)).await
    }

    async fn rewrap(&self, mark: Vec<u8>, secrets: Vec<SecretRow>) -> Result<(), StorageError> {
        self.change(Change::Rewrap(mark, secrets)).await.map(|_| ())
    }

    async fn plain(&self, limit: u32) -> Result<Vec<(SessionId, [u8; 32])>, StorageError> {
        let rows = sqlx::query!(
            "select session, secret from secrets order by session limit $1",
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        let mut plain = Vec::with_capacity(rows.len());
        for row in rows {
            let session = SessionId(bytes(row.session, "secrets")?);
            plain.push((session, bytes(row.secret, "secrets")?));
        }
        Ok(plain)
    }

    async fn replace_plain(&self, secrets: Vec<SecretRow>) -> Result<(), StorageError> {
        self.change(Change::ReplacePlain(secrets)).await.map(|_| ())
    }

    async fn check_keyring(&self) -> Result<(), StorageError> {
        sqlx::query_scalar!("select id from deployment")
            .fetch_one(&self.pool)
            .await
            .map_err(storage)?;
        writes(&self.pool).await
    }
}
