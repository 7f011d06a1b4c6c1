//! Packages, good ones and those that somebody meddled with.

mod keys;
mod properties;
mod refused;

use std::collections::BTreeMap;

use crate::{Package, PublisherKey, SigningKey, interfaces, sign};

const MANIFEST: &str = include_str!("tests/plugin.toml");

/// A component that exports what a plugin of functions must, and imports this besides.
fn component(imports: &[&str]) -> Vec<u8> {
    let imports: String =
        imports.iter().map(|it| format!("(import \"{it}\" (instance))\n")).collect();
    let text = format!(
        "(component
            {imports}
            (instance $calls)
            (export \"affiant:functions/calls@1.0.0\" (instance $calls)))"
    );
    wat::parse_str(text).unwrap()
}

fn package() -> Package {
    Package {
        manifest: MANIFEST.to_owned(),
        component: component(&["affiant:host/log@1.0.0"]),
        translations: BTreeMap::from([(
            "de".to_owned(),
            "\"Says a text louder.\" = \"Sagt einen Text lauter.\"\n".to_owned(),
        )]),
        licence: "Do what you like.\n".to_owned(),
        readme: Some("# Shouting\n".to_owned()),
        script: None,
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn publisher(seed: u8) -> PublisherKey {
    key(seed).publisher()
}

#[test]
fn a_package_is_read_as_it_was_packed() {
    let bytes = package().pack().unwrap();
    let read = Package::read(&bytes).unwrap();
    assert_eq!(read.package, package());
    assert_eq!(read.publisher, None);
    let bare = Package { translations: BTreeMap::new(), readme: None, ..package() };
    assert_eq!(Package::read(&bare.pack().unwrap()).unwrap().package, bare);
}

#[test]
fn equal_packages_are_equal_bytes() {
    assert_eq!(package().pack().unwrap(), package().pack().unwrap());
    assert_eq!(
        sign(&package().pack().unwrap(), &key(1)).unwrap(),
        sign(&package().pack().unwrap(), &key(1)).unwrap()
    );
}

#[test]
fn a_signed_package_says_who_signed_it() {
    let unsigned = package().pack().unwrap();
    let signed = sign(&unsigned, &key(1)).unwrap();
    let read = Package::read(&signed).unwrap();
    assert_eq!(read.publisher, Some(publisher(1)));
    assert_eq!(read.package, package());
    assert_eq!(read.digest, Package::read(&unsigned).unwrap().digest);
}

#[test]
fn whoever_signs_last_is_the_publisher() {
    let signed = sign(&package().pack().unwrap(), &key(1)).unwrap();
    let again = sign(&signed, &key(2)).unwrap();
    assert_eq!(Package::read(&again).unwrap().publisher, Some(publisher(2)));
}

#[test]
fn another_content_is_another_digest() {
    let other = Package { licence: "Do nothing.\n".to_owned(), ..package() };
    let digest = |it: &Package| Package::read(&it.pack().unwrap()).unwrap().digest;
    assert_ne!(digest(&package()), digest(&other));
}

#[test]
fn an_archive_is_one_that_everybody_can_look_into() {
    let bytes = package().pack().unwrap();
    let mut archive = tar::Archive::new(&bytes[136..]);
    let names: Vec<String> = archive
        .entries()
        .unwrap()
        .map(|it| it.unwrap().path().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["LICENSE", "README.md", "i18n/de.toml", "plugin.toml", "shouting.wasm"]);
}

#[test]
fn a_component_tells_what_it_imports_and_exports() {
    let inner = "(component
        (component $inner (import \"inner\" (func)) (instance $i) (export \"hidden\" (instance $i)))
        (import \"affiant:host/http@1.0.0\" (instance))
        (core module (import \"core\" \"inner\" (func)))
        (instance $calls)
        (export \"affiant:functions/calls@1.0.0\" (instance $calls)))";
    let found = interfaces(&wat::parse_str(inner).unwrap()).unwrap();
    assert_eq!(found.imports, ["affiant:host/http@1.0.0"]);
    assert_eq!(found.exports, ["affiant:functions/calls@1.0.0"]);
}
