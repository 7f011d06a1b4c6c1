//! Deletion and retention on the real store.

mod erase;
mod objects;
mod schedule;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Commit as _, GrantRole, GrantRow, Keyring as _,
    Lookup, SecretKind, SecretName, SessionId, SessionRow, SessionStore as _, StepRow,
};
use affiant_keyring::{DAY, Keys, SharedRandomness};
use affiant_storage_sqlite::{Databases, Options};
use affiant_vault::{Master, NoRandomness, Randomness, Secret};
use tempfile::TempDir;

use crate::{Eraser, Periods};

/// A day in 2026, at noon.
const NOW: i64 = 20_783 * DAY + DAY / 2;

/// Bytes that differ from call to call.
#[derive(Default)]
struct Counting(AtomicU64);

impl Randomness for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        let mut bytes = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes().into_iter().cycle();
        buffer.fill_with(|| bytes.next().unwrap_or_default());
        Ok(())
    }
}

/// Ids with a number in them.
fn id(number: u32) -> [u8; 16] {
    let mut id = [0xD7; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    id
}

fn hash(number: u32) -> Lookup {
    let mut hash = [0xD8; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    Lookup(hash)
}

struct Fixture {
    folder: TempDir,
    databases: Databases,
    keys: Arc<Keys>,
    eraser: Arc<Eraser>,
}

async fn open(folder: TempDir) -> Fixture {
    let options = Options { folder: folder.path().to_owned(), max_pages: None };
    let databases = Databases::open(&options).await.unwrap();
    let randomness: SharedRandomness = Arc::new(Counting::default());
    let ring = Arc::new(databases.secrets.clone());
    let master = Master::take(&mut [5; 32]);
    let keys = Keys::open(ring, master, Arc::clone(&randomness), NOW).await.unwrap();
    let keys = Arc::new(keys);
    let store = Arc::new(databases.main.clone());
    let eraser = Arc::new(Eraser::new(store, Arc::clone(&keys), randomness));
    Fixture { folder, databases, keys, eraser }
}

async fn empty() -> Fixture {
    open(tempfile::tempdir().unwrap()).await
}

impl Fixture {
    /// What a crash leaves: the files as they are now, opened again.
    async fn crashed(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let entries = fs_err::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
        // A log that is moved into its database between two copies is then in both, not in none.
        names.sort_by_key(|it| !it.to_string_lossy().ends_with("-wal"));
        for name in names {
            fs_err::copy(self.folder.path().join(&name), folder.path().join(&name)).unwrap();
        }
        open(folder).await
    }

    async fn put_secret(&self, kind: SecretKind, id: [u8; 16], at: i64) {
        let name = SecretName { kind, id, epoch: 0 };
        self.keys.put(name, &Secret::take(&mut [3; 32]), at).await.unwrap();
    }

    async fn has_secret(&self, kind: SecretKind, id: [u8; 16]) -> bool {
        !self.databases.secrets.epochs(kind, id).await.unwrap().is_empty()
    }

    /// A visitor's session.
    async fn visitor(&self, number: u32, interview: &str, touched: i64) {
        self.put_secret(SecretKind::Session, id(number), touched).await;
        let row = SessionRow {
            wrapped: vec![1],
            lookup: hash(number),
            ..row(number, interview, touched)
        };
        self.databases.main.create(row, step()).await.unwrap();
    }

    async fn account(&self, number: u32, status: AccountStatus, seen: i64) {
        self.put_secret(SecretKind::Account, id(number), seen).await;
        let row = AccountRow {
            id: AccountId(id(number)),
            number: 0,
            email: hash(number),
            contact: vec![1],
            profile: None,
            language: "en".to_owned(),
            status,
            roles: Vec::new(),
            auth_epoch: 0,
            key_epoch: 0,
            public_key: [1; 32],
            secret_key: vec![1],
            created: seen,
            seen,
        };
        self.databases.main.commit(vec![Change::NewAccount(row)]).await.unwrap();
    }

    /// A session of an account.
    async fn owned(&self, number: u32, owner: u32, interview: &str, touched: i64) {
        self.put_secret(SecretKind::Session, id(number), touched).await;
        let grant = GrantRow {
            session: SessionId(id(number)),
            section: String::new(),
            account: AccountId(id(owner)),
            role: GrantRole::Owner,
            key_epoch: 0,
            epoch: 0,
            sealed: vec![1],
            granter: None,
            whom: Vec::new(),
            created: touched,
            expires: None,
        };
        let new = Change::NewSession(row(number, interview, touched), step(), grant);
        self.databases.main.commit(vec![new]).await.unwrap();
    }
}

fn row(number: u32, interview: &str, touched: i64) -> SessionRow {
    let id = SessionId(id(number));
    SessionRow {
        id,
        lookup: Lookup::of_owned(id),
        interview: interview.to_owned(),
        wrapped: Vec::new(),
        revision: 0,
        last_step: 0,
        created: touched,
        touched,
        epoch: 0,
        head: Vec::new(),
    }
}

fn step() -> StepRow {
    StepRow { number: 0, delta: vec![1], snapshot: Some(vec![1]) }
}

fn periods(interviews: &[(&str, u32)]) -> Periods {
    let interviews: BTreeMap<_, _> =
        interviews.iter().map(|(name, days)| ((*name).to_owned(), *days)).collect();
    Periods { interviews, ..Periods::default() }
}
