//! What every object storage keeps to, as tests. Each plugin compiles these files among its own, with
//! a `Fixture` that says how to make an empty one and to reach behind it.

mod kept;

use affiant_backend::{Listed, ObjectId, Objects, StorageError};

pub(crate) use crate::tests::Fixture;

pub(crate) fn id(number: u8) -> ObjectId {
    ObjectId([number; 16])
}

/// Bytes that are no text and differ by number.
pub(crate) fn sealed(number: u8, length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap() ^ number).collect()
}

pub(crate) async fn listed(objects: &dyn Objects) -> Vec<ObjectId> {
    ids(&objects.list(None, 1000).await.unwrap())
}

pub(crate) fn ids(listed: &[Listed]) -> Vec<ObjectId> {
    listed.iter().map(|it| it.id).collect()
}

/// Fails unless the storage says that it cannot be reached.
pub(crate) fn unavailable<T: std::fmt::Debug>(result: Result<T, StorageError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
}
