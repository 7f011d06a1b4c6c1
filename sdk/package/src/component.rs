//! What a component asks for and offers, read from its bytes.

use wasmparser::{Encoding, Parser, Payload};

/// The interfaces of a component, as in `affiant:host/http@1.0.0`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interfaces {
    /// What it asks for.
    pub imports: Vec<String>,
    /// What it offers.
    pub exports: Vec<String>,
}

/// Why bytes are no component.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadComponent {
    /// A module without types.
    #[error(
        "this is a core module and no component; `affiant plugin build` makes a component of it"
    )]
    Module,
    /// Something else, or a damaged one.
    #[error("this is no WebAssembly component: {0}")]
    Broken(String),
}

/// Reads what a component imports and exports. It is not validated: whoever runs it does that.
pub fn interfaces(component: &[u8]) -> Result<Interfaces, BadComponent> {
    let broken = |it: wasmparser::BinaryReaderError| BadComponent::Broken(it.message().to_owned());
    let mut found = Interfaces::default();
    // A component contains modules and components, whose imports are their own matter.
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(broken)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(BadComponent::Module);
            }
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 1 => {
                for import in imports {
                    found.imports.push(import.map_err(broken)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(exports) if depth == 1 => {
                for export in exports {
                    found.exports.push(export.map_err(broken)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(found)
}
