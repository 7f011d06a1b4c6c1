//! `affiant plugin key`: a key to sign packages with.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use affiant_package::{PublisherKey, SigningKey};
use affiant_vault::Randomness as _;
use anyhow::{Context as _, bail};
use zeroize::Zeroize as _;

use crate::command::say;
use crate::system::SystemRandomness;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file to write the key to.
    file: PathBuf,
}

/// Makes a key. Never overwrites one.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = &arguments.file;
    if file.exists() {
        bail!("{} is there already; a key that is overwritten is lost", file.display());
    }
    let mut seed = [0; 32];
    if SystemRandomness.fill(&mut seed).is_err() {
        bail!("the system gives no random bytes");
    }
    let key = SigningKey::from_seed(&seed);
    seed.zeroize();
    let mut text = key.to_file();
    let written = write(file, &text);
    text.zeroize();
    written.with_context(|| format!("{} could not be written", file.display()))?;
    say(&format!(
        "Wrote {}. Whoever has it can publish in your name: keep it to yourself, and keep a copy.\n{}",
        file.display(),
        told(key.publisher())
    ));
    Ok(ExitCode::SUCCESS)
}

/// A key for people.
pub(super) fn told(key: PublisherKey) -> String {
    format!("The publisher's key is {key}, its fingerprint {}.", key.fingerprint())
}

/// Writes a file that only its owner can read, from its first byte on.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
