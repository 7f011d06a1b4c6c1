//! The folder: two levels of folders by the first two bytes of an id, so that none gets too large.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use affiant_backend::{Listed, ObjectId, Objects, StorageError};
use async_trait::async_trait;

use crate::error::{OpenError, storage};

/// What the name of an object ends with while it is written.
const PART: &str = ".part";

/// The file that says whose objects these are.
const OWNER: &str = "owner";

/// Objects in a folder.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens a folder, and makes it if it is not there.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let failed = |it| OpenError::Folder(path.to_owned(), it);
        make_folder(path).map_err(failed)?;
        let path = fs_err::canonicalize(path).map_err(failed)?;
        fs_err::read_dir(&path).map_err(failed)?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that holds an object.
    pub fn place_of(&self, id: ObjectId) -> PathBuf {
        let name = hex::encode(id.0);
        self.path.join(&name[..2]).join(&name[2..4]).join(name)
    }

    /// All files of it, in order: those of objects that are whole, and the one that says whose they
    /// are.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for outer in folders(&self.path)? {
            for inner in folders(&self.path.join(&outer))? {
                for (id, _) in objects(&self.path.join(&outer).join(&inner))? {
                    files.push(self.place_of(ObjectId(id)));
                }
            }
        }
        files.push(self.path.join(OWNER));
        files.retain(|it| it.is_file());
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Does something with the disk where it holds nobody up.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let it = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&it)).await;
        done.map_err(|it| StorageError::Unavailable(it.into()))?.map_err(storage)
    }

    fn write(&self, place: &Path, content: &[u8]) -> io::Result<()> {
        let folder = place.parent().unwrap_or(&self.path);
        // A folder that is gone is not made again: what was mounted there may come back.
        fs_err::read_dir(&self.path)?;
        make_folder(folder)?;
        let part = part_of(place);
        // Only what an earlier try of this very object left can be in its way.
        remove(&part)?;
        let mut options = fs_err::OpenOptions::new();
        options.write(true).create_new(true);
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&part).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        });
        if let Err(error) = written {
            let _ = remove(&part);
            return Err(error);
        }
        fs_err::rename(&part, place)?;
        sync(folder)
    }

    fn remove(&self, id: ObjectId) -> io::Result<()> {
        let place = self.place_of(id);
        remove(&part_of(&place))?;
        remove(&place)?;
        match sync(place.parent().unwrap_or(&self.path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    fn page(&self, after: Option<ObjectId>, limit: usize) -> io::Result<Vec<Listed>> {
        let after = after.map(|it| hex::encode(it.0)).unwrap_or_default();
        let mut found = BTreeMap::new();
        for outer in folders(&self.path)? {
            if outer.as_str() < after.get(..2).unwrap_or("") {
                continue;
            }
            for inner in folders(&self.path.join(&outer))? {
                if format!("{outer}{inner}").as_str() < after.get(..4).unwrap_or("") {
                    continue;
                }
                for (id, modified) in objects(&self.path.join(&outer).join(&inner))? {
                    if hex::encode(id) > after {
                        found.insert(id, modified);
                    }
                }
                if found.len() >= limit {
                    return Ok(listed(found, limit));
                }
            }
        }
        Ok(listed(found, limit))
    }
}

#[async_trait]
impl Objects for Folder {
    async fn put(&self, id: ObjectId, sealed: Vec<u8>) -> Result<(), StorageError> {
        self.aside(move |it| it.write(&it.place_of(id), &sealed)).await
    }

    async fn get(&self, id: ObjectId) -> Result<Option<Vec<u8>>, StorageError> {
        self.aside(move |it| read(&it.path, &it.place_of(id))).await
    }

    async fn delete(&self, id: ObjectId) -> Result<(), StorageError> {
        self.aside(move |it| it.remove(id)).await
    }

    async fn list(&self, after: Option<ObjectId>, limit: u32) -> Result<Vec<Listed>, StorageError> {
        self.aside(move |it| it.page(after, usize::try_from(limit).unwrap_or(usize::MAX))).await
    }

    async fn owner(&self) -> Result<Option<[u8; 16]>, StorageError> {
        let owner = self.aside(|it| read(&it.path, &it.path.join(OWNER))).await?;
        let Some(text) = owner else { return Ok(None) };
        let mut id = [0; 16];
        hex::decode_to_slice(text.trim_ascii(), &mut id)
            .map_err(|_| StorageError::Corrupt { table: "objects" })?;
        Ok(Some(id))
    }

    async fn set_owner(&self, owner: [u8; 16]) -> Result<(), StorageError> {
        let text = format!("{}\n", hex::encode(owner));
        self.aside(move |it| it.write(&it.path.join(OWNER), text.as_bytes())).await
    }
}

/// Makes a folder that only its owner can read, and those above it; what makes it outlast a power cut
/// too.
fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(above) = above {
        make_folder(above)?;
    }
    match std::fs::DirBuilder::new().mode(0o700).create(path) {
        // Another write made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => above.map_or(Ok(()), sync),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    fs_err::File::open(folder)?.sync_all()
}

fn part_of(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(PART);
    PathBuf::from(name)
}

/// `None` if there is no such file, and an error if the folder of all of them is gone.
fn read(root: &Path, place: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs_err::read(place) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs_err::read_dir(root)?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn remove(place: &Path) -> io::Result<()> {
    match fs_err::remove_file(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// The folders of a level, in order: two hexadecimal digits each.
fn folders(path: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.len() == 2 && is_hex(&name) && entry.file_type()?.is_dir() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The objects of a folder, those included that are being written or never were to the end.
fn objects(path: &Path) -> io::Result<Vec<([u8; 16], i64)>> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = name.strip_suffix(PART).unwrap_or(&name);
        let mut id = [0; 16];
        if !is_hex(name) || hex::decode_to_slice(name, &mut id).is_err() {
            continue;
        }
        // It may be renamed or deleted while we look.
        let Ok(modified) = entry.metadata().and_then(|it| it.modified()) else { continue };
        let seconds = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        found.push((id, i64::try_from(seconds).unwrap_or(i64::MAX)));
    }
    Ok(found)
}

fn is_hex(name: &str) -> bool {
    name.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
}

fn listed(found: BTreeMap<[u8; 16], i64>, limit: usize) -> Vec<Listed> {
    let all = found.into_iter().take(limit);
    all.map(|(id, modified)| Listed { id: ObjectId(id), modified }).collect()
}
