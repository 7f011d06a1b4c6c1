//! Objects go after keys and rows, whatever comes in between.

use std::sync::atomic::{AtomicBool, Ordering};

use affiant_backend::{
    Content, DeletionReason, Deletions as _, FileRow, Listed, ObjectId, ObjectRows as _, Objects,
    StorageError, Subject,
};
use affiant_objects_file::Folder;
use async_trait::async_trait;

use super::*;
use crate::{Moment, Schedule};

/// Objects in a folder that can be told to delete no more than some of them.
struct Stubborn {
    folder: Folder,
    is_broken: AtomicBool,
}

#[async_trait]
impl Objects for Stubborn {
    async fn put(&self, id: ObjectId, sealed: Vec<u8>) -> Result<(), StorageError> {
        self.folder.put(id, sealed).await
    }

    async fn get(&self, id: ObjectId) -> Result<Option<Vec<u8>>, StorageError> {
        self.folder.get(id).await
    }

    async fn delete(&self, id: ObjectId) -> Result<(), StorageError> {
        // Even ones go, as when a server is lost among the requests.
        if self.is_broken.load(Ordering::Relaxed) && id.0[15] % 2 == 1 {
            return Err(StorageError::Unavailable("for a test".into()));
        }
        self.folder.delete(id).await
    }

    async fn list(&self, after: Option<ObjectId>, limit: u32) -> Result<Vec<Listed>, StorageError> {
        self.folder.list(after, limit).await
    }

    async fn owner(&self) -> Result<Option<[u8; 16]>, StorageError> {
        self.folder.owner().await
    }

    async fn set_owner(&self, owner: [u8; 16]) -> Result<(), StorageError> {
        self.folder.set_owner(owner).await
    }
}

fn object(number: u8) -> ObjectId {
    let mut id = [7; 16];
    id[15] = number;
    ObjectId(id)
}

impl Fixture {
    /// Deletes from these objects as well.
    fn with(mut self, objects: &Arc<Stubborn>) -> Self {
        let objects: Arc<dyn Objects> = Arc::clone(objects) as _;
        let store = Arc::new(self.databases.main.clone());
        let eraser = Eraser::new(store, Arc::clone(&self.keys), Arc::new(Counting::default()));
        self.eraser = Arc::new(eraser.with_objects(Some(objects)));
        self
    }

    /// A file of a session whose content is an object.
    async fn file(&self, objects: &Stubborn, session: u32, number: u8) {
        objects.put(object(number), vec![number; 40]).await.unwrap();
        let row = FileRow {
            session: SessionId(id(session)),
            id: [number; 16],
            wrapped: vec![1],
            name: vec![1],
            content: Content::Object(object(number), 40),
        };
        self.databases.main.put_file(row).await.unwrap();
    }
}

fn stubborn(folder: &TempDir) -> Arc<Stubborn> {
    let folder = Folder::open(folder.path()).unwrap();
    Arc::new(Stubborn { folder, is_broken: AtomicBool::new(false) })
}

async fn left(objects: &Stubborn) -> Vec<u8> {
    let all = objects.list(None, 100).await.unwrap();
    all.iter().map(|it| it.id.0[15]).collect()
}

/// Two sessions with files 1 to 4 and 5.
async fn filled(objects: &Arc<Stubborn>) -> Fixture {
    let it = empty().await.with(objects);
    it.visitor(1, "letter", NOW).await;
    it.visitor(2, "letter", NOW).await;
    for number in 1..=4 {
        it.file(objects, 1, number).await;
    }
    it.file(objects, 2, 5).await;
    it
}

#[tokio::test]
async fn a_deleted_session_takes_its_objects_with_it_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let objects = stubborn(&folder);
    let it = filled(&objects).await;
    let gone = Subject::Session(SessionId(id(1)));
    let receipt = it.eraser.delete(gone, DeletionReason::Person, NOW).await.unwrap();
    assert!(receipt.is_done);
    assert_eq!(receipt.counts.files, 4);
    assert_eq!(left(&objects).await, [5]);
    assert_eq!(it.databases.main.lost_objects(10).await.unwrap(), []);
}

#[tokio::test]
async fn objects_that_could_not_be_deleted_are_deleted_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let objects = stubborn(&folder);
    let it = filled(&objects).await;
    objects.is_broken.store(true, Ordering::Relaxed);
    let gone = Subject::Session(SessionId(id(1)));
    let receipt = it.eraser.delete(gone, DeletionReason::Person, NOW).await.unwrap();
    // The person is told that something follows; keys and rows are gone.
    assert!(!receipt.is_done);
    assert!(!it.has_secret(SecretKind::Session, id(1)).await);
    assert_eq!(it.databases.main.count(gone).await.unwrap().sum(), 0);
    assert!(left(&objects).await.contains(&1));

    let it = it.crashed().await.with(&objects);
    let schedule = Schedule::new(Arc::clone(&it.eraser));
    let moment = Moment { now: NOW, since: None };
    let failed = schedule.tick(moment, &Periods::default()).await;
    assert!(matches!(failed, Err(StorageError::Unavailable(_))), "{failed:?}");
    objects.is_broken.store(false, Ordering::Relaxed);
    let report = schedule.tick(moment, &Periods::default()).await.unwrap();
    assert_eq!(report.objects, 4);
    assert_eq!(left(&objects).await, [5]);
    let report = schedule.tick(moment, &Periods::default()).await.unwrap();
    assert_eq!(report.objects, 0);
}

#[tokio::test]
async fn a_deletion_that_is_cut_off_at_any_stage_leaves_no_object_when_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let objects = stubborn(&folder);
    for (at, session) in [(0_u8, 10), (1, 20), (2, 30)] {
        let it = empty().await.with(&objects);
        it.visitor(session, "letter", NOW).await;
        it.file(&objects, session, 2 * at).await;
        let subject = Subject::Session(SessionId(id(session)));
        let until = NOW + 60;
        let row = it.eraser.hold(subject, DeletionReason::Person, NOW, until).await.unwrap();
        if at >= 1 {
            it.eraser.end_keys(&row, NOW).await.unwrap();
        }
        if at >= 2 {
            it.eraser.erase(&row, NOW).await.unwrap();
        }
        let it = it.crashed().await.with(&objects);
        it.eraser.resume(until).await.unwrap();
        assert_eq!(left(&objects).await, [0_u8; 0], "cut off at {at}");
        assert_eq!(it.databases.main.deletions().await.unwrap(), []);
    }
}

#[tokio::test]
async fn what_no_row_names_is_swept_when_it_is_older_than_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let objects = stubborn(&folder);
    let it = filled(&objects).await;
    objects.put(object(0), vec![0; 40]).await.unwrap();
    objects.put(object(9), vec![9; 40]).await.unwrap();
    let all = objects.list(None, 100).await.unwrap();
    let newest = all.iter().map(|it| it.modified).max().unwrap();
    assert_eq!(it.eraser.reconcile(newest).await.unwrap().objects, 0);
    assert_eq!(left(&objects).await, [0, 1, 2, 3, 4, 5, 9]);
    assert_eq!(it.eraser.reconcile(newest + DAY + 1).await.unwrap().objects, 2);
    assert_eq!(left(&objects).await, [1, 2, 3, 4, 5]);
}
