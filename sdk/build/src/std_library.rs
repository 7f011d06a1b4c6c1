//! A standard library for WebAssembly, built once from the system's sources.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fs_err as fs;

use crate::error::BuildError;
use crate::toolchain::{SystemCompiler, TARGET, cargo};

/// The form of what is in the cache; another one is another folder.
const FORM: u32 = 1;

/// A crate that uses nothing but the standard library.
const MANIFEST: &str = "\
[package]
name = \"nothing\"
version = \"0.0.0\"
edition = \"2021\"

[lib]
path = \"nothing.rs\"

[workspace]
";

/// Where a standard library is kept: in `AFFIANT_CACHE`, or in the user's folder for caches. `None`
/// when neither is known.
pub fn default_cache() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    named("AFFIANT_CACHE")
        .or_else(|| Some(named("XDG_CACHE_HOME")?.join("affiant")))
        .or_else(|| Some(named("HOME")?.join(".cache/affiant")))
}

/// The sysroot with the standard library of this compiler. Takes half a minute the first time.
pub(crate) fn provide(
    system: &SystemCompiler,
    linker: &Path,
    cache: &Path,
) -> Result<PathBuf, BuildError> {
    let ready = cache.join(format!("std-{FORM}-{}", system.name));
    fs::create_dir_all(cache)?;
    // Two at once would build it twice; the second one waits instead.
    let lock = fs::File::create(cache.join("lock"))?;
    lock.file().lock()?;
    if ready.is_dir() {
        return Ok(ready);
    }
    let unfinished = cache.join(format!("std-{FORM}-{}.unfinished", system.name));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let crate_folder = unfinished.join("build");
    fs::create_dir_all(&crate_folder)?;
    fs::write(crate_folder.join("Cargo.toml"), MANIFEST)?;
    fs::write(crate_folder.join("nothing.rs"), "")?;
    compile(system, linker, &crate_folder)?;

    let libraries = unfinished.join("sysroot/lib/rustlib");
    let own = libraries.join(TARGET).join("lib");
    fs::create_dir_all(&own)?;
    let built = crate_folder.join("target").join(TARGET).join("release/deps");
    for entry in fs::read_dir(built)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_library = Path::new(&name).extension().is_some_and(|it| it == "rlib");
        if is_library && !name.to_string_lossy().starts_with("libnothing-") {
            fs::copy(entry.path(), own.join(name))?;
        }
    }
    // Procedural macros and build scripts are for this machine, and have its library.
    let host = system.sysroot.join("lib/rustlib").join(&system.host);
    fs::os::unix::fs::symlink(host, libraries.join(&system.host))?;
    fs::rename(unfinished.join("sysroot"), &ready)?;
    fs::remove_dir_all(&unfinished)?;
    Ok(ready)
}

fn compile(system: &SystemCompiler, linker: &Path, folder: &Path) -> Result<(), BuildError> {
    let mut command = Command::new(cargo());
    command
        .args(["build", "--release", "--quiet", "--target", TARGET, "--target-dir", "target"])
        .arg("-Zbuild-std=std,panic_abort,panic_unwind")
        .env("RUSTC", &system.rustc)
        // The system's compiler is a released one, which has this feature and asks for the word.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let status =
        command.status().map_err(|source| BuildError::Start { program: cargo(), source })?;
    if status.success() { Ok(()) } else { Err(BuildError::NoStd) }
}
