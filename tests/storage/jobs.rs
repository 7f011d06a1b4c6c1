//! Jobs: claimed by one, ended once, gone with their session.

use affiant_backend::{
    Content, FailedJobs, FileRow, FilesOfStep, JobCause, JobEnd, JobKind, JobRow, JobState,
    Jobs as _, NextStep, SessionId, SessionStore as _, StorageError, Sweep as _,
};

use super::{ONE, begun, next, row, step};

pub(crate) fn job(id: u8, session: SessionId) -> JobRow {
    JobRow {
        id: [id; 16],
        session,
        kind: JobKind::Action,
        state: JobState::Waiting,
        sealed: vec![id, 1],
        digest: [id; 32],
        epoch: 7,
        attempts: 0,
        created: 10,
        next: 10 + i64::from(id),
        expires: 1_000,
        cause: None,
    }
}

fn done() -> JobEnd {
    JobEnd { cause: None, file: None, jobs: Vec::new() }
}

fn failed(cause: JobCause) -> JobEnd {
    JobEnd { cause: Some(cause), ..done() }
}

#[tokio::test]
async fn a_job_comes_with_its_step_and_once() {
    let it = begun().await;
    let (store, id) = (it.sessions(), ONE);
    let begins = |jobs| FilesOfStep { jobs, ..FilesOfStep::default() };
    let jobs = vec![job(1, id), job(2, id)];
    store
        .append(NextStep {
            files: begins(jobs.clone()),
            ..next(id, 0, 0, step(1, b"more", false), 20)
        })
        .await
        .unwrap();
    assert_eq!(store.jobs_of(id).await.unwrap(), jobs);
    // A step that is not stored begins nothing, and what there is already is not begun anew.
    let late = store
        .append(NextStep {
            files: begins(vec![job(3, id)]),
            ..next(id, 0, 0, step(1, b"more", false), 20)
        })
        .await;
    assert!(matches!(late, Err(StorageError::Conflict)));
    let changed = JobRow { sealed: vec![9], ..job(1, id) };
    store
        .append(NextStep {
            files: begins(vec![changed]),
            ..next(id, 1, 1, step(2, b"more", false), 20)
        })
        .await
        .unwrap();
    assert_eq!(store.jobs_of(id).await.unwrap(), jobs);
}

#[tokio::test]
async fn a_claimed_job_is_nobody_elses_until_its_lease_ends() {
    let it = begun().await;
    let (store, id) = (it.sessions(), ONE);
    store.put_jobs(vec![job(1, id), job(2, id)]).await.unwrap();
    assert_eq!(store.claim_jobs(10, 100, 9).await.unwrap(), []);
    let first = store.claim_jobs(11, 100, 9).await.unwrap();
    let claimed = JobRow { state: JobState::Running, attempts: 1, next: 100, ..job(1, id) };
    assert_eq!(first, std::slice::from_ref(&claimed));
    assert_eq!(store.claim_jobs(12, 100, 1).await.unwrap()[0].id, [2; 16]);
    assert_eq!(store.claim_jobs(99, 200, 9).await.unwrap(), []);
    let again = store.claim_jobs(100, 200, 1).await.unwrap();
    assert_eq!((again[0].id, again[0].attempts), ([1; 16], 2));
    // Who held it before comes too late, and changes nothing.
    let late = store.end_job(&claimed, done()).await;
    assert!(matches!(late, Err(StorageError::Conflict)), "{late:?}");
    store.put_off_job(&claimed, 5_000).await.unwrap();
    assert_eq!(store.jobs_of(id).await.unwrap()[0].next, 200);
    store.end_job(&again[0], done()).await.unwrap();
    assert!(matches!(store.end_job(&again[0], done()).await, Err(StorageError::Conflict)));
    assert_eq!(store.jobs_of(id).await.unwrap()[0].state, JobState::Done);
}

