//! A server that fails, refuses, breaks off or is gone.

use std::time::Duration;

use affiant_backend::StorageError;

use super::cases::{id, listed, sealed, unavailable};
use super::server::{BUCKET, Fault};
use super::{Fixture, PREFIX, options};
use crate::{Bucket, Options, OptionsError};

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// An object of a size at which half of it is a good part.
fn content() -> Vec<u8> {
    sealed(1, 90_000)
}

#[tokio::test]
async fn a_server_that_fails_for_a_moment_is_asked_again() {
    let it = Fixture::new();
    it.server.fail(Some(Fault::Breaks(2)));
    it.objects().put(id(1), content()).await.unwrap();
    it.server.fail(Some(Fault::Breaks(2)));
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(content()));
    it.server.fail(Some(Fault::Breaks(2)));
    assert_eq!(listed(it.objects()).await, [id(1)]);
    it.server.fail(Some(Fault::Breaks(2)));
    it.objects().delete(id(1)).await.unwrap();
    assert_eq!(it.server.met(), 8);
    assert_eq!(it.objects().get(id(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_write_that_is_cut_off_leaves_nothing_and_can_be_done_again() {
    let it = Fixture::new();
    it.server.fail(Some(Fault::Hangs(1)));
    it.objects().put(id(1), content()).await.unwrap();
    let bucket = it.bucket.clone();
    let write =
        tokio::spawn(async move { affiant_backend::Objects::put(&bucket, id(2), content()).await });
    let mut look = tokio::time::interval(LOOK_EVERY);
    while it.server.met() == 0 {
        look.tick().await;
    }
    write.abort();
    assert!(write.await.unwrap_err().is_cancelled());
    it.server.fail(None);
    assert_eq!(listed(it.objects()).await, [id(1)]);
    it.objects().put(id(2), content()).await.unwrap();
    assert_eq!(it.objects().get(id(2)).await.unwrap(), Some(content()));
}

#[tokio::test]
async fn a_server_that_goes_on_failing_is_unavailable_and_nothing_is_lost() {
    let it = Fixture::new();
    it.objects().put(id(1), content()).await.unwrap();
    it.server.fail(Some(Fault::Breaks(u32::MAX)));
    let (put, get, delete, list, owner) = tokio::join!(
        it.objects().put(id(2), content()),
        it.objects().get(id(1)),
        it.objects().delete(id(1)),
        it.objects().list(None, 10),
        it.objects().owner(),
    );
    unavailable(put);
    unavailable(get);
    unavailable(delete);
    unavailable(list);
    unavailable(owner);
    it.server.fail(None);
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(content()));
    assert_eq!(listed(it.objects()).await, [id(1)]);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_read_again_and_never_given_in_part() {
    let it = Fixture::new();
    it.objects().put(id(1), content()).await.unwrap();
    it.server.fail(Some(Fault::Truncates(2)));
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(content()));
    it.server.fail(Some(Fault::Truncates(u32::MAX)));
    unavailable(it.objects().get(id(1)).await);
}

#[tokio::test]
async fn a_bucket_that_is_read_only_gives_what_it_has_and_takes_nothing() {
    let it = Fixture::new();
    it.objects().put(id(1), content()).await.unwrap();
    it.server.fail(Some(Fault::ReadOnly));
    unavailable(it.objects().delete(id(1)).await);
    unavailable(it.objects().set_owner([1; 16]).await);
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(content()));
    assert_eq!(listed(it.objects()).await, [id(1)]);
}

#[tokio::test]
async fn a_bucket_without_room_is_said_to_be_full() {
    let it = Fixture::new();
    it.server.fail(Some(Fault::Full));
    let put = it.objects().put(id(1), content()).await;
    assert!(matches!(put, Err(StorageError::Full(_))), "{put:?}");
}

#[tokio::test]
async fn a_bucket_that_is_gone_is_not_taken_for_objects_that_are() {
    let it = Fixture::new();
    it.objects().put(id(1), content()).await.unwrap();
    let (bucket, aside) = (it.folder.path().join(BUCKET), it.folder.path().join("aside"));
    fs_err::rename(&bucket, &aside).unwrap();
    unavailable(it.objects().get(id(1)).await);
    unavailable(it.objects().list(None, 10).await);
    unavailable(it.objects().owner().await);
    fs_err::rename(&aside, &bucket).unwrap();
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(content()));
    assert_eq!(listed(it.objects()).await, [id(1)]);
}

#[tokio::test]
async fn a_server_that_is_gone_is_unavailable() {
    let Fixture { folder: _folder, server, bucket } = Fixture::new();
    server.stop().await;
    let objects: &dyn affiant_backend::Objects = &bucket;
    let (get, put) = tokio::join!(objects.get(id(1)), objects.put(id(1), content()));
    unavailable(get);
    unavailable(put);
}

#[tokio::test]
async fn a_wrong_key_opens_nothing_and_is_in_no_error() {
    let it = Fixture::new();
    let secret_key = "a-key-that-is-not-the-right-one".to_owned();
    let wrong = Options { secret_key: secret_key.clone(), ..options(&it.server) };
    let bucket = Bucket::new(&wrong).unwrap();
    let error = affiant_backend::Objects::get(&bucket, id(1)).await.unwrap_err();
    assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
    assert!(!format!("{error:?} {bucket:?}").contains(&secret_key));
}

#[tokio::test]
async fn without_a_prefix_objects_lie_beside_each_other_in_the_bucket() {
    let it = Fixture::new();
    let bare = Bucket::new(&Options { prefix: String::new(), ..options(&it.server) }).unwrap();
    affiant_backend::Objects::put(&bare, id(1), content()).await.unwrap();
    it.objects().put(id(2), content()).await.unwrap();
    assert_eq!(listed(&bare).await, [id(1)]);
    let folder = it.folder.path().join(BUCKET);
    assert!(folder.join("01".repeat(16)).is_file());
    assert!(folder.join(PREFIX).join("02".repeat(16)).is_file());
}

#[tokio::test]
async fn an_endpoint_that_is_no_address_is_said_to_be_none() {
    let it = Fixture::new();
    for endpoint in ["s3.example.org", "ftp://s3.example.org", "https://"] {
        let options = Options { endpoint: Some(endpoint.to_owned()), ..options(&it.server) };
        let error = Bucket::new(&options).err().unwrap();
        assert!(matches!(error, OptionsError::Endpoint(_)), "{endpoint}: {error:?}");
    }
}
