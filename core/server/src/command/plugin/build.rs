//! `affiant plugin build`: from source to component.

use std::path::PathBuf;
use std::process::ExitCode;

use affiant_package::interfaces;
use affiant_plugin_build::{Build, BuildError, build, componentize, default_cache};
use anyhow::{Context as _, bail};

use super::project::Project;
use crate::command::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the plugin.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// A core module that another language was compiled to, in place of compiling Rust.
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
}

/// Builds, and says what the component imports.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let project = Project::open(&arguments.folder)?;
    let manifest = project.manifest()?;
    let file = project.component_file(&manifest)?;
    let abi = manifest.plugin.abi.as_ref().map(|it| it.value.to_string()).unwrap_or_default();
    let component = if let Some(module) = &arguments.module {
        componentize(&fs_err::read(module)?, &abi)
            .with_context(|| format!("{} makes no component", module.display()))?
    } else if !project.folder.join("Cargo.toml").is_file() {
        bail!(
            "there is no Cargo.toml in {}: a plugin in another language than Rust is compiled first, \
             and its module named with `--module FILE`",
            project.folder.display()
        );
    } else {
        let cache = default_cache().ok_or(BuildError::NoCache)?;
        let folder = project.folder.clone();
        build(&Build { folder, target: None, cache, abi })?.component
    };
    if let Some(folder) = file.parent() {
        fs_err::create_dir_all(folder)?;
    }
    fs_err::write(&file, &component)?;

    let mut imports = interfaces(&component)?.imports;
    imports.retain(|it| !it.starts_with("affiant:host/types@"));
    let imports = if imports.is_empty() { "nothing".to_owned() } else { imports.join(", ") };
    let size = component.len().div_ceil(1024);
    say(&format!("Wrote {} ({size} KiB). It imports {imports}.", file.display()));
    Ok(ExitCode::SUCCESS)
}
