//! `affiant plugin sign`: who vouches for a package.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use affiant_package::{Package, SigningKey, sign};
use anyhow::{Context as _, bail};
use zeroize::Zeroize as _;

use super::key::told;
use crate::command::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The package.
    package: PathBuf,
    /// The key, which `affiant plugin key` made.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Signs a package, in place of whoever signed it before.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = &arguments.package;
    let refused = || format!("{} cannot be signed", file.display());
    let bytes = fs_err::read(file)?;
    // A signature stands for what is in it, so that is looked at.
    Package::read(&bytes).with_context(refused)?;
    let key = read(&arguments.key)?;
    let signed = sign(&bytes, &key).with_context(refused)?;
    let unfinished = file.with_extension("affiant.unfinished");
    fs_err::write(&unfinished, signed)?;
    fs_err::rename(&unfinished, file)?;
    say(&format!("Signed {}. {}", file.display(), told(key.publisher())));
    Ok(ExitCode::SUCCESS)
}

/// Reads a key that nobody else can read.
fn read(file: &Path) -> anyhow::Result<SigningKey> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs_err::metadata(file)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            bail!(
                "others can read the key {0} (its mode is {mode:03o}). If that was never so while \
                 others used this machine, run `chmod 600 {0}`; else make another key",
                file.display()
            );
        }
    }
    let mut text = fs_err::read_to_string(file)?;
    let key = SigningKey::from_file(&text);
    text.zeroize();
    key.with_context(|| format!("{} holds no key", file.display()))
}
