//! What loads, and what does not.

use std::collections::BTreeSet;

use wit_parser::{Resolve, WorldItem};

use super::build::{calling, component};
use super::{ENGINE, all, identity, loaded};
use crate::testing::{CONTRACTS, Module, foreign, imports, kind_with};
use crate::{Grant, Kind, LoadError, Plugin};

/// A component that imports one function of what a grant links.
fn importing(grant: Grant, kind: Kind) -> Vec<u8> {
    let imported = &imports(grant)[0];
    let body = format!("{} unreachable", imported.call());
    Module { imports: imported.import(), body, ..Module::default() }.component(kind)
}

#[test]
fn each_import_needs_its_grant_and_no_other_helps() {
    for wanted in Grant::ALL {
        let bytes = importing(wanted, kind_with(wanted));
        assert!(loaded(&bytes, &BTreeSet::from([wanted])).is_ok(), "{wanted}");
        let mut others = all();
        others.remove(&wanted);
        let import = wanted.interface().to_owned();
        let refused = loaded(&bytes, &others).err();
        assert_eq!(refused, Some(LoadError::NotGranted { import, grant: wanted }));
    }
}

#[test]
fn what_a_kind_is_not_given_does_not_load_whoever_grants_it() {
    for kind in Kind::ALL {
        for grant in Grant::ALL {
            let bytes = importing(grant, kind);
            let loaded = loaded(&bytes, &all());
            if kind.grants().contains(&grant) {
                assert_eq!(loaded.unwrap().kind(), kind);
            } else {
                let import = grant.interface().to_owned();
                assert_eq!(loaded.err(), Some(LoadError::OutsideKind { import, kind }));
            }
        }
    }
}

#[test]
fn each_kind_may_import_what_its_world_says() {
    for kind in Kind::ALL {
        let resolve: &Resolve = &CONTRACTS.resolve;
        let (_, world) = resolve.worlds.iter().find(|(_, it)| it.name == kind.name()).unwrap();
        let imports = world.imports.values().filter_map(|it| match it {
            WorldItem::Interface { id, .. } => resolve.id_of(*id),
            _ => None,
        });
        let said: BTreeSet<String> = imports.collect();
        let grants = kind.grants().iter().map(|it| it.interface());
        let known: BTreeSet<String> =
            grants.chain(crate::plugin::FREE).map(str::to_owned).collect();
        assert_eq!(said, known, "{kind}");
    }
}

#[test]
fn settings_and_types_need_no_grant() {
    let import = r#"(import "affiant:host/settings@1.0.0" "get" (func (param i32 i32 i32)))"#;
    let module =
        Module { imports: import.to_owned(), body: "unreachable".to_owned(), ..Module::default() };
    for kind in Kind::ALL {
        assert!(loaded(&module.component(kind), &BTreeSet::new()).is_ok(), "{kind}");
    }
}

#[test]
fn what_the_host_does_not_have_is_not_there() {
    let bytes = foreign(&["wasi:cli/environment@0.2.0"], &["affiant:functions/calls@1.0.0"]);
    assert_eq!(
        loaded(&bytes, &all()).err(),
        Some(LoadError::UnknownImport("wasi:cli/environment@0.2.0".to_owned()))
    );
}

#[test]
fn a_component_for_another_version_is_told_of_the_one_there_is() {
    let refused = |imports: &[&str], exports: &[&str]| {
        loaded(&foreign(imports, exports), &all()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&["affiant:host/store@1.1.0"], &["affiant:functions/calls@1.0.0"]),
        "the component was made for `affiant:host/store@1.1.0`, and this server has \
         `affiant:host/store@1.0.0`"
    );
    assert_eq!(
        refused(&[], &["affiant:logic/interview@2.0.0"]),
        "the component was made for `affiant:logic/interview@2.0.0`, and this server has \
         `affiant:logic/interview@1.0.0`"
    );
}

#[test]
fn a_component_that_does_not_fulfil_one_contract_does_not_load() {
    for exports in [
        &[][..],
        &["test:a/b@1.0.0"],
        // The name alone is not enough.
        &["affiant:functions/calls@1.0.0"],
        &["affiant:functions/calls@1.0.0", "affiant:field/datatypes@1.0.0"],
    ] {
        let refused = loaded(&foreign(&[], exports), &all()).err();
        assert!(matches!(refused, Some(LoadError::WrongContract(_))), "{exports:?}: {refused:?}");
    }
}

#[test]
fn what_is_no_component_does_not_load() {
    let good = component(&calling("unreachable"));
    assert!(loaded(&good, &BTreeSet::new()).is_ok());
    let core = wat::parse_str(calling("unreachable")).unwrap();
    for bytes in [&b""[..], b"\0asm", b"(component)", &core, &good[..good.len() / 2]] {
        assert!(matches!(loaded(bytes, &BTreeSet::new()), Err(LoadError::Broken(_))));
    }
    let large = loaded(&vec![0; 25 << 20], &BTreeSet::new());
    assert!(matches!(large, Err(LoadError::TooLarge(_))));
}

#[test]
fn a_component_with_changed_bytes_loads_as_something_else_or_not_at_all() {
    let good = component(&calling("unreachable"));
    for at in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x41;
        // That nothing panics is the test; most of these are no components.
        let _ = loaded(&bytes, &BTreeSet::new());
    }
}

#[test]
fn code_that_was_compiled_before_is_the_same_plugin() {
    let bytes = component(&calling("unreachable"));
    let compiled = ENGINE.precompile(&bytes).unwrap();
    let plugin = Plugin::load_compiled(&ENGINE, identity(), &compiled, &BTreeSet::new()).unwrap();
    assert_eq!((plugin.kind(), plugin.who()), (Kind::Functions, &identity()));

    let log = ENGINE.precompile(&importing(Grant::Log, Kind::Logic)).unwrap();
    let refused = Plugin::load_compiled(&ENGINE, identity(), &log, &BTreeSet::new());
    assert!(matches!(refused, Err(LoadError::NotGranted { grant: Grant::Log, .. })));
}
