//! What is no package, and the sentence that says why.

use std::collections::BTreeMap;

use super::{component, key, package};
use crate::{MAX_COMPONENT, MAX_PACKAGE, MAX_TEXT, Package, PackageError, sign};

/// How a file is refused whose archive holds these entries.
fn refused(entries: &[(&str, &[u8])]) -> String {
    let archive = crate::archive::write(entries).unwrap();
    Package::read(&crate::envelope::close(&archive).unwrap()).unwrap_err().to_string()
}

/// The entries of a good archive, in their order.
fn good() -> Vec<(&'static str, Vec<u8>)> {
    let package = package();
    vec![
        ("LICENSE", package.licence.into_bytes()),
        ("i18n/de.toml", package.translations["de"].clone().into_bytes()),
        ("plugin.toml", package.manifest.into_bytes()),
        ("shouting.wasm", package.component),
    ]
}

/// The same with one more, or another one in its place.
fn refused_with(name: &str, bytes: &[u8]) -> String {
    let good = good();
    let mut entries: Vec<(&str, &[u8])> =
        good.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    entries.retain(|(it, _)| *it != name);
    entries.push((name, bytes));
    entries.sort_unstable();
    refused(&entries)
}

fn refused_without(name: &str) -> String {
    let good = good();
    let kept = good.iter().filter(|(it, _)| *it != name);
    refused(&kept.map(|(name, bytes)| (*name, bytes.as_slice())).collect::<Vec<_>>())
}

#[test]
fn each_header_that_is_wrong_is_refused_in_a_sentence() {
    let bytes = sign(&package().pack().unwrap(), &key(1)).unwrap();
    let changed = |at: usize, with: u8| {
        let mut changed = bytes.clone();
        changed[at] = with;
        Package::read(&changed).unwrap_err()
    };
    assert_eq!(Package::read(b""), Err(PackageError::NoPackage));
    assert_eq!(Package::read(b"PK\x03\x04"), Err(PackageError::NoPackage));
    assert_eq!(Package::read(&bytes[..4]), Err(PackageError::Truncated));
    assert_eq!(Package::read(&bytes[..100]), Err(PackageError::Truncated));
    assert_eq!(changed(0, b'A'), PackageError::NoPackage);
    assert_eq!(changed(7, 2), PackageError::UnknownForm(2));
    assert_eq!(changed(8, bytes[8] ^ 1), PackageError::Damaged);
    assert_eq!(changed(1_000, bytes[1_000] ^ 1), PackageError::Damaged);
    assert_eq!(changed(40, bytes[40] ^ 1), PackageError::BadSignature);
    assert_eq!(changed(72, bytes[72] ^ 1), PackageError::BadSignature);
    let long = vec![b'a'; MAX_PACKAGE + 1];
    assert_eq!(Package::read(&long), Err(PackageError::TooLarge(MAX_PACKAGE + 1)));
}

#[test]
fn somebody_else_s_name_over_a_signature_is_refused() {
    let ours = sign(&package().pack().unwrap(), &key(1)).unwrap();
    let theirs = sign(&package().pack().unwrap(), &key(2)).unwrap();
    let mixed = [&ours[..40], &theirs[40..72], &ours[72..]].concat();
    assert_eq!(Package::read(&mixed), Err(PackageError::BadSignature));
    // And a signature of another package.
    let other = Package { readme: None, ..package() };
    let other = sign(&other.pack().unwrap(), &key(1)).unwrap();
    let mixed = [&other[..40], &ours[40..136], &other[136..]].concat();
    assert_eq!(Package::read(&mixed), Err(PackageError::BadSignature));
    // A package that is signed by nobody and says that somebody did.
    let unsigned = package().pack().unwrap();
    let claimed = [&unsigned[..40], &theirs[40..72], &unsigned[72..]].concat();
    assert_eq!(Package::read(&claimed), Err(PackageError::BadSignature));
}

