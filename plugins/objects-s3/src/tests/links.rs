//! Files that are lent.

use affiant_backend::{Lent, Links as _, ObjectId};

use super::Fixture;
use crate::bucket::client;

const CONTENT: &[u8] = b"a letter that somebody downloads";

fn letter(number: u8) -> Lent {
    Lent {
        id: ObjectId([number; 16]),
        name: "Brief für Ada.txt".to_owned(),
        media_type: "text/plain; charset=utf-8".to_owned(),
        content: CONTENT.to_vec(),
    }
}

/// What an address answers, by whoever asks.
async fn fetched(address: &str) -> reqwest::Response {
    client().unwrap().get(address).send().await.unwrap()
}

#[tokio::test]
async fn whoever_has_the_address_fetches_a_file_that_is_lent_until_it_is_taken_back() {
    let it = Fixture::new();
    let now = it.now();
    let address = it.bucket.lend(letter(7), now).await.unwrap();
    let found = fetched(&address).await;
    assert_eq!(found.status(), 200);
    assert_eq!(found.headers()["content-type"], "text/plain; charset=utf-8");
    let saved = found.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(saved, "attachment; filename*=UTF-8''Brief%20f%C3%BCr%20Ada%2Etxt");
    assert_eq!(found.bytes().await.unwrap(), CONTENT);
    // The address opens nothing else, and nothing without all of it.
    let (place, signed) = address.split_once('?').unwrap();
    assert!(signed.contains("X-Amz-Expires=60"), "{signed}");
    assert_ne!(fetched(place).await.status(), 200);
    let other = address.replace(&hex::encode([7; 16]), &hex::encode([8; 16]));
    assert_ne!(fetched(&other).await.status(), 200);

    assert_eq!(it.bucket.take_back(now + 60).await.unwrap(), 0);
    assert_eq!(it.bucket.take_back(now + 121).await.unwrap(), 1);
    assert_ne!(fetched(&address).await.status(), 200);
    assert_eq!(it.bucket.take_back(now + 122).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_lent_is_no_object_and_what_is_not_is_left_alone() {
    let it = Fixture::new();
    let id = ObjectId([1; 16]);
    it.objects().put(id, b"sealed".to_vec()).await.unwrap();
    it.bucket.lend(letter(2), it.now() - 3_600).await.unwrap();
    let listed = it.objects().list(None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|it| it.id).collect::<Vec<_>>(), [id]);
    it.put_foreign();
    assert_eq!(it.bucket.take_back(it.now()).await.unwrap(), 1);
    assert_eq!(it.objects().get(id).await.unwrap().unwrap(), b"sealed");
    assert!(it.holds(b"not ours"));
}
