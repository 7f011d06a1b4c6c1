//! The stores as the server uses them.

use affiant_backend::{
    FileRow, Keyring, Lookup, SessionId, SessionRow, SessionStore, StepRow, StorageError,
};
use tempfile::TempDir;

use crate::{Databases, Options};

struct Fixture {
    folder: TempDir,
    databases: Databases,
}

async fn fixture(max_pages: Option<u32>) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let databases = open(&folder, max_pages).await;
    Fixture { folder, databases }
}

async fn open(folder: &TempDir, max_pages: Option<u32>) -> Databases {
    Databases::open(&Options { folder: folder.path().to_owned(), max_pages }).await.unwrap()
}

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
    }
}

fn step(number: u32, body: &[u8], snapshot: bool) -> StepRow {
    StepRow { number, delta: body.to_vec(), snapshot: snapshot.then(|| body.to_vec()) }
}

#[tokio::test]
async fn a_session_comes_back_with_its_snapshot_and_the_deltas_behind_it() {
    let it = fixture(None).await;
    let sessions = &it.databases.sessions;
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    for number in 1..=5_u32 {
        let body = format!("step {number}");
        let added = step(number, body.as_bytes(), number == 3);
        sessions
            .append(SessionId([1; 16]), u64::from(number - 1), number - 1, added, 200)
            .await
            .unwrap();
    }
    let (found, history) = sessions.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((found.revision, found.last_step, found.touched), (5, 5, 200));
    assert_eq!(history.snapshot, Some((3, b"step 3".to_vec())));
    assert_eq!(history.deltas, vec![(4, b"step 4".to_vec()), (5, b"step 5".to_vec())]);
    let (_, earlier) = sessions.load(&Lookup([1; 32]), Some(2)).await.unwrap().unwrap();
    assert_eq!(earlier.snapshot, Some((0, b"zero".to_vec())));
    assert_eq!(earlier.deltas.len(), 2);
}

#[tokio::test]
async fn answering_differently_replaces_the_steps_behind() {
    let it = fixture(None).await;
    let sessions = &it.databases.sessions;
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    sessions.append(SessionId([1; 16]), 0, 0, step(1, b"a", false), 1).await.unwrap();
    sessions.append(SessionId([1; 16]), 1, 1, step(2, b"b", false), 1).await.unwrap();
    sessions.append(SessionId([1; 16]), 2, 0, step(1, b"c", false), 1).await.unwrap();
    let (found, history) = sessions.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!(found.last_step, 1);
    assert_eq!(history.deltas, vec![(1, b"c".to_vec())]);
}

