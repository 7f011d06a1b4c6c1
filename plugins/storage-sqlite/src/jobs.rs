//! Jobs: what is done for sessions once their step is stored.

use affiant_backend::columns::{JobColumns, JobCountColumns};
use affiant_backend::{
    FailedJobs, JobCause, JobCount, JobEnd, JobRow, JobState, Jobs, SessionId, StorageError,
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::error::reading;
use crate::recent::Recent;
use crate::sessions::Main;
use crate::write::{Leaves, Undone, Work, put_file};

/// Adds jobs inside of a transaction; those that are there are passed over.
pub(crate) async fn put(db: &mut SqliteConnection, jobs: &[JobRow]) -> Result<(), sqlx::Error> {
    for job in jobs {
        let (id, session, digest) = (&job.id[..], &job.session.0[..], &job.digest[..]);
        let (kind, state) = (job.kind.word(), job.state.word());
        let cause = job.cause.map(JobCause::word);
        sqlx::query!(
            "insert into jobs
               (id, session, kind, state, sealed, digest, epoch, attempts, created, next, expires,
                cause)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             on conflict (id) do nothing",
            id,
            session,
            kind,
            state,
            job.sealed,
            digest,
            job.epoch,
            job.attempts,
            job.created,
            job.next,
            job.expires,
            cause
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

enum Change {
    Put(Vec<JobRow>),
    /// Gives 1 if nobody else claimed it before.
    Claim(JobRow, i64),
    End(JobRow, JobEnd),
    PutOff(JobRow, i64),
    Free(i64),
    Forget(SessionId, Vec<[u8; 16]>),
    Retry(FailedJobs, i64),
    Drop(FailedJobs),
}

#[async_trait]
impl Work for Change {
    /// It changes no session.
    fn tell(&self, _: &Recent, _: bool) {}

    fn leaves(&self) -> Leaves {
        match self {
            Self::End(..) | Self::Drop(_) | Self::Forget(..) => Leaves::Soon,
            _ => Leaves::AtLeisure,
        }
    }

    async fn run(&self, db: &mut SqliteConnection) -> Result<u64, Undone> {
        match self {
            Self::Put(jobs) => {
                put(db, jobs).await?;
                Ok(0)
            }
            Self::Claim(job, lease) => claim(db, job, *lease).await,
            Self::End(job, end) => end_one(db, job, end).await,
            Self::PutOff(job, next) => put_off(db, job, *next).await,
            Self::Free(now) => free(db, *now).await,
            Self::Forget(session, ids) => forget(db, *session, ids).await,
            Self::Retry(failed, now) => retry(db, failed, *now).await,
            Self::Drop(failed) => set_aside(db, failed).await,
        }
    }
}

async fn claim(db: &mut SqliteConnection, job: &JobRow, lease: i64) -> Result<u64, Undone> {
    let id = &job.id[..];
    let done = sqlx::query!(
        "update jobs set state = 'running', next = ?, attempts = attempts + 1
         where id = ? and attempts = ? and next = ? and state in ('waiting', 'running')",
        lease,
        id,
        job.attempts,
        job.next
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

async fn end_one(db: &mut SqliteConnection, job: &JobRow, end: &JobEnd) -> Result<u64, Undone> {
    let id = &job.id[..];
    let state = if end.cause.is_none() { JobState::Done } else { JobState::Failed }.word();
    let cause = end.cause.map(JobCause::word);
    let done = sqlx::query!(
        "update jobs set state = ?1, cause = ?2,
           sealed = case when ?2 is null then x'' else sealed end
         where id = ?3 and attempts = ?4 and state = 'running'",
        state,
        cause,
        id,
        job.attempts
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Undone::Conflict);
    }
    if let Some(file) = &end.file {
        put_file(&mut *db, file).await?;
    }
    put(db, &end.jobs).await?;
    Ok(1)
}

async fn put_off(db: &mut SqliteConnection, job: &JobRow, next: i64) -> Result<u64, Undone> {
    let id = &job.id[..];
    let done = sqlx::query!(
        "update jobs set state = 'waiting', next = ?
         where id = ? and attempts = ? and state = 'running'",
        next,
        id,
        job.attempts
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

async fn free(db: &mut SqliteConnection, now: i64) -> Result<u64, Undone> {
    let done =
        sqlx::query!("update jobs set next = ? where state = 'running'", now).execute(db).await?;
    Ok(done.rows_affected())
}

async fn forget(
    db: &mut SqliteConnection,
    session: SessionId,
    ids: &[[u8; 16]],
) -> Result<u64, Undone> {
    let session = &session.0[..];
    for id in ids {
        let id = &id[..];
        sqlx::query!("delete from jobs where session = ? and id = ?", session, id)
            .execute(&mut *db)
            .await?;
    }
    Ok(0)
}

async fn retry(db: &mut SqliteConnection, failed: &FailedJobs, now: i64) -> Result<u64, Undone> {
    let (kind, cause) = (failed.kind.word(), failed.cause.word());
    let done = sqlx::query!(
        "update jobs set state = 'waiting', cause = null, attempts = 0, next = ?1
         where state = 'failed' and kind = ?2 and cause = ?3 and expires > ?1
           and length(sealed) > 0
           and session in (select id from sessions where interview = ?4)",
        now,
        kind,
        cause,
        failed.interview
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

async fn set_aside(db: &mut SqliteConnection, failed: &FailedJobs) -> Result<u64, Undone> {
    let (kind, cause) = (failed.kind.word(), failed.cause.word());
    let done = sqlx::query!(
        "update jobs set state = 'aside', sealed = x''
         where state = 'failed' and kind = ? and cause = ?
           and session in (select id from sessions where interview = ?)",
        kind,
        cause,
        failed.interview
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// What opens anything for jobs that are over goes; those that were not done in time failed.
pub(crate) async fn expire(db: &mut SqliteConnection, now: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update jobs set sealed = x'',
           cause = case when state in ('waiting', 'running') then 'late' else cause end,
           state = case when state in ('waiting', 'running') then 'failed' else state end
         where expires <= ? and length(sealed) > 0",
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

#[async_trait]
impl Jobs for Main {
    async fn put_jobs(&self, jobs: Vec<JobRow>) -> Result<(), StorageError> {
        self.write(Change::Put(jobs)).await
    }

    async fn claim_jobs(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<JobRow>, StorageError> {
        let due = sqlx::query_as!(
            JobColumns,
            "select id, session, kind, state, sealed, digest, epoch, attempts, created, next, expires,
               cause
             from jobs where next <= ? and state in ('waiting', 'running')
             order by next, id limit ?",
            now,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?;
        let mut claimed = Vec::with_capacity(due.len());
        for row in due {
            let row = JobRow::try_from(row)?;
            if self.writer.write(Change::Claim(row.clone(), lease)).await? > 0 {
                let attempts = row.attempts + 1;
                claimed.push(JobRow { state: JobState::Running, attempts, next: lease, ..row });
            }
        }
        Ok(claimed)
    }

    async fn free_jobs(&self, now: i64) -> Result<u64, StorageError> {
        self.writer.write(Change::Free(now)).await
    }

    async fn end_job(&self, job: &JobRow, end: JobEnd) -> Result<(), StorageError> {
        self.write(Change::End(job.clone(), end)).await
    }

    async fn put_off_job(&self, job: &JobRow, next: i64) -> Result<(), StorageError> {
        self.write(Change::PutOff(job.clone(), next)).await
    }

    async fn forget_jobs(
        &self,
        session: SessionId,
        ids: Vec<[u8; 16]>,
    ) -> Result<(), StorageError> {
        self.write(Change::Forget(session, ids)).await
    }

    async fn jobs_of(&self, session: SessionId) -> Result<Vec<JobRow>, StorageError> {
        let session = &session.0[..];
        sqlx::query_as!(
            JobColumns,
            "select id, session, kind, state, sealed, digest, epoch, attempts, created, next, expires,
               cause
             from jobs where session = ? order by created, id",
            session
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(JobRow::try_from)
        .collect()
    }

    async fn count_jobs(&self, now: i64) -> Result<Vec<JobCount>, StorageError> {
        sqlx::query_as!(
            JobCountColumns,
            r#"select s.interview as "interview!", j.kind as "kind!", j.state as "state!", j.cause,
                 count(*) as "many!: i64",
                 coalesce(sum(length(j.sealed) > 0 and j.expires > ?), 0) as "open!: i64",
                 min(j.created) as "oldest!: i64"
               from jobs j join sessions s on s.id = j.session
               group by 1, 2, 3, 4 order by 1, 2, 3, 4"#,
            now
        )
        .fetch_all(&self.readers)
        .await
        .map_err(reading)?
        .into_iter()
        .map(JobCount::try_from)
        .collect()
    }

    async fn retry_jobs(&self, failed: &FailedJobs, now: i64) -> Result<u64, StorageError> {
        self.writer.write(Change::Retry(failed.clone(), now)).await
    }

    async fn drop_jobs(&self, failed: &FailedJobs) -> Result<u64, StorageError> {
        self.writer.write(Change::Drop(failed.clone())).await
    }
}
