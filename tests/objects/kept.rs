//! Storing, finding, listing and deleting.

use affiant_backend::ObjectId;

use super::{Fixture, id, ids, listed, sealed};

#[tokio::test]
async fn an_object_comes_back_as_it_was_stored() {
    let it = Fixture::new();
    for (number, length) in [(1, 0), (2, 1), (3, 70_000), (4, 17 << 20)] {
        it.objects().put(id(number), sealed(number, length)).await.unwrap();
        let found = it.objects().get(id(number)).await.unwrap().unwrap();
        assert!(found == sealed(number, length), "{length} bytes");
    }
    assert_eq!(it.objects().get(id(9)).await.unwrap(), None);
}

#[tokio::test]
async fn an_object_that_is_stored_again_is_the_newer_one() {
    let it = Fixture::new();
    it.objects().put(id(1), sealed(1, 50)).await.unwrap();
    it.objects().put(id(1), sealed(2, 20)).await.unwrap();
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(sealed(2, 20)));
    assert_eq!(listed(it.objects()).await, [id(1)]);
}

#[tokio::test]
async fn a_deleted_object_is_gone_and_the_others_stay() {
    let it = Fixture::new();
    it.objects().put(id(1), sealed(1, 50)).await.unwrap();
    it.objects().put(id(2), sealed(2, 50)).await.unwrap();
    it.objects().delete(id(1)).await.unwrap();
    it.objects().delete(id(1)).await.unwrap();
    it.objects().delete(id(7)).await.unwrap();
    assert_eq!(it.objects().get(id(1)).await.unwrap(), None);
    assert_eq!(it.objects().get(id(2)).await.unwrap(), Some(sealed(2, 50)));
    assert_eq!(listed(it.objects()).await, [id(2)]);
    assert!(!it.holds(&sealed(1, 50)));
    assert!(it.holds(&sealed(2, 50)));
}

#[tokio::test]
async fn objects_are_listed_by_id_in_pages() {
    let it = Fixture::new();
    assert_eq!(listed(it.objects()).await, []);
    // Some share the beginnings of their names.
    let mut all: Vec<_> = (0..12_u8).map(|it| id(it.wrapping_mul(83))).collect();
    let mut near = [7; 16];
    for last in 0..5 {
        near[15] = last;
        all.push(ObjectId(near));
        near[1] = last;
    }
    all.sort();
    all.dedup();
    for id in &all {
        it.objects().put(*id, sealed(1, 10)).await.unwrap();
    }
    it.put_foreign();
    for limit in [1, 2, 5, 1000] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = it.objects().list(after, limit).await.unwrap();
            assert!(page.len() <= limit as usize);
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            found.extend(ids(&page));
        }
        assert_eq!(found, all, "in pages of {limit}");
    }
}

#[tokio::test]
async fn when_an_object_was_stored_is_told_to_the_second() {
    let it = Fixture::new();
    let before = it.now();
    it.objects().put(id(1), sealed(1, 10)).await.unwrap();
    let modified = it.objects().list(None, 1).await.unwrap()[0].modified;
    assert!((before..=it.now()).contains(&modified), "{modified} is not between");
}

#[tokio::test]
async fn whose_objects_these_are_is_remembered_and_is_no_object() {
    let it = Fixture::new();
    assert_eq!(it.objects().owner().await.unwrap(), None);
    it.objects().set_owner([7; 16]).await.unwrap();
    assert_eq!(it.objects().owner().await.unwrap(), Some([7; 16]));
    assert_eq!(listed(it.objects()).await, []);
}
