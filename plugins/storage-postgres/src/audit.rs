//! The audit log.

use std::sync::Arc;

use affiant_backend::columns::{AuditColumns, bytes};
use affiant_backend::{AuditEnd, AuditLog, AuditRow, AuditStart, Chained, Pseudonym, StorageError};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::sessions::Main;
use crate::write::{IN_TURN, Undone, Work};

/// Adds an entry inside of a transaction that holds [`IN_TURN`]. Gives its number.
pub(crate) async fn add(db: &mut PgConnection, entry: &dyn Chained) -> Result<u64, sqlx::Error> {
    let last = sqlx::query!(
        r#"select seq as "seq!: i64", hash as "hash!: Vec<u8>" from
             ((select seq, hash from audit order by seq desc limit 1)
              union all select seq, hash from audit_start) as known
           order by seq desc limit 1"#
    )
    .fetch_optional(&mut *db)
    .await?;
    let last = last.map_or(Ok(AuditEnd::default()), |it| {
        let hash = it.hash.try_into().map_err(|_| wrong());
        hash.map(|hash| AuditEnd { seq: it.seq, hash })
    })?;
    let row = entry.follow(&last);
    let (previous, hash) = (&row.previous[..], &row.hash[..]);
    let subjects = row.subjects.iter().flat_map(|it| it.0).collect::<Vec<u8>>();
    sqlx::query!(
        "insert into audit (seq, at, kind, subjects, fields, previous, hash)
         values ($1, $2, $3, $4, $5, $6, $7)",
        row.seq,
        row.at,
        row.kind,
        subjects,
        row.fields,
        previous,
        hash
    )
    .execute(&mut *db)
    .await?;
    for subject in &row.subjects {
        let subject = &subject.0[..];
        sqlx::query!(
            "insert into audit_subjects (subject, seq) values ($1, $2)
             on conflict do nothing",
            subject,
            row.seq
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(row.seq.try_into().unwrap_or(0))
}

fn wrong() -> sqlx::Error {
    sqlx::Error::Decode("a hash of the audit log has a wrong length".into())
}

struct Add(Arc<dyn Chained>);

#[async_trait]
impl Work for Add {
    type Done = u64;

    fn locks(&self) -> Vec<i64> {
        vec![IN_TURN]
    }

    async fn run(&self, db: &mut PgConnection) -> Result<u64, Undone> {
        Ok(add(db, &*self.0).await?)
    }
}

struct Cut(AuditStart);

#[async_trait]
impl Work for Cut {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        vec![IN_TURN]
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        let (seq, hash) = (self.0.cut.seq, &self.0.cut.hash[..]);
        let there = sqlx::query_scalar!(
            r#"select count(*) as "count!" from audit where seq = $1 and hash = $2"#,
            seq,
            hash
        )
        .fetch_one(&mut *db)
        .await?;
        if there == 0 {
            return Err(Undone::Conflict);
        }
        sqlx::query!(
            "insert into audit_start (one, seq, hash, sealed) values (1, $1, $2, $3)
             on conflict (one) do update set
               seq = excluded.seq, hash = excluded.hash, sealed = excluded.sealed",
            seq,
            hash,
            self.0.sealed
        )
        .execute(&mut *db)
        .await?;
        sqlx::query!("delete from audit where seq <= $1", seq).execute(db).await?;
        Ok(())
    }
}

#[async_trait]
impl AuditLog for Main {
    async fn audit(&self, entry: Arc<dyn Chained>) -> Result<u64, StorageError> {
        self.write(Add(entry)).await
    }

    async fn audit_after(&self, after: i64, limit: u32) -> Result<Vec<AuditRow>, StorageError> {
        sqlx::query_as!(
            AuditColumns,
            "select seq, at, kind, subjects, fields, previous, hash
             from audit where seq > $1 order by seq limit $2",
            after,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(AuditRow::try_from)
        .collect()
    }

    async fn audit_before(
        &self,
        before: i64,
        kind: Option<&str>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StorageError> {
        sqlx::query_as!(
            AuditColumns,
            "select seq, at, kind, subjects, fields, previous, hash
             from audit where seq < $1 and kind = coalesce($2, kind) order by seq desc limit $3",
            before,
            kind,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(AuditRow::try_from)
        .collect()
    }

    async fn audit_about(
        &self,
        subjects: &[Pseudonym],
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StorageError> {
        let mut found = Vec::new();
        for subject in subjects {
            let subject = &subject.0[..];
            let rows = sqlx::query_as!(
                AuditColumns,
                "select a.seq, a.at, a.kind, a.subjects, a.fields, a.previous, a.hash
                 from audit_subjects s join audit a on a.seq = s.seq
                 where s.subject = $1 and s.seq < $2 order by s.seq desc limit $3",
                subject,
                before,
                i64::from(limit)
            )
            .fetch_all(&self.pool)
            .await
            .map_err(storage)?;
            found.extend(rows);
        }
        found.sort_by_key(|it| std::cmp::Reverse(it.seq));
        found.dedup_by_key(|it| it.seq);
        // Each pseudonym gave as many, so that the newest of all are among them.
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        found.into_iter().map(AuditRow::try_from).collect()
    }

    async fn audit_start(&self) -> Result<Option<AuditStart>, StorageError> {
        let row = sqlx::query!("select seq, hash, sealed from audit_start")
            .fetch_optional(&self.pool)
            .await
            .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let cut = AuditEnd { seq: row.seq, hash: bytes(row.hash, "audit_start")? };
        Ok(Some(AuditStart { cut, sealed: row.sealed }))
    }

    async fn audit_end(&self) -> Result<AuditEnd, StorageError> {
        let row = sqlx::query!("select seq, hash from audit order by seq desc limit 1")
            .fetch_optional(&self.pool)
            .await
            .map_err(storage)?;
        match row {
            Some(row) => Ok(AuditEnd { seq: row.seq, hash: bytes(row.hash, "audit")? }),
            None => Ok(self.audit_start().await?.map(|it| it.cut).unwrap_or_default()),
        }
    }

    async fn cut_audit(&self, start: AuditStart) -> Result<(), StorageError> {
        self.write(Cut(start)).await
    }
}
