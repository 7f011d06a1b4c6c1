//! Direct links: files that lie in the bucket readable for a while, each under an address that works for
//! a minute.

use std::time::Duration;

use affiant_backend::{Lent, Links, StorageError};
use async_trait::async_trait;
use futures::TryStreamExt as _;
use object_store::path::Path;
use object_store::signer::{Method, Signer as _};
use object_store::{Attribute, Attributes, ObjectStore as _, ObjectStoreExt as _, PutOptions};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::bucket::Bucket;
use crate::error::{is_missing, storage};

/// How long an address works.
const WORKS: Duration = Duration::from_mins(1);

/// How long a file is there, in seconds: the clocks of servers and of the bucket may differ, and who has
/// begun to fetch it may come to the end.
const STAYS: i64 = 120;

/// Below this, beside the sealed objects, lie those that are lent.
const LENT: &str = "lent";

impl Bucket {
    fn lent(&self) -> Path {
        self.prefix.clone().join(LENT)
    }
}

/// Since when an object is lent, by its name.
fn since(place: &Path) -> Option<i64> {
    place.filename()?.split_once('-')?.0.parse().ok()
}

#[async_trait]
impl Links for Bucket {
    async fn lend(&self, file: Lent, now: i64) -> Result<String, StorageError> {
        let place = self.lent().join(format!("{now}-{}", hex::encode(file.id.0)));
        let name = utf8_percent_encode(&file.name, NON_ALPHANUMERIC);
        let mut attributes = Attributes::new();
        let saved = format!("attachment; filename*=UTF-8''{name}");
        attributes.insert(Attribute::ContentDisposition, saved.into());
        attributes.insert(Attribute::ContentType, file.media_type.into());
        attributes.insert(Attribute::CacheControl, "no-store".into());
        let options = PutOptions { attributes, ..PutOptions::default() };
        self.server.put_opts(&place, file.content.into(), options).await.map_err(storage)?;
        let address = self.server.signed_url(Method::GET, &place, WORKS).await.map_err(storage)?;
        Ok(address.into())
    }

    async fn take_back(&self, now: i64) -> Result<u64, StorageError> {
        let lent = self.lent();
        let mut all = self.server.list(Some(&lent));
        let mut taken = 0;
        while let Some(it) = all.try_next().await.map_err(storage)? {
            // A clock that was wrong for a while lends nothing for longer.
            let is_over = since(&it.location).is_some_and(|since| (now - since).abs() > STAYS);
            if !is_over {
                continue;
            }
            match self.server.delete(&it.location).await {
                Err(error) if !is_missing(&error) => return Err(storage(error)),
                _ => taken += 1,
            }
        }
        Ok(taken)
    }
}
