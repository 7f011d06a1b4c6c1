//! The journal of deletions, and erasing rows.

use std::sync::Arc;

use affiant_backend::columns::{bytes, corrupt, count, of_subject, subject};
use affiant_backend::{
    AccountId, Chained, Counts, DeletionReason, DeletionRow, Deletions, Lookup, SessionId, Stage,
    StorageError, Subject, TombstoneRow,
};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::audit;
use crate::error::storage;
use crate::sessions::Main;
use crate::write::{IN_TURN, Undone, Work};

enum Change {
    Begin(DeletionRow),
    Advance([u8; 16], Stage),
    End([u8; 16]),
}

#[async_trait]
impl Work for Change {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        vec![IN_TURN]
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        match self {
            Self::Begin(row) => begin(db, row).await?,
            Self::Advance(id, stage) => {
                let (id, stage) = (&id[..], stage.word());
                sqlx::query!("update deletions set stage = $1 where id = $2", stage, id)
                    .execute(&mut *db)
                    .await?;
                mark(db, id).await?;
            }
            Self::End(id) => {
                let id = &id[..];
                sqlx::query!("delete from deletions where id = $1", id).execute(db).await?;
            }
        }
        Ok(())
    }
}

async fn begin(db: &mut PgConnection, row: &DeletionRow) -> Result<(), sqlx::Error> {
    let id = &row.id[..];
    let (kind, subject) = of_subject(&row.subject);
    let (reason, stage) = (row.reason.word(), row.stage.word());
    sqlx::query!(
        "insert into deletions (id, kind, subject, reason, stage, asked, until)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        kind,
        subject,
        reason,
        stage,
        row.asked,
        row.until
    )
    .execute(&mut *db)
    .await?;
    mark(db, id).await
}

/// Marks the account of a deletion that is not held as being deleted, so that nobody signs in.
async fn mark(db: &mut PgConnection, id: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update accounts set status = 'deleting', auth_epoch = auth_epoch + 1
         where status <> 'deleting' and id =
           (select subject from deletions where id = $1 and kind = 'account' and stage <> 'held')",
        id
    )
    .execute(db)
    .await
    .map(|_| ())
}

struct Erase {
    subject: Subject,
    tombstone: Option<TombstoneRow>,
    entry: Option<Arc<dyn Chained>>,
}

#[async_trait]
impl Work for Erase {
    type Done = Counts;

    fn locks(&self) -> Vec<i64> {
        vec![IN_TURN]
    }

    async fn run(&self, db: &mut PgConnection) -> Result<Counts, Undone> {
        hold(db, &self.subject).await?;
        let counts = counts(&mut *db, self.subject).await?;
        match self.subject {
            Subject::Session(id) => {
                sqlx::query!("delete from sessions where id = $1", &id.0[..])
                    .execute(&mut *db)
                    .await?;
            }
            Subject::Account(id) => {
                let account = &id.0[..];
                sqlx::query!(
                    "delete from sessions where id in
                       (select session from grants where account = $1 and role = 'owner')",
                    account
                )
                .execute(&mut *db)
                .await?;
                if let Some(tombstone) = &self.tombstone {
                    put_tombstone(db, tombstone, id).await?;
                }
                sqlx::query!("delete from accounts where id = $1", account)
                    .execute(&mut *db)
                    .await?;
            }
        }
        if let Some(entry) = self.entry.as_ref().filter(|_| counts.sum() > 0) {
            audit::add(db, &**entry).await?;
        }
        Ok(counts)
    }
}

/// Keeps others from adding anything to what is erased, and waits for those who just do.
async fn hold(db: &mut PgConnection, subject: &Subject) -> Result<(), sqlx::Error> {
    match subject {
        Subject::Session(id) => {
            sqlx::query!("select id from sessions where id = $1 for update", &id.0[..])
                .fetch_optional(db)
                .await?;
        }
        Subject::Account(id) => {
            sqlx::query!("select id from accounts where id = $1 for update", &id.0[..])
                .fetch_optional(db)
                .await?;
        }
    }
    Ok(())
}

/// Takes the number from the account's row, while that is there.
async fn put_tombstone(
    db: &mut PgConnection,
    row: &TombstoneRow,
    account: AccountId,
) -> Result<(), sqlx::Error> {
    let (id, reason, receipt) = (&account.0[..], row.reason.word(), &row.receipt.0[..]);
    sqlx::query!(
        "insert into tombstones (number, day, reason, receipt)
         select number, $1, $2, $3 from accounts where id = $4
             on conflict do nothing",
        row.day,
        reason,
        receipt,
        id
    )
    .execute(db)
    .await
    .map(|_| ())
}