#[tokio::test]
async fn what_a_job_gave_is_there_with_its_end_and_what_opened_anything_is_gone() {
    let it = begun().await;
    let (store, id) = (it.sessions(), ONE);
    store.put_jobs(vec![job(1, id)]).await.unwrap();
    let claimed = store.claim_jobs(50, 100, 9).await.unwrap().remove(0);
    let content = Content::Chunks(vec![vec![7]]);
    let file = FileRow { session: id, id: [8; 16], wrapped: vec![1], name: vec![2], content };
    let end = JobEnd { file: Some(file.clone()), jobs: vec![job(2, id)], ..done() };
    store.end_job(&claimed, end).await.unwrap();
    assert_eq!(store.find_file(id, [8; 16]).await.unwrap(), Some(file));
    let jobs = store.jobs_of(id).await.unwrap();
    assert_eq!((jobs.len(), &jobs[0].sealed), (2, &Vec::new()));
    assert_eq!(store.claim_jobs(500, 600, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_failed_job_is_tried_again_while_it_can_be_and_put_aside() {
    let it = begun().await;
    let (store, id) = (it.sessions(), ONE);
    store.put_jobs(vec![job(1, id)]).await.unwrap();
    let claimed = store.claim_jobs(50, 100, 9).await.unwrap().remove(0);
    store.end_job(&claimed, failed(JobCause::Fault)).await.unwrap();
    let of = |cause| FailedJobs { interview: row(1).interview, kind: JobKind::Action, cause };
    let counts = store.count_jobs(60).await.unwrap();
    let [count] = &counts[..] else { panic!("{counts:?}") };
    assert_eq!((count.state, count.cause), (JobState::Failed, Some(JobCause::Fault)));
    assert_eq!((count.count, count.open, count.oldest), (1, 1, 10));
    assert_eq!(store.count_jobs(1_000).await.unwrap()[0].open, 0);
    assert_eq!(store.retry_jobs(&of(JobCause::Asks), 60).await.unwrap(), 0);
    assert_eq!(store.retry_jobs(&of(JobCause::Fault), 1_000).await.unwrap(), 0);
    assert_eq!(store.retry_jobs(&of(JobCause::Fault), 60).await.unwrap(), 1);
    let claimed = store.claim_jobs(60, 100, 9).await.unwrap().remove(0);
    store.end_job(&claimed, failed(JobCause::Fault)).await.unwrap();
    assert_eq!(store.drop_jobs(&of(JobCause::Fault)).await.unwrap(), 1);
    assert_eq!(store.retry_jobs(&of(JobCause::Fault), 60).await.unwrap(), 0);
    assert_eq!(store.jobs_of(id).await.unwrap()[0].state, JobState::Aside);
}

#[tokio::test]
async fn what_was_not_done_in_time_fails_and_opens_nothing() {
    let it = begun().await;
    let (store, id) = (it.sessions(), ONE);
    store.put_jobs(vec![job(1, id)]).await.unwrap();
    let of_jobs = |all: Vec<(&str, u64)>| all.into_iter().find(|it| it.0 == "jobs").unwrap().1;
    assert_eq!(of_jobs(store.expire(999, false).await.unwrap()), 0);
    assert_eq!(of_jobs(store.expire(1_000, true).await.unwrap()), 1);
    assert_eq!(of_jobs(store.expire(1_000, false).await.unwrap()), 1);
    assert_eq!(of_jobs(store.expire(1_000, false).await.unwrap()), 0);
    let left = store.jobs_of(id).await.unwrap().remove(0);
    let (state, cause) = (left.state, left.cause);
    assert_eq!((state, cause), (JobState::Failed, Some(JobCause::Late)));
    assert!(left.sealed.is_empty());
}

#[tokio::test]
async fn jobs_go_with_their_session() {
    let it = begun().await;
    let (store, id) = (it.sessions(), ONE);
    store.put_jobs(vec![job(1, id)]).await.unwrap();
    let claimed = store.claim_jobs(50, 100, 9).await.unwrap().remove(0);
    store.delete(id).await.unwrap();
    assert_eq!(store.jobs_of(id).await.unwrap(), []);
    assert!(matches!(store.end_job(&claimed, done()).await, Err(StorageError::Conflict)));
}

#[tokio::test]
async fn a_job_is_forgotten_wherever_it_stands_and_by_its_own_session_alone() {
    let it = begun().await;
    let (store, id) = (it.sessions(), ONE);
    store.put_jobs(vec![job(1, id), job(2, id)]).await.unwrap();
    let claimed = store.claim_jobs(11, 100, 9).await.unwrap().remove(0);
    store.forget_jobs(SessionId([9; 16]), vec![[1; 16], [2; 16]]).await.unwrap();
    assert_eq!(store.jobs_of(id).await.unwrap().len(), 2);
    store.forget_jobs(id, vec![[1; 16], [9; 16]]).await.unwrap();
    assert_eq!(store.jobs_of(id).await.unwrap(), [job(2, id)]);
    assert!(matches!(store.end_job(&claimed, done()).await, Err(StorageError::Conflict)));
}
