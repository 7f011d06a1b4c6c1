//! The keyring.

use affiant_backend::columns::{SecretColumns, bytes, corrupt};
use affiant_backend::{
    BuriedRow, Keyring, SecretKind, SecretName, SecretRow, SessionId, StorageError,
};
use async_trait::async_trait;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, SqliteConnection};

use crate::error::reading;
use crate::finder::Finder;
use crate::readers::Readers;
use crate::together::{Bound, Text};
use crate::write::{Leaves, Undone, Work, Write};
use crate::writer::Writer;

/// The keyring in a database file of its own.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    finder: Finder,
    deployment: [u8; 16],
}

impl Secrets {
    pub(crate) fn new(writer: Writer, readers: Readers, deployment: [u8; 16]) -> Self {
        let finder = Finder::start(readers.clone());
        Self { writer, readers, finder, deployment }
    }

    pub(crate) async fn close(&self) -> Result<(), StorageError> {
        self.readers.close().await;
        self.writer.close().await
    }

    pub(crate) async fn write(&self, write: impl Work + 'static) -> Result<(), StorageError> {
        self.writer.write(write).await.map(|_| ())
    }
}

/// The name that the keyring got when it was made.
pub(crate) async fn deployment(readers: &Readers) -> Result<[u8; 16], StorageError> {
    let id = sqlx::query_scalar!("select id from deployment").fetch_one(readers).await;
    bytes(id.map_err(reading)?, "deployment")
}

/// All that was buried.
pub(crate) async fn buried(readers: &Readers) -> Result<Vec<BuriedRow>, StorageError> {
    let rows = sqlx::query!("select kind, id, day from buried order by kind, id")
        .fetch_all(readers)
        .await
        .map_err(reading)?;
    let mut buried = Vec::with_capacity(rows.len());
    for row in rows {
        let kind = SecretKind::from_word(&row.kind).ok_or_else(|| corrupt("buried"))?;
        buried.push(BuriedRow { kind, id: bytes(row.id, "buried")?, day: row.day });
    }
    Ok(buried)
}

enum Change {
    Put(Vec<SecretRow>),
    Delete(Vec<SecretName>),
    Bury(Vec<(SecretKind, [u8; 16])>, i64),
    ForgetBuried(i64),
    Rewrap(Vec<u8>, Vec<SecretRow>),
    ReplacePlain(Vec<SecretRow>),
}

/// One secret, of something that was not buried.
static PUT: Text = Text {
    sql: "insert into wrapped (kind, id, epoch, secret, created)
     select ?, ?, ?, ?, ? where not exists (select 1 from buried where kind = ? and id = ?);",
    statements: 1,
    rows: 1,
};

#[async_trait]
impl Work for Change {
    fn leaves(&self) -> Leaves {
        match self {
            Self::Put(_) | Self::ForgetBuried(_) => Leaves::AtLeisure,
            Self::Delete(_) | Self::Bury(..) | Self::Rewrap(..) | Self::ReplacePlain(_) => {
                Leaves::AtOnce
            }
        }
    }

    fn text(&self) -> Option<&'static Text> {
        match self {
            Self::Put(secrets) => (secrets.len() == 1).then_some(&PUT),
            _ => None,
        }
    }

    fn bind(&self, to: &mut SqliteArguments) -> Bound {
        let Self::Put(secrets) = self else { return Ok(()) };
        for secret in secrets {
            let name = &secret.name;
            to.add(name.kind.word())?;
            to.add(&name.id[..])?;
            to.add(name.epoch)?;
            to.add(&secret.wrapped)?;
            to.add(secret.created)?;
            to.add(name.kind.word())?;
            to.add(&name.id[..])?;
        }
        Ok(())
    }

    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
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
                    sqlx::query!("delete from buried where day < ?", before).execute(db).await?;
                return Ok(forgotten.rows_affected());
            }
            Self::Rewrap(mark, secrets) => rewrap(db, mark, secrets).await?,
            Self::ReplacePlain(secrets) => {
                for secret in secrets {
                    let id = &secret.name.id[..];
                    sqlx::query!("delete from secrets where session = ?", id)
                        .execute(&mut *db)
                        .await?;
                    insert(db, secret).await?;
                }
            }
        }
        Ok(0)
    }
}

async fn insert(db: &mut SqliteConnection, secret: &SecretRow) -> Result<(), sqlx::Error> {
    let (kind, id, epoch) = (secret.name.kind.word(), &secret.name.id[..], secret.name.epoch);
    sqlx::query!(
        "insert into wrapped (kind, id, epoch, secret, created) values (?, ?, ?, ?, ?)",
        kind,
        id,
        epoch,
        secret.wrapped,
        secret.created
    )
    .execute(db)
    .await
    .map(|_| ())
}

