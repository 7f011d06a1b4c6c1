//! Interview files from a folder of the disk.

use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use affiant_interview::{Files, Unreadable};

/// Longest file that is read, in bytes.
const MAX_LENGTH: u64 = 2 << 20;

/// Files below one folder. Names that lead out of it are not found.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder and the name of a file in it.
    pub(crate) fn of(file: &Path) -> (Self, String) {
        let name = file.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
        (Self::new(parent.unwrap_or(Path::new("."))), name)
    }
}

impl Files for Folder {
    fn read(&self, name: &str) -> Result<String, Unreadable> {
        String::from_utf8(self.read_bytes(name)?).map_err(|_| Unreadable::NotText)
    }

    fn read_bytes(&self, name: &str) -> Result<Vec<u8>, Unreadable> {
        let name = Path::new(name);
        if !name.components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir)) {
            return Err(Unreadable::NotFound);
        }
        let path = self.root.join(name);
        let file = fs_err::File::open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Unreadable::NotFound,
            _ => Unreadable::Failed,
        })?;
        let mut bytes = Vec::new();
        file.take(MAX_LENGTH + 1).read_to_end(&mut bytes).map_err(|_| Unreadable::Failed)?;
        if bytes.len() as u64 > MAX_LENGTH {
            return Err(Unreadable::TooLarge);
        }
        Ok(bytes)
    }
}
