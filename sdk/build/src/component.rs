//! From a core module to a component.

use affiant_wit::PACKAGES;
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::error::ComponentError;

/// What names of sections begin with that say which contract a module fulfils.
const METADATA: &str = "component-type";

/// Makes a component of a core module.
///
/// A module that affiant-plugin was linked into says by itself which contract it fulfils. For one in
/// another language, `abi` says it, as in `affiant:functions@1.0`; such a module imports and exports
/// by the names of the canonical ABI, as in `affiant:functions/calls@1.0.0#call`.
pub fn componentize(core: &[u8], abi: &str) -> Result<Vec<u8>, ComponentError> {
    let mut module = core.to_vec();
    if !looked_through(core)? {
        embed(&mut module, abi)?;
    }
    let mut encoder =
        ComponentEncoder::default().validate(true).module(&module).map_err(|it| wrong(&it))?;
    encoder.encode().map_err(|it| wrong(&it))
}

/// Looks for imports that no host has. Returns whether the module says which contract it fulfils.
fn looked_through(core: &[u8]) -> Result<bool, ComponentError> {
    let broken =
        |it: wasmparser::BinaryReaderError| ComponentError::NoModule(it.message().to_owned());
    let mut has_metadata = false;
    for payload in Parser::new(0).parse_all(core) {
        match payload.map_err(broken)? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.map_err(broken)?;
                    if !import.module.starts_with("affiant:host/") {
                        return Err(ComponentError::ForeignImport {
                            module: import.module.to_owned(),
                            name: import.name.to_owned(),
                        });
                    }
                }
            }
            Payload::CustomSection(section) => {
                has_metadata |= section.name().starts_with(METADATA);
            }
            Payload::Version { encoding: wasmparser::Encoding::Component, .. } => {
                return Err(ComponentError::NoModule("it is a component already".to_owned()));
            }
            _ => {}
        }
    }
    Ok(has_metadata)
}

/// Writes into a module which contract it fulfils.
fn embed(module: &mut Vec<u8>, abi: &str) -> Result<(), ComponentError> {
    let unknown = || ComponentError::UnknownWorld(abi.to_owned());
    let (world, version) = abi
        .strip_prefix("affiant:")
        .and_then(|it| it.split_once('@'))
        .ok_or(ComponentError::NoWorld)?;
    let mut resolve = Resolve::default();
    let mut found = None;
    for package in PACKAGES {
        let name = format!("{}-{}.wit", package.name, package.version);
        let id = resolve.push_str(&name, package.wit).map_err(|_| unknown())?;
        let is_version =
            package.version == version || package.version.starts_with(&format!("{version}."));
        if package.name == world && is_version {
            found = Some((id, package));
        }
    }
    let (id, package) = found.ok_or_else(unknown)?;
    let name = format!("affiant:{0}/{0}@{1}", package.name, package.version);
    let world = resolve.select_world(&[id], Some(&name)).map_err(|_| unknown())?;
    embed_component_metadata(module, &resolve, world, StringEncoding::UTF8).map_err(|it| wrong(&it))
}

/// What a library says, with its causes, as a part of a sentence.
fn wrong(error: &dyn std::fmt::Display) -> ComponentError {
    let message = format!("{error:#}");
    ComponentError::WrongContract(message.split_whitespace().collect::<Vec<_>>().join(" "))
}
