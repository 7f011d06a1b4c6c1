//! `affiant new`: an interview to start from.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::command::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file to write, such as `my-interview.yml`.
    file: PathBuf,
}

/// A small interview that shows people, a condition, a list, a review and a document.
const STARTER: &str = include_str!("starter.yml");

/// Writes the starter. Never overwrites.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = &arguments.file;
    if file.exists() {
        bail!("{} is there already; choose another name", file.display());
    }
    if let Some(parent) = file.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs_err::create_dir_all(parent).context("the folder could not be made")?;
    }
    fs_err::write(file, STARTER).context("the interview could not be written")?;
    say(&format!(
        "Wrote {0}. See it with `affiant serve --dev --interviews {1}`, check it with `affiant check {0}`.",
        file.display(),
        file.parent()
            .filter(|it| !it.as_os_str().is_empty())
            .unwrap_or(std::path::Path::new("."))
            .display(),
    ));
    Ok(ExitCode::SUCCESS)
}
