//! Which compiler is taken, by what programs of a test's own say.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;

use crate::BuildError;
use crate::toolchain::{Programs, Toolchain};

/// A folder with programs that print what they are told to.
struct House {
    folder: TempDir,
}

impl House {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A compiler that has this sysroot, and this folder of the target's libraries.
    fn compiler(&self, name: &str, sysroot: &Path) -> PathBuf {
        let text = format!(
            "#!/bin/sh\ncase \"$*\" in\n\
             *target-libdir*) echo {0}/lib/rustlib/wasm32-unknown-unknown/lib;;\n\
             *sysroot*) echo {0};;\n\
             *) echo 'rustc 1.2.3'; echo 'host: some-machine'; echo 'release: 1.2.3';;\nesac\n",
            sysroot.display()
        );
        self.program(name, &text)
    }

    fn program(&self, name: &str, text: &str) -> PathBuf {
        let path = self.file(name, text);
        fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn find(&self, rustc: PathBuf, system: PathBuf) -> Result<Toolchain, BuildError> {
        let search = self.path("bin").into_os_string();
        let programs = Programs { rustc, system, search };
        Toolchain::find(&programs, self.folder.path(), &self.path("cache"))
    }
}

const SOURCES: &str = "system/lib/rustlib/src/rust/library/std/Cargo.toml";

#[test]
fn the_compiler_in_use_is_taken_when_it_has_the_target() {
    let house = House::new();
    house.file("used/lib/rustlib/wasm32-unknown-unknown/lib/libstd-1.rlib", "");
    house.file(SOURCES, "");
    let used = house.compiler("rustc", &house.path("used"));
    let system = house.compiler("system-rustc", &house.path("system"));
    assert_eq!(house.find(used, system).unwrap(), Toolchain::InUse);
}

#[test]
fn without_target_and_sources_it_is_said_what_to_install() {
    let house = House::new();
    let used = house.compiler("rustc", &house.path("used"));
    let system = house.compiler("system-rustc", &house.path("system"));
    for (used, system) in [
        (used.clone(), system),
        (used, house.path("none")),
        (house.path("none"), house.path("none")),
    ] {
        let refused = house.find(used, system).unwrap_err();
        assert!(matches!(refused, BuildError::NoTarget));
        let sentence = refused.to_string();
        assert!(sentence.contains("rustup target add wasm32-unknown-unknown"), "{sentence}");
        assert!(sentence.contains("rustc-web rust-web-src"), "{sentence}");
    }
}

#[test]
fn a_standard_library_in_the_cache_is_used_again() {
    let house = House::new();
    house.file(SOURCES, "");
    let linker = house.program("bin/wasm-ld", "");
    house.file("cache/std-1-1.2.3-packaged/lib/rustlib/x", "");
    let used = house.compiler("rustc", &house.path("used"));
    let system = house.compiler("system-rustc", &house.path("system"));
    let sysroot = house.path("cache/std-1-1.2.3-packaged");
    let found = house.find(used, system.clone()).unwrap();
    assert_eq!(found, Toolchain::System { rustc: system, sysroot, linker });
}

#[test]
fn without_a_linker_it_is_said_what_to_install() {
    let house = House::new();
    house.file(SOURCES, "");
    let used = house.compiler("rustc", &house.path("used"));
    let system = house.compiler("system-rustc", &house.path("system"));
    assert!(matches!(house.find(used, system), Err(BuildError::NoLinker)));
}

#[test]
fn the_linker_of_the_compiler_in_use_comes_first() {
    let house = House::new();
    house.file(SOURCES, "");
    house.program("bin/wasm-ld", "");
    let carried = house.program("used/lib/rustlib/some-machine/bin/rust-lld", "");
    house.file("cache/std-1-1.2.3-packaged/lib/rustlib/x", "");
    let used = house.compiler("rustc", &house.path("used"));
    let system = house.compiler("system-rustc", &house.path("system"));
    let Toolchain::System { linker, .. } = house.find(used, system).unwrap() else {
        panic!("the compiler in use has no target");
    };
    assert_eq!(linker, carried);
}
