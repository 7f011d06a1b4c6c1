//! What is kept is what comes back, and nothing else does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::build::{calling, component};
use super::{ENGINE, identity};
use crate::{Cache, CompileError, Compiled, LoadError, Plugin};

const KEY: [u8; 32] = [7; 32];

fn one() -> Vec<u8> {
    component(&calling("unreachable"))
}

fn other() -> Vec<u8> {
    component(&calling("(drop (i32.const 1)) unreachable"))
}

/// A cache with the code of [`one`], and the file that it lies in.
fn kept(folder: &Path) -> (Cache, PathBuf, Compiled) {
    let cache = Cache::open(folder, KEY).unwrap();
    let compiled = ENGINE.precompile(&one()).unwrap();
    cache.keep(&ENGINE, &one(), &compiled).unwrap();
    let mut files = fs_err::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let file = files.next().unwrap();
    assert!(files.next().is_none());
    (cache, file, compiled)
}

fn get(cache: &Cache, component: &[u8]) -> Option<Vec<u8>> {
    cache.get(&ENGINE, component).unwrap().map(|it| it.bytes().to_vec())
}

#[test]
fn what_was_compiled_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _, compiled) = kept(folder.path());
    assert_eq!(get(&cache, &one()), Some(compiled.bytes().to_vec()));
    assert_eq!(get(&cache, &other()), None);
    let again = Cache::open(folder.path(), KEY).unwrap();
    let found = again.get(&ENGINE, &one()).unwrap().unwrap();
    assert!(Plugin::load_compiled(&ENGINE, identity(), &found, &BTreeSet::new()).is_ok());
}

#[test]
fn a_component_is_compiled_once() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(&folder.path().join("made/on/the/way"), KEY).unwrap();
    let mut count = 0;
    for _ in 0..3 {
        let compiled = cache.compiled(&ENGINE, &one(), |bytes| {
            count += 1;
            ENGINE.precompile(bytes).map_err(CompileError::Refused)
        });
        assert!(compiled.is_ok());
    }
    assert_eq!(count, 1);
    let refused = cache.compiled(&ENGINE, b"nothing", |bytes| {
        ENGINE.precompile(bytes).map_err(CompileError::Refused)
    });
    assert!(matches!(refused, Err(CompileError::Refused(LoadError::Broken(_)))));
}

#[test]
fn code_that_somebody_changed_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, file, _) = kept(folder.path());
    let good = fs_err::read(&file).unwrap();
    for at in (0..good.len()).step_by(good.len() / 40).chain([good.len() - 1]) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs_err::write(&file, bytes).unwrap();
        assert_eq!(get(&cache, &one()), None, "byte {at}");
    }
    for bytes in
        [&b""[..], &good[..31], &good[..32], &good[..good.len() - 1], &[&good[..], b"x"].concat()]
    {
        fs_err::write(&file, bytes).unwrap();
        assert_eq!(get(&cache, &one()), None);
    }
    fs_err::write(&file, &good).unwrap();
    assert!(get(&cache, &one()).is_some());
}

#[test]
fn code_of_another_component_or_key_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, file, _) = kept(folder.path());
    assert!(get(&Cache::open(folder.path(), [8; 32]).unwrap(), &one()).is_none());
    // Under the name of another component, which has never been compiled.
    let name: String = Sha256::digest(other()).iter().map(|it| format!("{it:02x}")).collect();
    fs_err::copy(&file, folder.path().join(name).with_extension("code")).unwrap();
    assert_eq!(get(&cache, &other()), None);
    assert!(get(&cache, &one()).is_some());
}

#[test]
fn what_nobody_needs_any_more_goes() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _, compiled) = kept(folder.path());
    cache.keep(&ENGINE, &other(), &compiled).unwrap();
    let needed = BTreeSet::from([<[u8; 32]>::from(Sha256::digest(one()))]);
    cache.keep_only(&needed).unwrap();
    assert!(get(&cache, &one()).is_some());
    assert_eq!(get(&cache, &other()), None);
    cache.keep_only(&BTreeSet::new()).unwrap();
    assert_eq!(get(&cache, &one()), None);
}
