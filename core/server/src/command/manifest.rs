//! What a backup says of itself, so that a damaged one is not restored.

use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

const NAME: &str = "manifest.json";

/// What a backup says of itself.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The form of this file.
    format: u32,
    /// The version that made the backup.
    version: String,
    /// When it was made, in UTC.
    pub(crate) made: String,
    /// Name of its one file.
    pub(crate) file: String,
    /// Length of the file.
    bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    sha256: String,
}

impl Manifest {
    /// Describes the file of a backup.
    pub(crate) fn of(folder: &Path, made: &str, file: &str) -> anyhow::Result<Self> {
        let (bytes, sha256) = digest(&folder.join(file))?;
        let (made, file) = (made.to_owned(), file.to_owned());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self { format: 1, version, made, file, bytes, sha256 })
    }

    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let mut file = fs_err::File::create(folder.join(NAME))?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        Ok(file.sync_all()?)
    }

    /// Reads what a backup says of itself. Fails unless its file `expected` is as it says.
    pub(crate) fn read(folder: &Path, expected: &str) -> anyhow::Result<Self> {
        let text = fs_err::read(folder.join(NAME))
            .with_context(|| format!("{} is no backup", folder.display()))?;
        let manifest: Self = serde_json::from_slice(&text)
            .with_context(|| format!("the manifest of {} does not fit", folder.display()))?;
        if manifest.format != 1 {
            bail!("{} was made by a newer version of Affiant", folder.display());
        }
        if manifest.file != expected {
            bail!("{} is a backup of `{}`, not of `{expected}`", folder.display(), manifest.file);
        }
        let (bytes, sha256) = digest(&folder.join(expected))?;
        if bytes != manifest.bytes || sha256 != manifest.sha256 {
            bail!(
                "the backup {} is damaged: its file is not the one that was written. Take another",
                folder.display()
            );
        }
        Ok(manifest)
    }
}

fn digest(file: &Path) -> anyhow::Result<(u64, String)> {
    let mut reader = fs_err::File::open(file)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok((bytes, hex::encode(hash.finalize())))
}