#[tokio::test]
async fn of_many_writers_on_one_revision_exactly_one_wins() {
    let it = fixture(None).await;
    let sessions = it.databases.sessions.clone();
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    let tries: Vec<_> = (0..32_u8)
        .map(|number| {
            let sessions = sessions.clone();
            tokio::spawn(async move {
                sessions.append(SessionId([1; 16]), 0, 0, step(1, &[number], false), 1).await
            })
        })
        .collect();
    let (mut won, mut lost) = (0, 0);
    for one in tries {
        match one.await.unwrap() {
            Ok(revision) => {
                assert_eq!(revision, 1);
                won += 1;
            }
            Err(StorageError::Conflict) => lost += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((won, lost), (1, 31));
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_opening_again() {
    let it = fixture(None).await;
    it.databases.sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    it.databases.secrets.put(SessionId([1; 16]), [7; 32]).await.unwrap();
    let again = open(&it.folder, None).await;
    assert!(again.sessions.find(&Lookup([1; 32])).await.unwrap().is_some());
    assert_eq!(again.secrets.find(SessionId([1; 16])).await.unwrap(), Some([7; 32]));
}

#[tokio::test]
async fn a_deleted_session_is_in_no_file() {
    let it = fixture(None).await;
    let sessions = &it.databases.sessions;
    let canary = b"canary-4d1f0c5e-of-a-sealed-step";
    sessions.create(row(1), step(0, canary, true)).await.unwrap();
    sessions.create(row(2), step(0, b"stays", true)).await.unwrap();
    it.databases.secrets.put(SessionId([1; 16]), [0xA7; 32]).await.unwrap();
    it.databases.secrets.delete(SessionId([1; 16])).await.unwrap();
    sessions.delete(SessionId([1; 16])).await.unwrap();
    assert!(sessions.find(&Lookup([1; 32])).await.unwrap().is_none());
    assert!(sessions.find(&Lookup([2; 32])).await.unwrap().is_some());
    // The log is emptied behind the answer; the next write waits for that.
    sessions.append(SessionId([2; 16]), 0, 0, step(1, b"more", false), 1).await.unwrap();
    it.databases.secrets.put(SessionId([2; 16]), [1; 32]).await.unwrap();
    for entry in fs_err::read_dir(it.folder.path()).unwrap() {
        let bytes = fs_err::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(canary.len()).any(|it| it == canary));
        assert!(!bytes.windows(32).any(|it| it == [0xA7; 32]));
    }
}

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_what_was_there() {
    let it = fixture(Some(40)).await;
    let sessions = &it.databases.sessions;
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    let big = vec![1; 200_000];
    let refused = sessions.append(SessionId([1; 16]), 0, 0, step(1, &big, false), 1).await;
    assert!(matches!(refused, Err(StorageError::Full(_))), "{refused:?}");
    let (found, history) = sessions.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((found.revision, found.last_step), (0, 0));
    assert_eq!(history.snapshot, Some((0, b"zero".to_vec())));
    sessions.append(SessionId([1; 16]), 0, 0, step(1, b"small", false), 1).await.unwrap();
}

#[tokio::test]
async fn a_resume_code_finds_its_session_and_moves_it() {
    let it = fixture(None).await;
    let sessions = &it.databases.sessions;
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    sessions.put_resume(&Lookup([9; 32]), SessionId([1; 16]), vec![9]).await.unwrap();
    let (found, wrapped) = sessions.find_resume(&Lookup([9; 32])).await.unwrap().unwrap();
    assert_eq!((found.id, wrapped), (SessionId([1; 16]), vec![9]));
    sessions.move_to(SessionId([1; 16]), Lookup([3; 32]), vec![3]).await.unwrap();
    assert!(sessions.find(&Lookup([1; 32])).await.unwrap().is_none());
    assert_eq!(sessions.find(&Lookup([3; 32])).await.unwrap().unwrap().wrapped, vec![3]);
}

#[tokio::test]
async fn a_file_belongs_to_its_session_only() {
    let it = fixture(None).await;
    let sessions = &it.databases.sessions;
    sessions.create(row(1), step(0, b"zero", true)).await.unwrap();
    let file = FileRow {
        session: SessionId([1; 16]),
        id: [5; 16],
        wrapped: vec![1],
        name: vec![2],
        chunks: vec![vec![1], vec![2]],
    };
    sessions.put_file(file.clone()).await.unwrap();
    assert_eq!(sessions.find_file(SessionId([1; 16]), [5; 16]).await.unwrap(), Some(file));
    assert_eq!(sessions.find_file(SessionId([2; 16]), [5; 16]).await.unwrap(), None);
}

#[tokio::test]
async fn sessions_without_use_are_found_oldest_first() {
    let it = fixture(None).await;
    for number in 1..=3 {
        let session = SessionRow { touched: i64::from(number) * 10, ..row(number) };
        it.databases.sessions.create(session, step(0, b"", true)).await.unwrap();
    }
    let idle = it.databases.sessions.idle_since(25, 10).await.unwrap();
    assert_eq!(idle, vec![SessionId([1; 16]), SessionId([2; 16])]);
    assert_eq!(it.databases.sessions.count().await.unwrap(), 3);
}
