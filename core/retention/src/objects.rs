//! Deleting the sealed content of files from object storage, after its rows.

use affiant_backend::{ObjectId, StorageError};
use affiant_keyring::DAY;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::erase::Eraser;

/// How many objects are looked at together.
const PAGE: u32 = 500;

/// How many are deleted at once.
const AT_ONCE: usize = 8;

/// How many whoever deletes something waits for; the rest follows within a quarter of an hour.
const WAITED_FOR: u32 = 100;

impl Eraser {
    /// Deletes objects whose rows are gone, at most `limit`. Returns how many. Which ones those are is
    /// written down where their rows were, so that a crash forgets none; one that is deleted already is
    /// no error.
    pub(crate) async fn carry_out(&self, limit: u32) -> Result<u64, StorageError> {
        let Some(objects) = &self.objects else { return Ok(0) };
        let (mut left, mut deleted) = (limit, 0);
        while left > 0 {
            let lost = self.store.lost_objects(left.min(PAGE)).await?;
            let Ok(count) = u32::try_from(lost.len()) else { break };
            if count == 0 {
                break;
            }
            self.delete_objects(&**objects, &lost).await?;
            self.store.forget_lost(lost).await?;
            deleted += u64::from(count);
            left = left.saturating_sub(count);
        }
        Ok(deleted)
    }

    /// The same for somebody who waits. Tells whether none is left.
    pub(crate) async fn carry_out_or_tell(&self) -> bool {
        if self.objects.is_none() {
            return true;
        }
        let done = async {
            self.carry_out(WAITED_FOR).await?;
            Ok::<_, StorageError>(self.store.lost_objects(1).await?.is_empty())
        };
        done.await.unwrap_or_else(|error| {
            tracing::error!(
                %error,
                "the keys and rows of deleted files are gone, their objects are not yet; trying again \
                 within a quarter of an hour"
            );
            false
        })
    }

    /// Deletes objects that no row names and that are older than a day: what was stored and never
    /// written down. Returns how many. Reads the names of all objects there are.
    pub(crate) async fn sweep_objects(&self, now: i64) -> Result<u64, StorageError> {
        let Some(objects) = &self.objects else { return Ok(0) };
        let (mut after, mut deleted) = (None, 0);
        loop {
            let page = objects.list(after, PAGE).await?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else { break };
            after = Some(last.id);
            let kept = self.store.kept_objects(first.id, last.id).await?;
            // The row of a younger one may be on its way: the object comes first.
            let is_orphan = |id: ObjectId, modified: i64| {
                modified + DAY < now && kept.binary_search(&id).is_err()
            };
            let orphans = page.iter().filter(|it| is_orphan(it.id, it.modified));
            let orphans: Vec<_> = orphans.map(|it| it.id).collect();
            self.delete_objects(&**objects, &orphans).await?;
            deleted += u64::try_from(orphans.len()).unwrap_or(u64::MAX);
        }
        Ok(deleted)
    }

    async fn delete_objects(
        &self,
        objects: &dyn affiant_backend::Objects,
        ids: &[ObjectId],
    ) -> Result<(), StorageError> {
        let all = stream::iter(ids.to_vec()).map(|id| objects.delete(id));
        all.buffer_unordered(AT_ONCE).try_collect().await
    }
}
