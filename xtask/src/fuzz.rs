//! The targets of fuzzers: they stand apart from the workspace, since running them needs nightly, and
//! are compiled here by the stable compiler, so that none falls behind what it calls.

use std::path::Path;

use anyhow::bail;

use crate::shell::{built, call, cargo, root};
use crate::tidy::tree::Tree;

/// What the folder of fuzzers has, of each crate that has one.
const MANIFEST: &str = "/fuzz/Cargo.toml";

/// Compiles all of them, with the versions of other crates that the workspace has.
pub(crate) fn check() -> anyhow::Result<()> {
    let tree = Tree::read(root())?;
    let all: Vec<&str> = manifests(&tree).collect();
    if all.is_empty() {
        bail!("there is no target of a fuzzer");
    }
    let folder = built("fuzz", "")?;
    for manifest in all {
        let lock = Path::new(manifest).with_file_name("Cargo.lock");
        fs_err::copy(root().join("Cargo.lock"), root().join(lock))?;
        let mut check = cargo(&["check", "--manifest-path", manifest]);
        call(check.env("CARGO_TARGET_DIR", &folder))?;
    }
    Ok(())
}

/// The manifests of the folders of fuzzers in a tree.
pub(crate) fn manifests(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.files.iter().map(|it| it.path.as_str()).filter(|it| it.ends_with(MANIFEST))
}
