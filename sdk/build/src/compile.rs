//! From a crate to a component.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::Message;

use crate::component::componentize;
use crate::error::BuildError;
use crate::toolchain::{Programs, TARGET, Toolchain, cargo};

/// What is built, and where.
#[derive(Clone, Debug)]
pub struct Build {
    /// The folder of the crate.
    pub folder: PathBuf,
    /// Where cargo writes to; where it always does when `None`.
    pub target: Option<PathBuf>,
    /// Where a standard library is kept; see [`default_cache`](crate::default_cache).
    pub cache: PathBuf,
    /// The contract, as `abi` in `plugin.toml` names it. What the module itself says comes first.
    pub abi: String,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Built {
    /// The component.
    pub component: Vec<u8>,
    /// The core module that it was made of.
    pub module: PathBuf,
}

/// Compiles a crate in its release profile, and makes its component. What the compiler says goes to
/// standard error.
///
/// Takes seconds, and the first time a minute or so, since the crates that it uses are compiled too.
pub fn build(build: &Build) -> Result<Built, BuildError> {
    let toolchain = Toolchain::find(&Programs::default(), &build.folder, &build.cache)?;
    let module = compile(build, &toolchain)?;
    let component = componentize(&fs_err::read(&module)?, &build.abi)?;
    Ok(Built { component, module })
}

fn compile(build: &Build, toolchain: &Toolchain) -> Result<PathBuf, BuildError> {
    let mut command = command(&build.folder, build.target.as_deref());
    toolchain.apply(&mut command);
    let start = |source| BuildError::Start { program: cargo(), source };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
    let mut modules = Vec::new();
    if let Some(output) = child.stdout.take() {
        for message in Message::parse_stream(std::io::BufReader::new(output)) {
            if let Message::CompilerArtifact(artifact) = message? {
                let files = artifact.filenames.into_iter().map(PathBuf::from);
                modules.extend(files.filter(|it| it.extension().is_some_and(|it| it == "wasm")));
            }
        }
    }
    if !child.wait()?.success() {
        return Err(BuildError::DoesNotCompile);
    }
    match modules.len() {
        0 => Err(BuildError::NoModule),
        1 => Ok(modules.remove(0)),
        _ => Err(BuildError::SeveralModules),
    }
}

fn command(folder: &Path, target: Option<&Path>) -> Command {
    let mut command = Command::new(cargo());
    command
        .args(["build", "--release", "--target", TARGET])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(folder)
        .stdin(Stdio::null());
    if let Some(target) = target {
        command.arg("--target-dir").arg(target);
    }
    command
}