#[test]
fn what_does_not_belong_into_an_archive_is_refused() {
    let unknown = "does not belong into a package";
    for name in
        ["a.txt", "src/lib.rs", "i18n/de/x.toml", "i18n/de.json", "bin/x.wasm", "Plugin.toml"]
    {
        let refused = refused_with(name, b"");
        assert!(refused.starts_with(&format!("`{name}` {unknown}")), "{refused}");
    }
    let second = refused_with("another.wasm", b"");
    assert!(second.starts_with(&format!("`another.wasm` {unknown}")), "{second}");
    assert_eq!(refused_without("LICENSE"), "`LICENSE` is missing");
    assert_eq!(refused_without("plugin.toml"), "`plugin.toml` is missing");
    assert_eq!(refused_without("shouting.wasm"), "`shouting.wasm` is missing");
    assert_eq!(refused_with("LICENSE", b"\xff"), "`LICENSE` is no text in UTF-8");
    assert_eq!(refused_with("i18n/de.toml", b"\xff"), "`i18n/de.toml` is no text in UTF-8");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in ["/plugin.toml", "i18n/../../etc/x.toml", "./LICENSE", "i18n//de.toml", "a\\b.wasm"]
    {
        // As no well-behaved program writes it.
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(0);
        header.set_cksum();
        let archive = [header.as_bytes().as_slice(), &[0; 1_024]].concat();
        let refused = Package::read(&crate::envelope::close(&archive).unwrap()).unwrap_err();
        assert_eq!(refused, PackageError::BadName(name.to_owned()));
    }
}

#[test]
fn an_entry_that_is_no_file_is_refused() {
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Directory,
        tar::EntryType::GNULongName,
        tar::EntryType::XHeader,
        tar::EntryType::GNUSparse,
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_path("LICENSE").unwrap();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_cksum();
        let archive = [header.as_bytes().as_slice(), &[0; 1_024]].concat();
        let refused = Package::read(&crate::envelope::close(&archive).unwrap()).unwrap_err();
        assert_eq!(refused, PackageError::NoFile("LICENSE".to_owned()), "{kind:?}");
    }
}

#[test]
fn entries_are_there_once_and_in_order() {
    let twice: [(&str, &[u8]); 2] = [("LICENSE", b"a"), ("LICENSE", b"b")];
    assert_eq!(refused(&twice), "`LICENSE` is there twice");
    let good = good();
    let backwards: Vec<(&str, &[u8])> =
        good.iter().rev().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    assert_eq!(refused(&backwards), PackageError::OtherArchive.to_string());
}

#[test]
fn an_archive_that_is_written_otherwise_is_refused() {
    let bytes = package().pack().unwrap();
    let archive = &bytes[136..];
    let mut later = archive.to_vec();
    // The time of the first entry, with its sum.
    later[136..147].copy_from_slice(b"00000000001");
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes().copy_from_slice(&later[..512]);
    header.set_cksum();
    later[..512].copy_from_slice(header.as_bytes());
    let longer = [archive, &[0; 1_024]].concat();
    for archive in [later, longer] {
        let refused = Package::read(&crate::envelope::close(&archive).unwrap());
        assert_eq!(refused, Err(PackageError::OtherArchive));
    }
}

#[test]
fn each_size_has_a_limit() {
    let text = "x".repeat(MAX_TEXT + 1);
    let sentence = |it: &str| format!("`{it}` has 65537 bytes, and may have 65536");
    for name in ["LICENSE", "README.md", "plugin.toml", "i18n/de.toml"] {
        assert_eq!(refused_with(name, text.as_bytes()), sentence(name));
    }
    let long = || text.clone();
    let translations = BTreeMap::from([("de".to_owned(), long())]);
    for (package, name) in [
        (Package { manifest: long(), ..package() }, "plugin.toml"),
        (Package { licence: long(), ..package() }, "LICENSE"),
        (Package { readme: Some(long()), ..package() }, "README.md"),
        (Package { translations, ..package() }, "i18n/de.toml"),
    ] {
        assert_eq!(package.pack().unwrap_err().to_string(), sentence(name));
    }
    let component = vec![0; MAX_COMPONENT + 1];
    let refused = refused_with("shouting.wasm", &component);
    assert_eq!(refused, "`shouting.wasm` has 25165825 bytes, and may have 25165824");
    let large = Package { component, ..package() }.pack().unwrap_err();
    assert!(matches!(large, PackageError::EntryTooLarge { most: MAX_COMPONENT, .. }), "{large}");
    let many = (0..65).map(|it| (format!("x{it:02}"), String::new())).collect();
    let many = Package { translations: many, ..package() };
    assert_eq!(many.pack(), Err(PackageError::TooManyTranslations(65)));
}

