//! A write that was cut off, a folder that is gone, and who may read.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::Fixture;
use super::cases::{id, listed, sealed, unavailable};
use crate::{Folder, OpenError};

#[tokio::test]
async fn a_write_that_was_cut_off_is_no_object_and_can_be_deleted_and_done_again() {
    let it = Fixture::new();
    it.objects().put(id(1), sealed(1, 50)).await.unwrap();
    let place = it.folder.place_of(id(1));
    let part = place.with_file_name(format!("{}.part", hex::encode(id(1).0)));
    fs_err::rename(&place, &part).unwrap();
    assert_eq!(it.objects().get(id(1)).await.unwrap(), None);
    // It takes room, so whoever looks for what belongs to nobody is told.
    assert_eq!(listed(it.objects()).await, [id(1)]);
    it.objects().put(id(1), sealed(2, 50)).await.unwrap();
    assert!(!it.holds(&sealed(1, 50)));
    fs_err::write(&part, "half").unwrap();
    it.objects().delete(id(1)).await.unwrap();
    assert_eq!(listed(it.objects()).await, []);
    assert!(!part.exists());
}

#[tokio::test]
async fn a_folder_that_is_gone_is_not_taken_for_objects_that_are() {
    let it = Fixture::new();
    it.objects().put(id(1), sealed(1, 50)).await.unwrap();
    let (folder, aside) = (it.folder.path().to_owned(), it.above.path().join("aside"));
    fs_err::rename(&folder, &aside).unwrap();
    unavailable(it.objects().get(id(1)).await);
    unavailable(it.objects().put(id(2), sealed(2, 50)).await);
    unavailable(it.objects().list(None, 10).await);
    unavailable(it.objects().owner().await);
    fs_err::rename(&aside, &folder).unwrap();
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(sealed(1, 50)));
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_unavailable_and_nothing_is_lost() {
    let it = Fixture::new();
    it.objects().put(id(1), sealed(1, 50)).await.unwrap();
    // Where the folder of another object would be is a file.
    fs_err::write(it.folder.path().join("02"), "in the way").unwrap();
    unavailable(it.objects().put(id(2), sealed(2, 50)).await);
    assert_eq!(it.objects().get(id(1)).await.unwrap(), Some(sealed(1, 50)));
}

#[tokio::test]
async fn only_its_owner_can_read_an_object() {
    let it = Fixture::new();
    it.objects().put(id(1), sealed(1, 50)).await.unwrap();
    let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
    let place = it.folder.place_of(id(1));
    assert_eq!(mode(&place), 0o600);
    assert_eq!(mode(place.parent().unwrap()), 0o700);
    assert_eq!(mode(it.folder.path()), 0o700);
}

#[tokio::test]
async fn what_is_no_folder_is_refused() {
    let it = Fixture::new();
    let file = it.above.path().join("file");
    fs_err::write(&file, "").unwrap();
    let error = Folder::open(&file.join("files")).unwrap_err();
    assert!(matches!(error, OpenError::Folder(..)), "{error:?}");
}
