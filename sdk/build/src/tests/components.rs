//! From a core module to a component, or to a sentence.

use affiant_package::interfaces;

use crate::{ComponentError, componentize};

const ABI: &str = "affiant:functions@1.0";

/// A module of the canonical ABI, in no language at all.
fn module(imports: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            {imports}
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
            (func (export "affiant:functions/calls@1.0.0#describe") (result i32) unreachable)
            (func (export "affiant:functions/calls@1.0.0#call")
                (param i32 i32 i32 i32) (result i32) unreachable))"#
    );
    wat::parse_str(text).unwrap()
}

#[test]
fn a_module_becomes_a_component_that_imports_what_it_calls() {
    let clock = r#"(import "affiant:host/clock@1.0.0" "now" (func (param i32)))"#;
    let component = componentize(&module(clock), ABI).unwrap();
    let found = interfaces(&component).unwrap();
    assert_eq!(found.exports, ["affiant:functions/calls@1.0.0"]);
    assert!(found.imports.contains(&"affiant:host/clock@1.0.0".to_owned()), "{found:?}");
    assert!(found.imports.iter().all(|it| it.starts_with("affiant:host/")), "{found:?}");
    assert!(!found.imports.contains(&"affiant:host/http@1.0.0".to_owned()), "{found:?}");
}

#[test]
fn an_import_that_no_host_has_is_named() {
    for (module_name, name) in [
        ("wasi_snapshot_preview1", "fd_write"),
        ("env", "now"),
        ("__wbindgen_placeholder__", "__wbindgen_describe"),
        ("affiant:hostile/x@1.0.0", "x"),
    ] {
        let import = format!(r#"(import "{module_name}" "{name}" (func))"#);
        let foreign =
            ComponentError::ForeignImport { module: module_name.into(), name: name.into() };
        assert_eq!(componentize(&module(&import), ABI), Err(foreign));
    }
}

#[test]
fn a_module_that_does_not_fulfil_its_contract_is_refused() {
    let empty = wat::parse_str("(module)").unwrap();
    assert!(matches!(componentize(&empty, ABI), Err(ComponentError::WrongContract(_))));
    let other = componentize(&module(""), "affiant:lookup@1.0");
    assert!(matches!(other, Err(ComponentError::WrongContract(_))), "{other:?}");
    let wrong = r#"(import "affiant:host/clock@1.0.0" "now" (func (result i32)))"#;
    assert!(matches!(componentize(&module(wrong), ABI), Err(ComponentError::WrongContract(_))));
}

#[test]
fn a_contract_that_there_is_none_of_is_named() {
    for abi in ["affiant:functions@9.0", "affiant:nothing@1.0", "affiant:functions@1.00"] {
        let unknown = ComponentError::UnknownWorld(abi.to_owned());
        assert_eq!(componentize(&module(""), abi), Err(unknown));
    }
    for abi in ["", "functions@1.0", "affiant:functions"] {
        assert_eq!(componentize(&module(""), abi), Err(ComponentError::NoWorld));
    }
}

#[test]
fn what_is_no_module_is_refused() {
    let component = componentize(&module(""), ABI).unwrap();
    for bytes in [&b""[..], b"\0asm", b"int main() {}", &component] {
        assert!(matches!(componentize(bytes, ABI), Err(ComponentError::NoModule(_))));
    }
}