async fn put(db: &mut SqliteConnection, secrets: &[SecretRow]) -> Result<(), Undone> {
    for secret in secrets {
        let (kind, id) = (secret.name.kind.word(), &secret.name.id[..]);
        let buried =
            sqlx::query_scalar!("select count(*) from buried where kind = ? and id = ?", kind, id)
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

async fn delete(db: &mut SqliteConnection, name: &SecretName) -> Result<(), sqlx::Error> {
    let (kind, id, epoch) = (name.kind.word(), &name.id[..], name.epoch);
    sqlx::query!("delete from wrapped where kind = ? and id = ? and epoch = ?", kind, id, epoch)
        .execute(db)
        .await
        .map(|_| ())
}

async fn bury(
    db: &mut SqliteConnection,
    gone: &[(SecretKind, [u8; 16])],
    day: i64,
) -> Result<(), sqlx::Error> {
    for (kind, id) in gone {
        let (kind, id) = (kind.word(), &id[..]);
        sqlx::query!("delete from wrapped where kind = ? and id = ?", kind, id)
            .execute(&mut *db)
            .await?;
        if kind == SecretKind::Session.word() {
            sqlx::query!("delete from heads where session = ?", id).execute(&mut *db).await?;
        }
        sqlx::query!(
            "insert or ignore into buried (kind, id, day) values (?, ?, ?)",
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
    db: &mut SqliteConnection,
    mark: &[u8],
    secrets: &[SecretRow],
) -> Result<(), sqlx::Error> {
    sqlx::query!("insert or replace into master (one, mark) values (1, ?)", mark)
        .execute(&mut *db)
        .await?;
    for secret in secrets {
        let (kind, id, epoch) = (secret.name.kind.word(), &secret.name.id[..], secret.name.epoch);
        sqlx::query!(
            "update wrapped set secret = ? where kind = ? and id = ? and epoch = ?",
            secret.wrapped,
            kind,
            id,
            epoch
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
            .fetch_optional(&self.readers)
            .await
            .map_err(reading)
    }

    async fn put(&self, secrets: Vec<SecretRow>) -> Result<(), StorageError> {
        self.write(Change::Put(secrets)).await
    }

    async fn find(&self, name: SecretName) -> Result<Option<Vec<u8>>, StorageError> {
        self.finder.find(name).await
    }

    async fn epochs(&self, kind: SecretKind, id: [u8; 16]) -> Result<Vec<SecretRow>, StorageError> {
        let (kind, id) = (kind.word(), &id[..]);
        sqlx::query_as!(
            SecretColumns,
            "select kind, id, epoch, secret, created from wrapped
             where kind = ? and id = ? order by epoch",
            kind,
            id
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
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
             where kind = ? and (id, epoch) > (?, ?) order by id, epoch limit ?",
            kind,
            id,
            epoch,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(SecretRow::try_from)
        .collect()
    }

    async fn delete(&self, names: Vec<SecretName>) -> Result<(), StorageError> {
        self.write(Change::Delete(names)).await
    }

    async fn bury(&self, gone: Vec<(SecretKind, [u8; 16])>, day: i64) -> Result<(), StorageError> {
        self.write(Change::Bury(gone, day)).await
    }

    async fn buried(&self) -> Result<Vec<BuriedRow>, StorageError> {
        buried(&self.readers).await
    }

    async fn forget_buried(&self, before: i64) -> Result<u64, StorageError> {
        self.writer.write(Change::ForgetBuried(before)).await
    }

    async fn rewrap(&self, mark: Vec<u8>, secrets: Vec<SecretRow>) -> Result<(), StorageError> {
        self.write(Change::Rewrap(mark, secrets)).await
    }

    async fn plain(&self, limit: u32) -> Result<Vec<(SessionId, [u8; 32])>, StorageError> {
        let rows =
            sqlx::query!("select session, secret from secrets order by session limit ?", limit)
                .fetch_all(&self.readers)
                .await
                .map_err(reading)?;
        let mut plain = Vec::with_capacity(rows.len());
        for row in rows {
            let session = SessionId(bytes(row.session, "secrets")?);
            plain.push((session, bytes(row.secret, "secrets")?));
        }
        Ok(plain)
    }

    async fn replace_plain(&self, secrets: Vec<SecretRow>) -> Result<(), StorageError> {
        self.write(Change::ReplacePlain(secrets)).await
    }

    async fn check_keyring(&self) -> Result<(), StorageError> {
        sqlx::query_scalar!("select id from deployment")
            .fetch_one(&self.readers)
            .await
            .map_err(reading)?;
        self.write(Write::Nothing).await
    }
}
