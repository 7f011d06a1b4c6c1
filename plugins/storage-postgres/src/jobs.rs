//! Jobs: what is done for sessions once their step is stored.

use affiant_backend::columns::{JobColumns, JobCountColumns};
use affiant_backend::{
    FailedJobs, JobCause, JobCount, JobEnd, JobRow, JobState, Jobs, SessionId, StorageError,
};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::error::storage;
use crate::sessions::Main;
use crate::steps::put_file;
use crate::write::{Undone, Work};

/// Adds jobs inside of a transaction; those that are there are passed over.
pub(crate) async fn put(db: &mut PgConnection, jobs: &[JobRow]) -> Result<(), sqlx::Error> {
    for job in jobs {
        sqlx::query!(
            "insert into jobs
               (id, session, kind, state, sealed, digest, epoch, attempts, created, next, expires,
                cause)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict (id) do nothing",
            &job.id[..],
            &job.session.0[..],
            job.kind.word(),
            job.state.word(),
            job.sealed,
            &job.digest[..],
            i64::from(job.epoch),
            i64::from(job.attempts),
            job.created,
            job.next,
            job.expires,
            job.cause.map(JobCause::word)
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

struct Put(Vec<JobRow>);

#[async_trait]
impl Work for Put {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        Ok(put(db, &self.0).await?)
    }
}

struct End {
    job: JobRow,
    end: JobEnd,
}

#[async_trait]
impl Work for End {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        Vec::new()
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        let cause = self.end.cause.map(JobCause::word);
        let state = if cause.is_none() { JobState::Done } else { JobState::Failed }.word();
        let done = sqlx::query!(
            "update jobs set state = $1, cause = $2,
               sealed = case when $2::text is null then ''::bytea else sealed end
             where id = $3 and attempts = $4 and state = 'running'",
            state,
            cause,
            &self.job.id[..],
            i64::from(self.job.attempts)
        )
        .execute(&mut *db)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Undone::Conflict);
        }
        if let Some(file) = &self.end.file {
            put_file(&mut *db, file).await?;
        }
        Ok(put(db, &self.end.jobs).await?)
    }
}

/// What opens anything for jobs that are over goes; those that were not done in time failed.
pub(crate) async fn expire(db: &mut PgConnection, now: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update jobs set sealed = ''::bytea,
           cause = case when state in ('waiting', 'running') then 'late' else cause end,
           state = case when state in ('waiting', 'running') then 'failed' else state end
         where expires <= $1 and length(sealed) > 0",
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

#[async_trait]
impl Jobs for Main {
    async fn put_jobs(&self, jobs: Vec<JobRow>) -> Result<(), StorageError> {
        self.write(Put(jobs)).await
    }

    async fn claim_jobs(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<JobRow>, StorageError> {
        // What another server is claiming at this moment is passed over, not waited for.
        sqlx::query_as!(
            JobColumns,
            "update jobs set state = 'running', next = $2, attempts = attempts + 1
             where id in (
               select id from jobs where next <= $1 and state in ('waiting', 'running')
               order by next, id limit $3 for update skip locked)
             returning id, session, kind, state, sealed, digest, epoch, attempts, created, next,
               expires, cause",
            now,
            lease,
            i64::from(limit)
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(JobRow::try_from)
        .collect()
    }

    /// Another server may be at them.
    async fn free_jobs(&self, _: i64) -> Result<u64, StorageError> {
        Ok(0)
    }

    async fn end_job(&self, job: &JobRow, end: JobEnd) -> Result<(), StorageError> {
        self.write(End { job: job.clone(), end }).await
    }

    async fn put_off_job(&self, job: &JobRow, next: i64) -> Result<(), StorageError> {
        sqlx::query!(
            "update jobs set state = 'waiting', next = $1
             where id = $2 and attempts = $3 and state = 'running'",
            next,
            &job.id[..],
            i64::from(job.attempts)
        )
        .execute(&self.pool)
        .await
        .map(|_| ())
        .map_err(storage)
    }

    async fn forget_jobs(
        &self,
        session: SessionId,
        ids: Vec<[u8; 16]>,
    ) -> Result<(), StorageError> {
        for id in ids {
            sqlx::query!(
                "delete from jobs where session = $1 and id = $2",
                &session.0[..],
                &id[..]
            )
            .execute(&self.pool)
            .await
            .map_err(storage)?;
        }
        Ok(())
    }

    async fn jobs_of(&self, session: SessionId) -> Result<Vec<JobRow>, StorageError> {
        sqlx::query_as!(
            JobColumns,
            "select id, session, kind, state, sealed, digest, epoch, attempts, created, next, expires,
               cause
             from jobs where session = $1 order by created, id",
            &session.0[..]
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(JobRow::try_from)
        .collect()
    }

    async fn count_jobs(&self, now: i64) -> Result<Vec<JobCount>, StorageError> {
        sqlx::query_as!(
            JobCountColumns,
            r#"select s.interview, j.kind, j.state, j.cause, count(*) as "many!",
                 count(*) filter (where length(j.sealed) > 0 and j.expires > $1) as "open!",
                 min(j.created) as "oldest!"
               from jobs j join sessions s on s.id = j.session
               group by 1, 2, 3, 4 order by 1, 2, 3, 4"#,
            now
        )
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?
        .into_iter()
        .map(JobCount::try_from)
        .collect()
    }

    async fn retry_jobs(&self, failed: &FailedJobs, now: i64) -> Result<u64, StorageError> {
        let (kind, cause) = (failed.kind.word(), failed.cause.word());
        let done = sqlx::query!(
            "update jobs set state = 'waiting', cause = null, attempts = 0, next = $1
             where state = 'failed' and kind = $2 and cause = $3 and expires > $1
               and length(sealed) > 0
               and session in (select id from sessions where interview = $4)",
            now,
            kind,
            cause,
            failed.interview
        )
        .execute(&self.pool)
        .await
        .map_err(storage)?;
        Ok(done.rows_affected())
    }

    async fn drop_jobs(&self, failed: &FailedJobs) -> Result<u64, StorageError> {
        let (kind, cause) = (failed.kind.word(), failed.cause.word());
        let done = sqlx::query!(
            "update jobs set state = 'aside', sealed = ''::bytea
             where state = 'failed' and kind = $1 and cause = $2
               and session in (select id from sessions where interview = $3)",
            kind,
            cause,
            failed.interview
        )
        .execute(&self.pool)
        .await
        .map_err(storage)?;
        Ok(done.rows_affected())
    }
}
