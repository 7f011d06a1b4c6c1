//! The content of files in backups, where it lies in a folder of its own.
//!
//! An object never changes, so each backup has all of them and takes the room of those that are new:
//! the others are the same files as in the backup before.

use std::path::{Path, PathBuf};

use affiant_objects_file::Folder;
use anyhow::Context as _;

/// The folder of a backup of the main database that has the objects.
pub(super) const NAME: &str = "objects";

/// Copies the objects of a folder into that of a backup. `before` is the backup before, if there is one.
/// Returns how many there are. Only what is deleted meanwhile may be missing.
pub(super) fn copy(from: &Path, into: &Path, before: Option<&Path>) -> anyhow::Result<u64> {
    let from = Folder::open(from)?;
    let mut count = 0;
    for file in from.files()? {
        let name = file.strip_prefix(from.path()).context("an object lies elsewhere")?;
        let to = into.join(NAME).join(name);
        let folder = to.parent().context("an object lies nowhere")?;
        fs_err::create_dir_all(folder)?;
        let linked = before.map(|it| it.join(NAME).join(name)).filter(|it| it.is_file());
        let linked = linked.is_some_and(|it| fs_err::hard_link(it, &to).is_ok());
        if linked {
            count += 1;
            continue;
        }
        match fs_err::copy(&file, &to) {
            Ok(_) => {
                fs_err::File::open(&to)?.sync_all()?;
                fs_err::File::open(folder)?.sync_all()?;
                count += 1;
            }
            // It was deleted since its name was read, row and key before it.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(count)
}

/// Where a backup has objects, if it has any.
pub(super) fn of(backup: &Path) -> Option<PathBuf> {
    Some(backup.join(NAME)).filter(|it| it.is_dir())
}
