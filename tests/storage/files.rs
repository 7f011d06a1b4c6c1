//! Files.

use affiant_backend::{Content, Lookup, SessionId, SessionStore as _};

use super::{ONE, begun, file, row, step};

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