#[test]
fn a_script_is_in_a_package_if_the_manifest_names_it_and_else_not() {
    const COUNTING: &str =
        include_str!("../../../manifest/src/tests/manifests/google-analytics.toml");
    let component = wat::parse_str(
        "(component
            (instance $events)
            (export \"affiant:analytics/events@1.0.0\" (instance $events)))",
    );
    let counting = Package {
        manifest: COUNTING.to_owned(),
        component: component.unwrap(),
        script: Some("affiant.on(() => {});\n".to_owned()),
        ..package()
    };
    assert_eq!(Package::read(&counting.pack().unwrap()).unwrap().package, counting);
    let without = Package { script: None, ..counting.clone() };
    let missing = PackageError::Missing("google-analytics.js".to_owned());
    assert_eq!(without.pack(), Err(missing));
    let long = Package { script: Some("x".repeat(MAX_TEXT + 1)), ..counting };
    assert!(long.pack().unwrap_err().to_string().contains("65537 bytes"));
    let unnamed = Package { script: Some(String::new()), ..package() };
    assert_eq!(unnamed.pack(), Err(PackageError::Unknown("a script".to_owned())));
    let stray = refused_with("counting.js", b"affiant.on(() => {});");
    assert!(stray.contains("counting.js"), "{stray}");
}

#[test]
fn a_manifest_that_cannot_be_used_is_refused_with_its_line() {
    let broken = package().manifest.replace("kind = \"functions\"", "kind = \"function\"");
    let refused = refused_with("plugin.toml", broken.as_bytes());
    assert!(refused.starts_with("plugin.toml:8:8: "), "{refused}");
    assert!(refused.contains("did you mean `functions`?"), "{refused}");
    let compiled_in = package()
        .manifest
        .replace("abi = \"affiant:functions@1.0\"\ncomponent = \"shouting.wasm\"\n", "");
    let compiled_in = Package { manifest: compiled_in, ..package() };
    assert_eq!(compiled_in.pack(), Err(PackageError::NoComponent));
}

#[test]
fn a_component_that_is_not_what_its_manifest_says_is_refused() {
    let with =
        |component: Vec<u8>| Package { component, ..package() }.pack().unwrap_err().to_string();
    let greedy = with(component(&["affiant:host/log@1.0.0", "affiant:host/http@1.0.0"]));
    assert!(greedy.starts_with("plugin.toml:11:13: the component imports"), "{greedy}");
    assert!(greedy.contains("affiant:host/http@1.0.0"), "{greedy}");
    let module = with(wat::parse_str("(module)").unwrap());
    assert!(module.starts_with("shouting.wasm: this is a core module"), "{module}");
    let broken = with(b"no component".to_vec());
    assert!(broken.starts_with("shouting.wasm: this is no WebAssembly component"), "{broken}");
    let empty = with(wat::parse_str("(component)").unwrap());
    assert!(empty.contains("exports no `affiant:functions/…@1.0`"), "{empty}");
    let newer = wat::parse_str(
        "(component (instance $it) (export \"affiant:functions/calls@2.0.0\" (instance $it)))",
    );
    let newer = with(newer.unwrap());
    assert!(newer.contains("it exports `affiant:functions/calls@2.0.0`"), "{newer}");
}

#[test]
fn a_translation_that_is_none_is_refused_with_its_line() {
    let with = |language: &str, text: &str| {
        let translations = BTreeMap::from([(language.to_owned(), text.to_owned())]);
        Package { translations, ..package() }.pack().map_err(|it| it.to_string())
    };
    for language in ["de", "pt-BR", "gsw"] {
        assert!(with(language, "").is_ok(), "{language}");
    }
    for language in ["", "d", "german", "de_DE", "de-", "ü"] {
        let refused = with(language, "").unwrap_err();
        assert!(refused.contains("the file's name is no language"), "{refused}");
    }
    let wrong = with("de", "\"a\" = \"b\"\n\"c\" = 1\n").unwrap_err();
    assert!(wrong.starts_with("i18n/de.toml:2: write"), "{wrong}");
    let wrong = with("de", "\"a\" = \"b\"\n\n[").unwrap_err();
    assert!(wrong.starts_with("i18n/de.toml:3: "), "{wrong}");
}
