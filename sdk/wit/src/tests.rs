//! The contracts are WIT, say what they should, and do not change.

use std::collections::BTreeSet;

use affiant_manifest::{CapabilityId, FREE_INTERFACES, Kind, interfaces};
use sha2::{Digest as _, Sha256};
use wit_parser::{Resolve, Type, TypeDefKind, WorldItem, WorldKey};

use crate::{PACKAGES, package};

/// All packages, understood.
fn resolved() -> Resolve {
    let mut resolve = Resolve::default();
    for package in PACKAGES {
        let name = format!("{}-{}.wit", package.name, package.version);
        resolve.push_str(&name, package.wit).unwrap_or_else(|it| panic!("{name}: {it:?}"));
    }
    resolve
}

/// The interfaces that a world's items are, by their whole names.
fn names<'a>(
    resolve: &Resolve,
    items: impl Iterator<Item = (&'a WorldKey, &'a WorldItem)>,
) -> BTreeSet<String> {
    items.map(|(key, _)| resolve.name_world_key(key)).collect()
}

#[test]
fn every_folder_is_a_package_and_every_package_a_folder() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folders = fs_err::read_dir(root).unwrap().map(|it| it.unwrap());
    let found: BTreeSet<String> = folders
        .filter(|it| it.file_type().unwrap().is_dir())
        .map(|it| it.file_name().into_string().unwrap())
        .filter(|it| it != "src")
        .collect();
    let known: BTreeSet<String> =
        PACKAGES.iter().map(|it| format!("{}-{}", it.name, it.version)).collect();
    assert_eq!(found, known);
    assert_eq!(package("host", "1.0.0"), PACKAGES.first());
    assert_eq!(package("host", "0.9.0"), None);
}

#[test]
fn every_package_has_the_name_and_version_of_its_folder() {
    let resolve = resolved();
    let found: BTreeSet<String> =
        resolve.packages.iter().map(|(_, it)| it.name.to_string()).collect();
    let known: BTreeSet<String> =
        PACKAGES.iter().map(|it| format!("affiant:{}@{}", it.name, it.version)).collect();
    assert_eq!(found, known);
}

#[test]
fn every_world_imports_the_host_alone_and_exports_one_interface() {
    let resolve = resolved();
    assert_eq!(resolve.worlds.len(), PACKAGES.len() - 1);
    for (_, world) in &resolve.worlds {
        for import in names(&resolve, world.imports.iter()) {
            assert!(import.starts_with("affiant:host/"), "{}: {import}", world.name);
        }
        let exports = names(&resolve, world.exports.iter());
        assert_eq!(exports.len(), 1, "{}: {exports:?}", world.name);
        let package = format!("affiant:{}/", world.name);
        assert!(exports.iter().all(|it| it.starts_with(&package)), "{}: {exports:?}", world.name);
    }
}

#[test]
fn every_world_is_a_kind_of_plugin() {
    let resolve = resolved();
    for (_, world) in &resolve.worlds {
        assert!(Kind::named(&world.name).is_some(), "{}", world.name);
    }
}

#[test]
fn every_interface_of_the_host_is_that_of_one_capability() {
    let resolve = resolved();
    let (_, host) = resolve.packages.iter().find(|(_, it)| it.name.name == "host").unwrap();
    let found: Vec<String> =
        host.interfaces.keys().map(|it| format!("affiant:host/{it}")).collect();
    let mut known: Vec<&str> =
        CapabilityId::ALL.iter().flat_map(|it| interfaces(*it)).copied().collect();
    // Types give nobody anything, and settings are the plugin's own.
    known.extend(FREE_INTERFACES);
    known.sort_unstable();
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, known);
}

/// Whether a type can hold a denial: `denied` itself, or a variant with a case for it.
fn can_deny(resolve: &Resolve, it: Type) -> bool {
    let Type::Id(id) = it else { return false };
    let definition = &resolve.types[id];
    match &definition.kind {
        TypeDefKind::Type(aliased) => can_deny(resolve, *aliased),
        TypeDefKind::Variant(variant) => {
            variant.cases.iter().filter_map(|it| it.ty).any(|it| can_deny(resolve, it))
        }
        _ => definition.name.as_deref() == Some("denied"),
    }
}

#[test]
fn every_function_of_a_capability_can_be_denied() {
    let resolve = resolved();
    let (_, host) = resolve.packages.iter().find(|(_, it)| it.name.name == "host").unwrap();
    let mut seen = 0;
    for (name, id) in &host.interfaces {
        if FREE_INTERFACES.contains(&format!("affiant:host/{name}").as_str()) {
            continue;
        }
        for (function, it) in &resolve.interfaces[*id].functions {
            let Some(Type::Id(result)) = it.result else { panic!("{name}.{function}") };
            let TypeDefKind::Result(result) = &resolve.types[result].kind else {
                panic!("{name}.{function} has no result")
            };
            assert!(result.err.is_some_and(|it| can_deny(&resolve, it)), "{name}.{function}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn no_type_hides_json() {
    // What crosses the border has types; a text that holds a structure would hide it from the host.
    for package in PACKAGES {
        assert!(!package.wit.to_lowercase().contains("json"), "{}", package.name);
    }
}

#[test]
fn a_published_package_stays_as_it_was() {
    let digests: String = PACKAGES
        .iter()
        .map(|it| {
            let digest = Sha256::digest(it.wit.as_bytes());
            let digest: String = digest.iter().map(|it| format!("{it:02x}")).collect();
            format!("{digest} {}@{}\n", it.name, it.version)
        })
        .collect();
    assert!(
        digests == include_str!("../frozen.txt"),
        "a published contract changed: make a new version beside it. Digests now:\n{digests}"
    );
}
