//! `affiant plugin pack`: one file to hand on.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use super::check::unagreed;
use super::project::Project;
use crate::command::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the plugin.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Where to put the package; `NAME-VERSION.affiant` in the plugin's folder if not said.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Packs a plugin that was built. Nobody has signed it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let project = Project::open(&arguments.folder)?;
    let manifest = project.manifest()?;
    let package = project.package(&manifest)?;
    let bytes = package.pack()?;
    if unagreed(&project, &manifest)? > 0 {
        bail!("the plugin does more than its developers agreed to");
    }
    let name = manifest.plugin.component.as_ref().map_or("plugin", |it| it.value.as_str());
    let name = name.strip_suffix(".wasm").unwrap_or(name);
    let name = format!("{name}-{}.affiant", manifest.plugin.version);
    let file = arguments.output.clone().unwrap_or_else(|| project.folder.join(name));
    fs_err::write(&file, &bytes)?;
    say(&format!(
        "Wrote {} ({} KiB). Nobody has signed it: `affiant plugin sign` does.",
        file.display(),
        bytes.len().div_ceil(1024)
    ));
    Ok(ExitCode::SUCCESS)
}
