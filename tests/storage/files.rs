//! Files.

use affiant_backend::{
    Content, FilesOfStep, Lookup, NextStep, SessionId, SessionStore as _, StorageError,
};

use super::{ONE, begun, file, next, row, step};

#[tokio::test]
async fn a_file_comes_back_with_its_chunks_in_order() {
    let it = begun().await;
    let mut long = file(1, 5);
    long.content = Content::Chunks((0..40_u8).map(|it| vec![it; 70_000]).collect());
    it.sessions().put_file(long.clone()).await.unwrap();
    it.sessions().put_file(file(1, 6)).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), Some(long));
    assert_eq!(it.sessions().find_file(ONE, [6; 16]).await.unwrap(), Some(file(1, 6)));
}

#[tokio::test]
async fn a_file_belongs_to_its_session_only() {
    let it = begun().await;
    it.sessions().put_file(file(1, 5)).await.unwrap();
    assert_eq!(it.sessions().find_file(SessionId([2; 16]), [5; 16]).await.unwrap(), None);
    it.sessions().delete_file(SessionId([2; 16]), [5; 16]).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), Some(file(1, 5)));
}

#[tokio::test]
async fn a_deleted_file_is_gone_and_the_others_stay() {
    let it = begun().await;
    it.sessions().put_file(file(1, 5)).await.unwrap();
    it.sessions().put_file(file(1, 6)).await.unwrap();
    it.sessions().delete_file(ONE, [5; 16]).await.unwrap();
    it.sessions().delete_file(ONE, [5; 16]).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), None);
    assert_eq!(it.sessions().find_file(ONE, [6; 16]).await.unwrap(), Some(file(1, 6)));
}

#[tokio::test]
async fn a_session_takes_its_files_and_codes_with_it() {
    let it = begun().await;
    it.sessions().put_file(file(1, 5)).await.unwrap();
    let code = Lookup([9; 32]);
    it.sessions().put_resume(&code, ONE, vec![9]).await.unwrap();
    it.sessions().delete(ONE).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), None);
    assert_eq!(it.sessions().find_resume(&code).await.unwrap(), None);
}

#[tokio::test]
async fn a_deleted_session_is_not_found_and_others_are() {
    let it = begun().await;
    it.sessions().create(row(2), step(0, b"zero", true)).await.unwrap();
    it.sessions().delete(ONE).await.unwrap();
    assert_eq!(it.sessions().find(&Lookup([1; 32])).await.unwrap(), None);
    assert_eq!(it.sessions().load(&Lookup([1; 32]), None).await.unwrap(), None);
    assert_eq!(it.sessions().find(&Lookup([2; 32])).await.unwrap(), Some(row(2)));
    it.sessions().delete(ONE).await.unwrap();
}

#[tokio::test]
async fn files_come_and_go_with_a_step_or_not_at_all() {
    let it = begun().await;
    it.sessions().put_file(file(1, 5)).await.unwrap();
    let files = |number| FilesOfStep {
        put: Some(file(1, number)),
        deleted: vec![[5; 16], [9; 16]],
        ..FilesOfStep::default()
    };
    let kept = async |number| it.sessions().find_file(ONE, [number; 16]).await.unwrap();
    let store = it.sessions();

    let stale =
        store.append(NextStep { files: files(6), ..next(ONE, 4, 0, step(1, b"", false), 9) }).await;
    assert!(matches!(stale, Err(StorageError::Conflict)), "{stale:?}");
    assert_eq!((kept(5).await, kept(6).await), (Some(file(1, 5)), None));

    let done =
        store.append(NextStep { files: files(6), ..next(ONE, 0, 0, step(1, b"", false), 9) }).await;
    done.unwrap();
    assert_eq!((kept(5).await, kept(6).await), (None, Some(file(1, 6))));
    let (row, history) = store.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((row.revision, row.last_step, history.deltas.len()), (1, 1, 1));

    // A file that is there already: the step is not stored either.
    let taken =
        store.append(NextStep { files: files(6), ..next(ONE, 1, 1, step(2, b"", false), 9) }).await;
    assert!(matches!(taken, Err(StorageError::Conflict)), "{taken:?}");
    let (row, _) = store.load(&Lookup([1; 32]), None).await.unwrap().unwrap();
    assert_eq!((row.revision, row.last_step), (1, 1));
}
