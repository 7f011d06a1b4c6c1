//! What a database knows of objects.

use affiant_backend::{
    Content, Deletions as _, FileRow, ObjectId, ObjectRows as _, PlaceRow, SessionStore as _,
    Subject,
};

use super::{Fixture, ONE, begun, conflict, file, row, step};

fn object(number: u8) -> ObjectId {
    ObjectId([number; 16])
}

/// A file of session 1 whose content is an object of 70 bytes.
fn elsewhere(id: u8, number: u8) -> FileRow {
    FileRow { content: Content::Object(object(number), 70), ..file(1, id) }
}

async fn lost(it: &Fixture) -> Vec<ObjectId> {
    it.sessions().lost_objects(100).await.unwrap()
}

#[tokio::test]
async fn a_file_names_its_object_and_that_takes_room() {
    let it = begun().await;
    it.sessions().put_file(elsewhere(5, 9)).await.unwrap();
    it.sessions().put_file(file(1, 6)).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), Some(elsewhere(5, 9)));
    assert_eq!(it.sessions().files_kept(ONE).await.unwrap(), (2, 74));
    assert_eq!(it.sessions().count_objects().await.unwrap(), 1);
}

#[tokio::test]
async fn an_object_belongs_to_one_file() {
    let it = begun().await;
    it.sessions().put_file(elsewhere(5, 9)).await.unwrap();
    conflict(it.sessions().put_file(elsewhere(6, 9)).await);
    assert_eq!(lost(&it).await, []);
}

#[tokio::test]
async fn whatever_deletes_a_file_leaves_its_object_to_be_deleted() {
    let it = begun().await;
    for (id, number) in [(5, 9), (6, 8), (7, 7)] {
        it.sessions().put_file(elsewhere(id, number)).await.unwrap();
    }
    it.sessions().put_file(file(1, 4)).await.unwrap();
    it.sessions().delete_file(ONE, [4; 16]).await.unwrap();
    assert_eq!(lost(&it).await, []);
    it.sessions().delete_file(ONE, [5; 16]).await.unwrap();
    assert_eq!(lost(&it).await, [object(9)]);
    it.sessions().erase(Subject::Session(ONE), None, None).await.unwrap();
    assert_eq!(lost(&it).await, [object(7), object(8), object(9)]);
    assert_eq!(it.sessions().lost_objects(1).await.unwrap(), [object(7)]);
    it.sessions().forget_lost(vec![object(7), object(9), object(1)]).await.unwrap();
    assert_eq!(lost(&it).await, [object(8)]);

    it.sessions().create(row(1), step(0, b"zero", true)).await.unwrap();
    it.sessions().put_file(elsewhere(5, 3)).await.unwrap();
    it.sessions().delete(ONE).await.unwrap();
    assert_eq!(lost(&it).await, [object(3), object(8)]);
}

#[tokio::test]
async fn content_moves_to_an_object_and_back() {
    let it = begun().await;
    it.sessions().put_file(file(1, 5)).await.unwrap();
    let move_to = async |content| it.sessions().move_content(ONE, [5; 16], content).await;
    move_to(Content::Object(object(9), 70)).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), Some(elsewhere(5, 9)));
    assert_eq!(it.sessions().files_kept(ONE).await.unwrap(), (1, 70));
    move_to(Content::Object(object(8), 70)).await.unwrap();
    assert_eq!(lost(&it).await, [object(9)]);
    move_to(file(1, 5).content).await.unwrap();
    assert_eq!(it.sessions().find_file(ONE, [5; 16]).await.unwrap(), Some(file(1, 5)));
    assert_eq!(lost(&it).await, [object(8), object(9)]);
    conflict(it.sessions().move_content(ONE, [6; 16], file(1, 6).content).await);
}

#[tokio::test]
async fn all_files_are_told_with_their_place_in_order() {
    let it = begun().await;
    it.sessions().create(row(2), step(0, b"zero", true)).await.unwrap();
    for row in [elsewhere(7, 9), elsewhere(6, 2), file(1, 5), file(2, 5)] {
        it.sessions().put_file(row).await.unwrap();
    }
    let all = it.sessions().places(None, 100).await.unwrap();
    let told: Vec<_> = all.iter().map(|it| (it.session.0[0], it.file[0], it.object)).collect();
    let (two, nine) = (Some((object(2), 70)), Some((object(9), 70)));
    assert_eq!(told, [(1, 5, None), (1, 6, two), (1, 7, nine), (2, 5, None)]);
    let PlaceRow { session, file, .. } = all[1];
    let behind = it.sessions().places(Some((session, file)), 1).await.unwrap();
    assert_eq!(behind, all[2..3]);
    let kept = async |from, to| it.sessions().kept_objects(object(from), object(to)).await.unwrap();
    assert_eq!(kept(2, 9).await, [object(2), object(9)]);
    assert_eq!(kept(3, 8).await, []);
}
