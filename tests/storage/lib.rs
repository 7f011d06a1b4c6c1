//! What every storage keeps to, as tests. Each storage plugin compiles these files among its own tests,
//! with its own `Databases`, `Main` and `Secrets`; its `Fixture` says how to reach behind them.

pub(crate) mod accounts;
mod audit;
pub(crate) mod deletions;
mod files;
mod grants;
mod heads;
mod jobs;
mod keyring;
mod limits;
mod objects;
mod plugins;
mod queues;
pub(crate) mod rows;
pub(crate) mod sessions;
mod sign_ins;
mod sweep;
mod trouble;
mod unlock;

use affiant_backend::{
    Change, Commit as _, Content, FileRow, FilesOfStep, HeadRow, Keyring as _, Lookup, NextStep,
    SecretKind, SecretName, SecretRow, SessionId, SessionRow, SessionStore as _, StepRow,
    StorageError,
};

pub(crate) use crate::tests::Fixture;
use crate::{Main, Secrets};

/// One of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The main database.
    Main,
    /// The keyring.
    Keyring,
}

impl Fixture {
    pub(crate) fn sessions(&self) -> &Main {
        &self.databases.main
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.databases.secrets
    }

    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<(), StorageError> {
        self.databases.main.commit(changes).await
    }

    /// Stores the secret of a session.
    pub(crate) async fn put_secret(&self, session: SessionId, wrapped: &[u8]) {
        let secret = SecretRow { name: name(session), wrapped: wrapped.to_vec(), created: 0 };
        self.secrets().put(vec![secret]).await.unwrap();
    }

    pub(crate) async fn secret(&self, session: SessionId) -> Option<Vec<u8>> {
        self.secrets().find(name(session)).await.unwrap()
    }
}

/// Empty databases.
pub(crate) async fn empty() -> Fixture {
    Fixture::new().await
}

/// Databases with session 1 at step 0.
pub(crate) async fn begun() -> Fixture {
    let it = empty().await;
    it.sessions().create(row(1), step(0, b"zero", true)).await.unwrap();
    it
}

pub(crate) fn name(session: SessionId) -> SecretName {
    SecretName { kind: SecretKind::Session, id: session.0, epoch: 0 }
}

/// Fails unless a write met a conflict.
pub(crate) fn conflict<T: std::fmt::Debug>(result: Result<T, StorageError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, StorageError::Conflict), "{error:?}");
}

pub(crate) const ONE: SessionId = SessionId([1; 16]);

pub(crate) fn row(number: u8) -> SessionRow {
    SessionRow {
        id: SessionId([number; 16]),
        lookup: Lookup([number; 32]),
        interview: "letter".to_owned(),
        wrapped: vec![number; 8],
        revision: 0,
        last_step: 0,
        created: 0,
        touched: 100,
        epoch: 0,
        head: vec![number; 4],
    }
}

/// The head of a revision.
pub(crate) fn head(revision: u64) -> HeadRow {
    HeadRow { revision, sealed: revision.to_be_bytes().to_vec() }
}

/// A step behind another, with nothing beside it.
pub(crate) fn next(
    session: SessionId,
    expected: u64,
    after: u32,
    step: StepRow,
    touched: i64,
) -> NextStep {
    let (head, files) = (head(expected + 1), FilesOfStep::default());
    NextStep { session, expected, after, step, head, files, touched }
}

pub(crate) fn step(number: u32, body: &[u8], snapshot: bool) -> StepRow {
    StepRow { number, delta: body.to_vec(), snapshot: snapshot.then(|| body.to_vec()) }
}

pub(crate) fn file(session: u8, id: u8) -> FileRow {
    FileRow {
        session: SessionId([session; 16]),
        id: [id; 16],
        wrapped: vec![1],
        name: vec![2],
        content: Content::Chunks(vec![vec![3], vec![4, 4], vec![5]]),
    }
}
