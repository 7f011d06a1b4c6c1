//! The master key: a file beside the databases, or wherever the operator puts it.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use affiant_backend::Keyring;
use affiant_keyring::{Keys, OpenError};
use affiant_vault::Master;
use anyhow::{Context as _, bail};
use zeroize::Zeroize as _;

use crate::system::{SystemRandomness, now};

/// Bytes of a master key.
const LENGTH: usize = 32;

/// Where the master key is, unless the operator says otherwise.
pub(crate) fn default_file(data: &Path) -> PathBuf {
    data.join("master.key")
}

/// Opens the keyring under the master key of `file`. Where neither is there yet, a key is made.
pub(crate) async fn open(
    ring: Arc<dyn Keyring>,
    file: &Path,
) -> anyhow::Result<(Keys, Arc<Master>)> {
    let is_new = ring.mark().await.context("the keyring cannot be read")?.is_none();
    let master = match read(file)? {
        Some(master) => master,
        None if is_new => make(file)?,
        None => bail!(
            "the master key {} is missing: without it no stored answer opens. \
             Put it back from where you keep a copy; a new one would lock everybody out",
            file.display()
        ),
    };
    let for_names = master.reveal(|it| Master::take(&mut it.clone()));
    match Keys::open(ring, master, Arc::new(SystemRandomness), now()).await {
        Err(OpenError::OtherMaster) => bail!(
            "the master key {} is another installation's: the keyring was made with a different \
             one. Put back the file that belongs to this data folder",
            file.display()
        ),
        other => Ok((other?, Arc::new(for_names))),
    }
}

/// Reads a master key that nobody else can read; `None` if there is no such file.
pub(crate) fn read(file: &Path) -> anyhow::Result<Option<Master>> {
    let found = match fs_err::metadata(file) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("the master key cannot be read"),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            bail!(
                "others can read the master key {} (its mode is {mode:03o}). If that was never so \
                 while others used this machine, run `chmod 400` on it and start again",
                file.display()
            );
        }
    }
    if found.len() != LENGTH as u64 {
        bail!(
            "the master key {} has {} bytes in place of {LENGTH}: it is damaged, or another file. \
             Put it back from where you keep a copy",
            file.display(),
            found.len()
        );
    }
    let mut bytes = fs_err::read(file).context("the master key cannot be read")?;
    let mut key = [0; LENGTH];
    // Its length was just looked at.
    if bytes.len() == LENGTH {
        key.copy_from_slice(&bytes);
    }
    bytes.zeroize();
    Ok(Some(Master::take(&mut key)))
}

/// Makes a master key. It is on the disk, readable by its owner alone, before anything is wrapped
/// under it.
fn make(file: &Path) -> anyhow::Result<Master> {
    let master = Master::random(&SystemRandomness)?;
    write(file, &master)
        .with_context(|| format!("the master key {} could not be made", file.display()))?;
    tracing::info!(
        file = %file.display(),
        "a master key was made: keep a copy of it apart from the backups of the data folder"
    );
    Ok(master)
}

fn write(file: &Path, master: &Master) -> std::io::Result<()> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
    let mut made = options.open(file)?;
    master.reveal(|it| made.write_all(it))?;
    made.sync_all()?;
    // The name of the file must survive too.
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    fs_err::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