async fn counts(
    executor: impl sqlx::PgExecutor<'_>,
    subject: Subject,
) -> Result<Counts, sqlx::Error> {
    // No bytes at all are nobody's id.
    let (session, account) = match &subject {
        Subject::Session(id) => (&id.0[..], &[][..]),
        Subject::Account(id) => (&[][..], &id.0[..]),
    };
    let row = sqlx::query!(
        r#"with gone (id) as (
             select id from sessions where id = $1
             union
             select session from grants where account = $2 and role = 'owner'
           )
           select
             (select count(*) from gone) as "sessions!: i64",
             (select count(*) from steps where session in (select id from gone)) as "steps!: i64",
             (select count(*) from files where session in (select id from gone)) as "files!: i64",
             (select count(*) from resume_codes where session in (select id from gone))
               + (select count(*) from grants where session in (select id from gone) or account = $2)
               + (select count(*) from invitations where session in (select id from gone) or granter = $2)
               + (select count(*) from wraps where session in (select id from gone))
               + (select count(*) from accounts where id = $2)
               + (select count(*) from account_roles where account = $2)
               + (select count(*) from locked_keys where account = $2)
               + (select count(*) from methods where account = $2)
               + (select count(*) from passkeys where account = $2)
               + (select count(*) from factors where account = $2)
               + (select count(*) from factor_codes where account = $2)
               + (select count(*) from sign_ins where account = $2)
               + (select count(*) from pending_sign_ins where account = $2)
               + (select count(*) from links where account = $2)
               + (select count(*) from api_keys where account = $2)
               + (select count(*) from outbox where account = $2)
               as "others!: i64""#,
        session,
        account
    )
    .fetch_one(executor)
    .await?;
    Ok(Counts {
        sessions: count(row.sessions),
        steps: count(row.steps),
        files: count(row.files),
        others: count(row.others),
    })
}

#[async_trait]
impl Deletions for Main {
    async fn begin_deletion(&self, row: DeletionRow) -> Result<(), StorageError> {
        self.write(Change::Begin(row)).await
    }

    async fn advance_deletion(&self, id: [u8; 16], stage: Stage) -> Result<(), StorageError> {
        self.write(Change::Advance(id, stage)).await
    }

    async fn deletions(&self) -> Result<Vec<DeletionRow>, StorageError> {
        let rows = sqlx::query!(
            "select id, kind, subject, reason, stage, asked, until
             from deletions order by asked, id"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        let mut deletions = Vec::with_capacity(rows.len());
        let wrong = || corrupt("deletions");
        for row in rows {
            deletions.push(DeletionRow {
                id: bytes(row.id, "deletions")?,
                subject: subject(&row.kind, row.subject, "deletions")?,
                reason: DeletionReason::from_word(&row.reason).ok_or_else(wrong)?,
                stage: Stage::from_word(&row.stage).ok_or_else(wrong)?,
                asked: row.asked,
                until: row.until,
            });
        }
        Ok(deletions)
    }

    async fn end_deletion(&self, id: [u8; 16]) -> Result<(), StorageError> {
        self.write(Change::End(id)).await
    }

    async fn owned_by(&self, account: AccountId) -> Result<Vec<SessionId>, StorageError> {
        let id = &account.0[..];
        let ids = sqlx::query_scalar!(
            "select distinct session from grants where account = $1 and role = 'owner'
             order by session",
            id
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        ids.into_iter().map(|it| bytes(it, "grants").map(SessionId)).collect()
    }

    async fn count(&self, subject: Subject) -> Result<Counts, StorageError> {
        counts(&self.pool, subject).await.map_err(storage)
    }

    async fn erase(
        &self,
        subject: Subject,
        tombstone: Option<TombstoneRow>,
        entry: Option<Arc<dyn Chained>>,
    ) -> Result<Counts, StorageError> {
        self.write(Erase { subject, tombstone, entry }).await
    }

    async fn tombstone(&self, number: i64) -> Result<Option<TombstoneRow>, StorageError> {
        let row =
            sqlx::query!("select day, reason, receipt from tombstones where number = $1", number)
                .fetch_optional(&self.pool)
                .await
                .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(TombstoneRow {
            number,
            day: row.day,
            reason: DeletionReason::from_word(&row.reason).ok_or_else(|| corrupt("tombstones"))?,
            receipt: Lookup(bytes(row.receipt, "tombstones")?),
        }))
    }

    async fn tombstones(&self) -> Result<u64, StorageError> {
        let found = sqlx::query_scalar!(r#"select count(*) as "count!" from tombstones"#)
            .fetch_one(&self.pool)
            .await;
        found.map(count).map_err(storage)
    }
}
