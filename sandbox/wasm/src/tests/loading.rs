//! What loads, and what does not.

use std::collections::BTreeSet;

use super::build::{calling, component, module, of_world};
use super::{ENGINE, identity};
use crate::{Grant, LoadError, Plugin};

fn load(bytes: &[u8], grants: &[Grant]) -> Result<Plugin, LoadError> {
    let grants: BTreeSet<Grant> = grants.iter().copied().collect();
    Plugin::load(&ENGINE, identity(), bytes, &grants)
}

/// A component that imports what a grant links.
fn importing(grant: Grant) -> Vec<u8> {
    let import = match grant {
        Grant::Store => r#""affiant:host/store@1.0.0" "remove" (func (param i32 i32 i32 i32 i32))"#,
        Grant::Http => {
            r#""affiant:host/http@1.0.0" "fetch"
               (func (param i32 i32 i32 i32 i32 i32 i32 i32))"#
        }
        Grant::Clock => r#""affiant:host/clock@1.0.0" "now" (func (result i64))"#,
        Grant::Random => r#""affiant:host/random@1.0.0" "bytes" (func (param i32 i32))"#,
        Grant::Log => r#""affiant:host/log@1.0.0" "write" (func (param i32 i32 i32))"#,
    };
    component(&module(&format!("(import {import})"), "", "unreachable"))
}

#[test]
fn each_import_needs_its_grant_and_no_other_helps() {
    for wanted in Grant::ALL {
        let bytes = importing(wanted);
        assert!(load(&bytes, &[wanted]).is_ok(), "{wanted}");
        let others: Vec<Grant> = Grant::ALL.into_iter().filter(|it| *it != wanted).collect();
        let import = wanted.interface().to_owned();
        let refused = load(&bytes, &others).err();
        assert_eq!(refused, Some(LoadError::NotGranted { import, grant: wanted }));
    }
}

#[test]
fn what_the_host_does_not_have_is_not_there() {
    let core = module(
        r#"(import "wasi:cli/environment@0.2.0" "get" (func (param i32)))"#,
        "",
        "unreachable",
    );
    let bytes = of_world(&core, "wasi:cli/greedy@0.2.0");
    assert_eq!(
        load(&bytes, &Grant::ALL).err(),
        Some(LoadError::UnknownImport("wasi:cli/environment@0.2.0".to_owned()))
    );
}

#[test]
fn a_component_that_does_not_fulfil_its_contract_does_not_load() {
    let bytes = of_world("(module)", "wasi:cli/empty@0.2.0");
    assert!(matches!(load(&bytes, &[]), Err(LoadError::WrongContract(_))));
}

#[test]
fn what_is_no_component_does_not_load() {
    let good = component(&calling("unreachable"));
    assert!(load(&good, &[]).is_ok());
    let core = wat::parse_str(calling("unreachable")).unwrap();
    for bytes in [&b""[..], b"\0asm", b"(component)", &core, &good[..good.len() / 2]] {
        assert!(matches!(load(bytes, &[]), Err(LoadError::Broken(_))));
    }
    assert!(matches!(load(&vec![0; 25 << 20], &[]), Err(LoadError::TooLarge(_))));
}

#[test]
fn a_component_with_changed_bytes_loads_as_something_else_or_not_at_all() {
    let good = component(&calling("unreachable"));
    for at in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x41;
        // That nothing panics is the test; most of these are no components.
        let _ = load(&bytes, &[]);
    }
}
