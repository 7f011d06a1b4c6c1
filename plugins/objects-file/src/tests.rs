//! The folder as the server uses it: what every object storage keeps to, and what a disk adds.

#[path = "../../../tests/objects/lib.rs"]
mod cases;
mod trouble;

use std::time::UNIX_EPOCH;

use affiant_backend::Objects;
use tempfile::TempDir;

use crate::Folder;

pub(crate) struct Fixture {
    above: TempDir,
    folder: Folder,
}

impl Fixture {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        let above = tempfile::tempdir().unwrap();
        let folder = Folder::open(&above.path().join("some/files")).unwrap();
        Self { above, folder }
    }

    pub(crate) fn objects(&self) -> &dyn Objects {
        &self.folder
    }

    /// Whether a file anywhere in it holds these bytes.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        let mut open = vec![self.folder.path().to_owned()];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs_err::read_dir(path).unwrap().map(|it| it.unwrap().path()));
            } else if fs_err::read(path).unwrap() == bytes {
                return true;
            }
        }
        false
    }

    /// Puts something of another program into the folder.
    pub(crate) fn put_foreign(&self) {
        let root = self.folder.path();
        fs_err::write(root.join("notes.txt"), "not ours").unwrap();
        for folder in ["zz/00", "00/zz", "07/07"] {
            fs_err::create_dir_all(root.join(folder)).unwrap();
            fs_err::write(root.join(folder).join("notes.txt"), "not ours").unwrap();
        }
    }

    /// The time by the disk's clock, in seconds of the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        let file = self.above.path().join("clock");
        fs_err::write(&file, "").unwrap();
        let modified = fs_err::metadata(&file).unwrap().modified().unwrap();
        modified.duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
    }
}
