//! `affiant migrate-storage --to-objects`: moves the content of files from one place to another.

use std::sync::Arc;

use affiant_backend::objects::{pack, unpack};
use affiant_backend::{Content, ObjectId, Objects, PlaceRow, StorageError};
use affiant_storage_sqlite::Source;
use affiant_vault::random;
use anyhow::{Context as _, bail};
use sha2::{Digest as _, Sha256};

use crate::command::say;
use crate::config::Config;
use crate::objects::{Place, claim};
use crate::storage::Storage;
use crate::system::SystemRandomness;

/// How many rows are looked at together.
const PAGE: u32 = 500;

/// After how many files it is told how far it got.
const TELL: u64 = 1000;

/// From where to where.
struct Move {
    storage: Storage,
    from: Option<Arc<dyn Objects>>,
    to: Option<Arc<dyn Objects>>,
}

/// Moves all files, reads each again where it is then, and only then takes it away where it was. Goes
/// on where an earlier run was interrupted.
pub(super) async fn migrate(config: &Config, to: &str) -> anyhow::Result<()> {
    let (old, new) = (Place::configured(config)?, Place::of(config, to)?);
    if config.postgres()?.is_none() && config.data.join("affiant.db").is_file() {
        // Fails while a server runs on the folder, which would look for files where they were.
        Source::open(&config.data).await?.close().await?;
    }
    let storage = Storage::open_existing(config).await?;
    let _alone = storage.alone().await?;
    let it = Move { from: old.reach()?, to: new.reach()?, storage };
    for (place, objects) in [(&old, &it.from), (&new, &it.to)] {
        if let Some(objects) = objects {
            claim(place, &**objects, &it.storage).await?;
        }
    }
    it.carry_out().await?;
    let moved = it.all(Step::Move).await?;
    it.carry_out().await?;
    let checked = it.all(Step::Check).await?;
    it.storage.close().await?;
    say(&format!("{moved} files moved; {checked} are in {}, each as it was.", new.name()));
    match new {
        Place::Database => say("Take `objects` out of the configuration and start the server."),
        _ => say(&format!("Set `objects` to {to} and start the server.")),
    }
    say(&format!(
        "Copies of {} from before still have them: let them go in the time that you promise.",
        old.name()
    ));
    Ok(())
}

/// What is done with each file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It is moved, unless it is there.
    Move,
    /// It is read, and must be there.
    Check,
}

impl Move {
    /// Goes through all files. Returns how many were moved or checked.
    async fn all(&self, step: Step) -> anyhow::Result<u64> {
        let (mut after, mut done) = (None, 0);
        loop {
            let page = self.storage.main.places(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.session, last.file));
            for row in &page {
                let file = hex::encode(row.file);
                let was_done = match step {
                    Step::Move => self.one(row).await,
                    Step::Check => self.is_there(row).await,
                };
                if was_done.with_context(|| format!("the file {file} could not be moved"))? {
                    done += 1;
                    if step == Step::Move && done % TELL == 0 {
                        say(&format!("{done} files moved"));
                    }
                } else if step == Step::Check {
                    bail!(
                        "the file {file} is not there in full. Nothing is lost where it was; run this \
                         again, with the server stopped"
                    );
                }
            }
        }
        Ok(done)
    }

    /// Moves a file. False if it is there already, or was deleted meanwhile.
    async fn one(&self, row: &PlaceRow) -> anyhow::Result<bool> {
        if self.is_there(row).await? {
            return Ok(false);
        }
        let Some(packed) = self.content(row).await? else { return Ok(false) };
        let content = match &self.to {
            None => Content::Chunks(unpack(&packed).context("it is damaged where it was")?),
            Some(objects) => store(&**objects, packed).await?,
        };
        match self.storage.main.move_content(row.session, row.file, content).await {
            Ok(()) => {}
            // What was stored for nothing is swept by retention.
            Err(StorageError::Conflict) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }

    /// Whether a file is where it should be, in full.
    async fn is_there(&self, row: &PlaceRow) -> anyhow::Result<bool> {
        match (&self.to, row.object) {
            (None, None) => Ok(true),
            (Some(objects), Some((id, length))) => {
                let found = objects.get(id).await?;
                Ok(found.is_some_and(|it| {
                    u64::try_from(it.len()) == Ok(length) && unpack(&it).is_some()
                }))
            }
            _ => Ok(false),
        }
    }

    /// What a file holds, packed; `None` if it was deleted meanwhile.
    async fn content(&self, row: &PlaceRow) -> anyhow::Result<Option<Vec<u8>>> {
        let found = self.storage.main.find_file(row.session, row.file).await?;
        let Some(found) = found else { return Ok(None) };
        match found.content {
            Content::Chunks(chunks) => Ok(Some(pack(&chunks).context("a chunk is too long")?)),
            Content::Object(id, length) => {
                let Some(objects) = &self.from else {
                    bail!(
                        "it lies in object storage, and `objects` in the configuration does not say where"
                    )
                };
                let packed = objects.get(id).await?.context("its object is not there")?;
                if u64::try_from(packed.len()) != Ok(length) {
                    bail!("its object is not whole");
                }
                Ok(Some(packed))
            }
        }
    }

    /// Deletes the objects that no file has any more, wherever they are.
    async fn carry_out(&self) -> anyhow::Result<()> {
        loop {
            let lost = self.storage.main.lost_objects(PAGE).await?;
            if lost.is_empty() {
                return Ok(());
            }
            for objects in [&self.from, &self.to].into_iter().flatten() {
                for id in &lost {
                    objects.delete(*id).await.context("what was moved could not be deleted")?;
                }
            }
            self.storage.main.forget_lost(lost).await?;
        }
    }
}

/// Stores an object and reads it again.
async fn store(objects: &dyn Objects, packed: Vec<u8>) -> anyhow::Result<Content> {
    let id = ObjectId(random(&SystemRandomness)?);
    let (length, digest) = (u64::try_from(packed.len())?, Sha256::digest(&packed));
    objects.put(id, packed).await?;
    let found = objects.get(id).await?.context("what was stored is not there")?;
    if Sha256::digest(&found) != digest {
        bail!("what was stored comes back as something else");
    }
    Ok(Content::Object(id, length))
}
