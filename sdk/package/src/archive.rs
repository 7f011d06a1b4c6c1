//! The archive inside of a package: tar, with few entries and exactly one way to write them.

use std::io::Read as _;

use tar::{Archive, Builder, EntryType, Header};

use crate::error::{PackageError, shown};

/// One file.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Writes files, which are in the order of their names.
///
/// Fails when a name is longer than tar's 100 bytes.
pub(crate) fn write(entries: &[(&str, &[u8])]) -> Result<Vec<u8>, PackageError> {
    let mut builder = Builder::new(Vec::new());
    for (name, bytes) in entries {
        let bad = |_| PackageError::BadName(shown(name.as_bytes()));
        let mut header = Header::new_ustar();
        header.set_path(name).map_err(bad)?;
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, *bytes).map_err(bad)?;
    }
    builder.into_inner().map_err(|_| PackageError::BadArchive)
}

/// Reads files, as many as there are. `most` says how large one of this name may be, or `None` when
/// no file is called that.
pub(crate) fn read(
    archive: &[u8],
    most: impl Fn(&str) -> Option<usize>,
) -> Result<Vec<Entry>, PackageError> {
    let mut archive = Archive::new(archive);
    let mut entries: Vec<Entry> = Vec::new();
    // Raw, so that no entry says how another one is to be understood.
    for entry in archive.entries().map_err(|_| PackageError::BadArchive)?.raw(true) {
        let mut entry = entry.map_err(|_| PackageError::BadArchive)?;
        let path = entry.path_bytes().into_owned();
        let name =
            String::from_utf8(path).map_err(|it| PackageError::BadName(shown(it.as_bytes())))?;
        if entry.header().entry_type() != EntryType::Regular {
            return Err(PackageError::NoFile(shown(name.as_bytes())));
        }
        let is_outside =
            name.starts_with('/') || name.split('/').any(|it| matches!(it, "" | "." | ".."));
        if is_outside || name.contains(['\\', '\0']) {
            return Err(PackageError::BadName(shown(name.as_bytes())));
        }
        match entries.last().map(|it| it.name.as_str().cmp(&name)) {
            Some(std::cmp::Ordering::Equal) => {
                return Err(PackageError::Repeated(shown(name.as_bytes())));
            }
            Some(std::cmp::Ordering::Greater) => return Err(PackageError::OtherArchive),
            Some(std::cmp::Ordering::Less) | None => {}
        }
        let Some(most) = most(&name) else {
            return Err(PackageError::Unknown(shown(name.as_bytes())));
        };
        let size = entry.size();
        if usize::try_from(size).map_or(true, |it| it > most) {
            return Err(PackageError::EntryTooLarge { name, size, most });
        }
        let mut bytes = Vec::new();
        let read = entry.read_to_end(&mut bytes).map_err(|_| PackageError::BadArchive)?;
        if read as u64 != size {
            return Err(PackageError::BadArchive);
        }
        entries.push(Entry { name, bytes });
    }
    Ok(entries)
}
