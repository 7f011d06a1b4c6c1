//! Which compiler makes WebAssembly here.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::BuildError;
use crate::std_library;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// What is asked for in the search path, but for the compiler of the system.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// The compiler in use.
    pub(crate) rustc: PathBuf,
    /// The one that Debian's package `rustc-web` installs.
    pub(crate) system: PathBuf,
    /// Where linkers are looked for, in the form of `PATH`.
    pub(crate) search: OsString,
}

impl Default for Programs {
    fn default() -> Self {
        Self {
            rustc: PathBuf::from("rustc"),
            system: PathBuf::from("/usr/bin/rustc"),
            search: std::env::var_os("PATH").unwrap_or_default(),
        }
    }
}

/// The cargo that runs this program, or the one in the search path.
pub(crate) fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// A compiler that makes WebAssembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one in use has the target.
    InUse,
    /// The system's, with a standard library of its own.
    System {
        rustc: PathBuf,
        /// Holds the standard library.
        sysroot: PathBuf,
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Finds one for the crate in a folder. Builds the standard library if it must.
    pub(crate) fn find(
        programs: &Programs,
        folder: &Path,
        cache: &Path,
    ) -> Result<Self, BuildError> {
        if has_target(&programs.rustc, folder) {
            return Ok(Self::InUse);
        }
        let Some(sources) = SystemCompiler::find(&programs.system) else {
            return Err(BuildError::NoTarget);
        };
        let linker = linker(programs, folder, &sources).ok_or(BuildError::NoLinker)?;
        let sysroot = std_library::provide(&sources, &linker, cache)?;
        Ok(Self::System { rustc: sources.rustc, sysroot, linker })
    }

    /// Tells cargo.
    pub(crate) fn apply(&self, command: &mut Command) {
        match self {
            Self::InUse => {}
            Self::System { rustc, sysroot, linker } => {
                let mut flag = OsString::from("--sysroot=");
                flag.push(sysroot);
                command
                    .env("RUSTC", rustc)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flag)
                    // They would hold in place of those for the target.
                    .env_remove("RUSTFLAGS")
                    .env_remove("CARGO_ENCODED_RUSTFLAGS");
            }
        }
    }
}

/// The system's compiler beside the sources of its standard library.
#[derive(Clone, Debug)]
pub(crate) struct SystemCompiler {
    pub(crate) rustc: PathBuf,
    pub(crate) sysroot: PathBuf,
    /// What it was compiled for, as in `x86_64-unknown-linux-gnu`.
    pub(crate) host: String,
    /// Its version and where it is from, as part of a file's name.
    pub(crate) name: String,
}

impl SystemCompiler {
    fn find(rustc: &Path) -> Option<Self> {
        let here = Path::new("/");
        let sysroot = PathBuf::from(printed(rustc, &["--print", "sysroot"], here)?);
        if !sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file() {
            return None;
        }
        let version = printed(rustc, &["--version", "--verbose"], here)?;
        let part = |name: &str| {
            version.lines().find_map(|it| it.strip_prefix(name)).map(|it| it.trim().to_owned())
        };
        let (host, release) = (part("host:")?, part("release:")?);
        let commit = part("commit-hash:").unwrap_or_default();
        let name: String = format!("{release}-{}", commit.get(..12).unwrap_or("packaged"));
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-');
        name.chars().all(is_name).then(|| Self { rustc: rustc.to_owned(), sysroot, host, name })
    }
}

/// Whether a compiler has a standard library for the target.
fn has_target(rustc: &Path, folder: &Path) -> bool {
    let arguments = ["--print", "target-libdir", "--target", TARGET];
    let Some(libraries) = printed(rustc, &arguments, folder) else { return false };
    let Ok(files) = fs_err::read_dir(libraries) else { return false };
    files.flatten().any(|it| {
        let name = it.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// A linker: the one that rustup's toolchains carry, or one of the system.
fn linker(programs: &Programs, folder: &Path, system: &SystemCompiler) -> Option<PathBuf> {
    let in_use = printed(&programs.rustc, &["--print", "sysroot"], folder).map(PathBuf::from);
    let carried = in_use
        .into_iter()
        .chain([system.sysroot.clone()])
        .map(|sysroot| sysroot.join("lib/rustlib").join(&system.host).join("bin/rust-lld"));
    if let Some(carried) = carried.into_iter().find(|it| it.is_file()) {
        return Some(carried);
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&programs.search).collect();
    let names = ["rust-lld", "wasm-ld", "wasm-ld-19"];
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |it| it.join(name)))
        .find(|it| it.is_file())
}

/// What a program prints, without the end of the line; `None` when it is not there or fails.
fn printed(program: &Path, arguments: &[&str], folder: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok().filter(|it| it.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
