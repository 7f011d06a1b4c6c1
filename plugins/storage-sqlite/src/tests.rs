//! The stores as the server uses them.

mod accounts;
mod audit;
mod deletions;
mod files;
mod grants;
mod keyring;
mod limits;
mod plugins;
mod queues;
mod recent;
mod rows;
mod sessions;
mod sign_ins;
mod sweep;
mod traces;
mod trouble;
mod unlock;

use affiant_backend::{
    Commit as _, FileRow, Keyring as _, Lookup, SecretKind, SecretName, SecretRow, SessionId,
    SessionRow, SessionStore as _, StepRow, StorageError,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::{Databases, Main, Options, Secrets};

struct Fixture {
    folder: TempDir,
    databases: Databases,
}

impl Fixture {
    fn sessions(&self) -> &Main {
        &self.databases.main
    }

    async fn commit(&self, changes: Vec<affiant_backend::Change>) -> Result<(), StorageError> {
        self.databases.main.commit(changes).await
    }

    /// Stores the secret of a session.
    async fn put_secret(&self, session: SessionId, wrapped: &[u8]) {
        let secret = SecretRow { name: name(session), wrapped: wrapped.to_vec(), created: 0 };
        self.secrets().put(vec![secret]).await.unwrap();
    }

    async fn secret(&self, session: SessionId) -> Option<Vec<u8>> {
        self.secrets().find(name(session)).await.unwrap()
    }

    fn secrets(&self) -> &Secrets {
        &self.databases.secrets
    }

    /// Changes a database behind the server's back, which then reads it anew.
    async fn alter(&self, file: &str, sql: &str) {
        let options = SqliteConnectOptions::new()
            .filename(self.folder.path().join(file))
            .foreign_keys(false)
            .pragma("ignore_check_constraints", "on");
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.databases.main.recent.forget_all();
    }

    /// Every byte of every file there is.
    fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for entry in fs_err::read_dir(self.folder.path()).unwrap() {
            all.extend(fs_err::read(entry.unwrap().path()).unwrap());
        }
        all
    }
}

async fn open(folder: &TempDir, max_pages: Option<u32>) -> Databases {
    Databases::open(&Options { folder: folder.path().to_owned(), max_pages }).await.unwrap()
}

async fn with_pages(max_pages: Option<u32>) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let databases = open(&folder, max_pages).await;
    Fixture { folder, databases }
}

/// Empty databases.
async fn empty() -> Fixture {
    with_pages(None).await
}

/// Databases with session 1 at step 0.
async fn begun() -> Fixture {
    let it = empty().await;
    it.sessions().create(row(1), step(0, b"zero", true)).await.unwrap();
    it
}

fn name(session: SessionId) -> SecretName {
    SecretName { kind: SecretKind::Session, id: session.0, epoch: 0 }
}

/// Fails unless a write met a conflict.
fn conflict<T: std::fmt::Debug>(result: Result<T, StorageError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, StorageError::Conflict), "{error:?}");
}

const ONE: SessionId = SessionId([1; 16]);

fn row(number: u8) -> SessionRow {
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
    }
}

fn step(number: u32, body: &[u8], snapshot: bool) -> StepRow {
    StepRow { number, delta: body.to_vec(), snapshot: snapshot.then(|| body.to_vec()) }
}

fn file(session: u8, id: u8) -> FileRow {
    FileRow {
        session: SessionId([session; 16]),
        id: [id; 16],
        wrapped: vec![1],
        name: vec![2],
        chunks: vec![vec![3], vec![4, 4], vec![5]],
    }
}

fn holds(all: &[u8], canary: &[u8]) -> bool {
    all.windows(canary.len()).any(|it| it == canary)
}
