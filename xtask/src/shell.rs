//! Calls to other programs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::report;

/// Returns the root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the root")
}

/// Returns a command that runs in the root of the workspace and reads nothing.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// Returns a call to the cargo that runs this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = command(&program, arguments);
    // What cargo tells of this program makes some build scripts run again, and half of what there is
    // compile again, each time after a build that somebody typed.
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        let is_of_package = told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_");
        if is_of_package || told == "CARGO_CRATE_NAME" || told == "CARGO_BIN_NAME" {
            command.env_remove(name);
        }
    }
    command
}

/// Returns where a build with this profile puts a program.
pub(crate) fn built(profile: &str, program: &str) -> anyhow::Result<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    Ok(metadata.target_directory.join(profile).join(name).into_std_path_buf())
}

/// Runs a command to its end with its output on ours; fails when it does.
pub(crate) fn call(command: &mut Command) -> anyhow::Result<()> {
    let line = spelled(command);
    report::say(&format!("$ {line}"));
    let status = command.status().with_context(|| format!("could not start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Returns whether a command starts and succeeds, without showing its output.
pub(crate) fn answers(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Returns what a command printed; fails when it does.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let line = spelled(command);
    let output = command.output().with_context(|| format!("could not start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed no UTF-8"))
}

/// Returns where a program lies in a search path such as the variable `PATH`.
pub(crate) fn find_program(name: &str, search_path: Option<OsString>) -> Option<PathBuf> {
    std::env::split_paths(&search_path?).map(|folder| folder.join(name)).find(|it| it.is_file())
}

fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let arguments = command.get_args().map(|it| it.to_string_lossy());
    std::iter::once(program.to_string_lossy()).chain(arguments).collect::<Vec<_>>().join(" ")
}
